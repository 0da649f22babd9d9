import MIME

/// One command of the dialogue, and for which copy and recipient it asks.
enum SMTPCommand: Equatable {
  case ehlo
  case mail(copy: Int)
  case rcpt(copy: Int, recipient: Int)
  case data(copy: Int)
  /// The line with a single dot: a command as far as replies go.
  case endOfData(copy: Int)
  case rset
  case quit

  /// What the wait for its reply is called, and which time-out it has.
  var phase: DialoguePhase {
    switch self {
    case .ehlo, .rset: .greeting
    case .mail: .sender
    case .rcpt: .recipients
    case .data: .dataCommand
    case .endOfData: .endOfContent
    case .quit: .quitting
    }
  }

  /// Whether other commands may follow before its reply has come. Source: RFC 2920 §3.1
  var mayBeFollowed: Bool {
    switch self {
    case .mail, .rcpt, .rset: true
    case .ehlo, .data, .endOfData, .quit: false
    }
  }
}

/// One copy as the dialogue needs it: its envelope in SMTP's words and what its message needs.
struct SMTPCopy: Equatable {
  let label: String
  /// Empty for the null reverse path.
  let reversePath: String
  /// At least one.
  let recipients: [String]
  /// The size of the message before it is made transparent.
  let octets: Int
  let needs: Set<SMTPExtension>
  let notice: DeliveryNotice?

  init(
    label: String, reversePath: String, recipients: [String], octets: Int, needs: Set<SMTPExtension> = [],
    notice: DeliveryNotice? = nil
  ) {
    self.label = label
    self.reversePath = reversePath
    self.recipients = recipients
    self.octets = octets
    self.needs = needs
    self.notice = notice
  }

  init(_ submission: Submission, _ survey: ContentSurvey) {
    self.init(
      label: submission.label, reversePath: submission.envelope.reversePathText,
      recipients: submission.envelope.recipients.map(\.text), octets: survey.octets,
      needs: submission.envelope.needsSMTPUTF8 ? survey.needs.union([.smtpUTF8]) : survey.needs,
      notice: submission.notice)
  }

  /// The MAIL command with the parameters that the server understands and the message needs.
  func mailCommand(_ capabilities: SMTPCapabilities) -> String {
    var command = "MAIL FROM:<\(reversePath)>"
    if capabilities.size { command += " SIZE=\(octets)" }
    if needs.contains(.eightBitMIME) { command += " BODY=8BITMIME" }
    if needs.contains(.smtpUTF8) { command += " SMTPUTF8" }
    if let notice, capabilities.extensions.contains(.dsn) { command += notice.mailParameters }
    return command
  }

  /// The RCPT command for one of the recipients.
  func rcptCommand(_ recipient: Int, _ capabilities: SMTPCapabilities) -> String {
    var command = "RCPT TO:<\(recipients[recipient])>"
    if let notice, capabilities.extensions.contains(.dsn) { command += notice.recipientParameter }
    return command
  }
}
