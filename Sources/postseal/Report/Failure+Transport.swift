import MailTransport

extension Failure {
  /// The failure of a submission before anything was handed over.
  init(_ error: TransportError) {
    if case .cancelled = error {
      self.init(.interrupted, "interrupted, nothing was sent")
    } else if case .reading(let cause, _) = error {
      self.init(cause)
    } else {
      self.init(
        ExitStatus(error.kind), sentences: ["not sent: \(error)"], hints: [Self.hint(error)].compactMap(\.self))
    }
  }

  private static func hint(_ error: TransportError) -> String? {
    switch error {
    case .target(.plaintextRefused): "use smtps:// or smtp+starttls://, or add `--insecure` to give up that protection"
    case .tls(_, .startTLSNotOffered): "try smtps:// instead"
    case .program(_, .notFound): "name a server with `--via smtps://USER@HOST`, or a folder with `--via maildir:PATH`"
    case .program(_, .thisProgram):
      "set `submit` of the account to a server, or to another sendmail, `sendmail:/PATH`"
    case .messageTooLarge:
      "send less in one message (encryption adds a third to an attachment), or by a server that takes more"
    default: connectionHint(error)
    }
  }

  /// What to do about an error of any server, whatever it was asked for.
  static func connectionHint(_ error: TransportError) -> String? {
    switch error {
    case .target(.passwordInURL): "put the password into `password-command` of an account"
    case .tls(_, .unknownIssuer), .tls(_, .selfSigned): "name the issuer's certificate with `--ca-file FILE`"
    case .authenticationRefused(_, _, _, let secret):
      "check the user name in the URL" + (secret.map { ", and \($0)" } ?? "")
    case .hostUnknown, .cannotConnect, .timedOut, .connectionLost: "check the network and the URL"
    default: nil
    }
  }
}

extension ExitStatus {
  /// The status of a failed submission.
  init(_ kind: FailureKind) {
    self =
      switch kind {
      case .usage: .usage
      case .malformedMessage: .malformedInput
      case .noInput: .noInput
      case .hostUnknown: .hostUnknown
      case .unavailable: .unavailable
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      case .tryAgain: .tryAgain
      case .protocolTrouble: .protocolError
      case .authenticationRefused: .authentication
      case .configuration: .configuration
      case .cancelled: .interrupted
      case .recipientsRefused: .allRefused
      case .partlyDelivered: .partlyDelivered
      }
  }
}
