import GPGME
import MailTransport
import SystemPackage

/// What is asked on a network, when that was wanted.
extension Checkup {
  /// Whether the account's servers answer, their TLS is trusted, and they let the user in; no mail is handed over or looked at.
  func network(_ choice: ConnectionChoice) async -> [HealthFinding] {
    var findings: [HealthFinding] = []
    let home = Environment.value("HOME").map { FilePath($0) }
    if let text = session.account?.submit,
      case .smtp(let server) = try? SubmissionTarget(parsing: text, home: home, plaintext: choice.plaintext)
    {
      findings += await network(.submitting, server, .smtp, choice)
    }
    if let text = session.account?.fetch,
      let source = try? RetrievalSource(parsing: text, plaintext: choice.plaintext)
    {
      findings += await network(.fetching, source.server, source.spoken, choice)
    }
    guard findings.isEmpty else { return findings }
    return [
      .note(
        .submitter, .noServer, "no server was asked: the account has none",
        mend: "name an account with `--account NAME`")
    ]
  }

  private func network(
    _ task: Session.ServerTask, _ server: MailServer, _ spoken: MailProtocol, _ choice: ConnectionChoice
  ) async -> [HealthFinding] {
    let check: HealthFinding.Check = task == .submitting ? .submitter : .fetcher
    do {
      let access = try await session.access(to: server, task, choice)
      let probe = try await server.probe(
        spoken, credential: access.credential, options: access.options, plaintext: choice.plaintext)
      let answer = HealthFinding.ok(
        check, "\(probe.channel) answers" + (server.user.map { " and lets \($0) in" } ?? ""))
      return [answer] + (probe.certificate.map { [tls($0, of: server)] } ?? [])
    } catch {
      let failure = Failure(error) ?? Failure(.internalError, "the server could not be asked")
      // The words of a submission begin with what happened to the mail.
      let text = (error as? TransportError).map { "\($0)" } ?? failure.sentences.joined(separator: "; ")
      return [
        .problem(
          check, task == .submitting ? .submitterFailed : .fetcherFailed, failure.status, text,
          mend: failure.hints.first ?? "see `\(task == .submitting ? "submit" : "fetch")` in the configuration")
      ]
    }
  }

  /// How long before its end a server's certificate is worth a word: authorities that renew by themselves do it earlier.
  private static let notice: Int64 = 7 * 86_400

  /// What is worth knowing of a server's certificate, which was found good.
  private func tls(_ certificate: ServerCertificate, of server: MailServer) -> HealthFinding {
    let end = certificate.expires.map { "until \(calendarDate($0))" } ?? "for an unknown time"
    let text = "\(server.host): \(certificate.subject) by \(certificate.issuer) \(end)"
    var finding = HealthFinding.ok(.tls, text)
    if let expires = certificate.expires, expires - session.now < Self.notice {
      finding = .note(.tls, .tlsExpires, text, mend: "tell the server's operator that its certificate ends soon")
    }
    finding.detail = "pinned-key \(certificate.pin)"
    return finding
  }
}
