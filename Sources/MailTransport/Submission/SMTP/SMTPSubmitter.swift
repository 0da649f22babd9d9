import ByteStreams
import MIME

/// Hands mail to a submission server, every copy over one connection.
package struct SMTPSubmitter: Submitter {
  package let server: MailServer
  let credential: ServerCredential?
  let options: ConnectionOptions
  let timeouts: SMTPTimeouts
  let clientName: String

  /// What EHLO calls us where nobody says otherwise: it tells nothing about this machine.
  package static let discreetName = "[127.0.0.1]"

  /// A submitter that connects when it is used.
  ///
  /// - Parameters:
  ///   - credential: needed exactly when the server's target names a user.
  ///   - plaintext: allows a login without TLS, and that to this machine only.
  ///   - clientName: what EHLO calls us; the default tells nothing about this machine.
  /// - Throws: `TransportError.target` when user and credential do not fit, or a login would travel unprotected.
  package init(
    server: MailServer, credential: ServerCredential?, options: ConnectionOptions = ConnectionOptions(),
    plaintext: PlaintextPermission = .loopbackOnly,
    timeouts: SMTPTimeouts = SMTPTimeouts(), clientName: String = Self.discreetName
  ) throws(TransportError) {
    try server.checkLogin(credential, plaintext)
    self.server = server
    self.credential = credential
    self.options = options
    self.timeouts = options.patience.map { SMTPTimeouts(each: $0) } ?? timeouts
    self.clientName = clientName
  }

  package func submit(
    _ copies: [Submission], rule: PartialRule, progress: @escaping @Sendable (SubmissionProgress) -> Void
  ) async throws(TransportError) -> SubmissionReport {
    let result = await StopFlag.run { stop in
      Result { () throws(TransportError) in try submit(copies, rule, progress, stop) }
    }
    return try result.get()
  }

  /// The same, on this thread.
  private func submit(
    _ copies: [Submission], _ rule: PartialRule, _ progress: @escaping (SubmissionProgress) -> Void, _ stop: StopFlag
  ) throws(TransportError) -> SubmissionReport {
    let surveys = try ContentSurvey.of(copies)
    guard !copies.isEmpty else { return SubmissionReport(channel: server.name, copies: []) }
    BrokenPipe.becomesAnError()
    let connection = try connect(stop)
    var session = session(copies, surveys, rule)
    converse(&session, copies, surveys, progress, stop, over: connection)
    return try report(session, copies, connection)
  }

  /// A connection on which we are logged in.
  func connect(_ stop: StopFlag) throws(TransportError) -> CurlConnection {
    let login = CurlLogin(
      spoken: .smtp, server: server, credential: credential, options: options, timeLimit: timeouts.connecting,
      clientName: clientName)
    return try CurlConnection(login, stop)
  }

  /// What the server said so far is not believed: the session asks again for what it can do.
  func session(_ copies: [Submission], _ surveys: [ContentSurvey], _ rule: PartialRule) -> SMTPSession {
    SMTPSession(
      host: server.host, clientName: clientName, rule: rule, copies: zip(copies, surveys).map { SMTPCopy($0, $1) })
  }

  /// Carries the session to its end.
  func converse(
    _ session: inout SMTPSession, _ copies: [Submission], _ surveys: [ContentSurvey],
    _ progress: @escaping (SubmissionProgress) -> Void, _ stop: StopFlag, over connection: CurlConnection
  ) {
    let total = surveys.reduce(0) { $0 + $1.octets }
    let dialogue = SMTPDialogue(connection: connection, timeouts: timeouts, copies: copies, stop: stop) {
      progress(SubmissionProgress(sent: $0, total: total))
    }
    dialogue.run(&session)
  }

  /// What became of the copies.
  ///
  /// - Throws: what ended the session, when nobody was refused and nothing was handed over.
  func report(
    _ session: SMTPSession, _ copies: [Submission], _ connection: CurlConnection
  ) throws(TransportError) -> SubmissionReport {
    let reports = zip(copies, session.results).map { CopyReport($0, fates: $1) }
    if let error = session.interruption, !reports.contains(where: \.hasAnswer) { throw error }
    let channel = connection.tlsVersion.map { "\(server.name) (\($0))" } ?? server.name
    return SubmissionReport(
      channel: channel, copies: reports, interruption: session.interruption,
      lacksNotices: copies.contains { $0.notice != nil } && !session.capabilities.extensions.contains(.dsn))
  }
}
