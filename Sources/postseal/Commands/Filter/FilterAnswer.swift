import GPGME
import MIME
import MailTransport
import SealedMail

/// What a mail server is told about a message: a status that it knows, and one line that may stand in a bounce.
///
/// The line begins with an enhanced status code, which Postfix takes before the exit status; nothing of the message is in it.
/// Source: sysexits(3), RFC 3463, pipe(8) of Postfix
struct FilterAnswer: Error, Equatable {
  let status: ExitStatus
  /// The enhanced status code; nil for mail that went on.
  let code: String?
  let sentence: String

  /// Whether the message could not be dealt with, for no reason of its own and by no rule.
  private(set) var isTrouble = false

  init(_ status: ExitStatus, _ code: String?, _ sentence: String) {
    self.status = status
    self.code = code
    self.sentence = sentence
  }

  /// The answer to a decision that was carried out.
  init(_ decision: MailFilter.Decision, for recipient: AddrSpec) {
    let name = recipient.text
    switch decision {
    case .encrypted: self.init(.done, nil, "came encrypted, for \(name)")
    case .sealed(_, let chosen):
      self.init(.done, nil, "sealed for \(name), certificate \(chosen.certificate.fingerprint.hex)")
    case .clear(_, let gap): self.init(.done, nil, "in clear for \(name): \(gap.reason.safeWords)")
    case .refusedInClear:
      self.init(
        .unavailable, "5.7.1",
        "not delivered to \(name), who takes encrypted mail only: encrypt it with OpenPGP or S/MIME"
      )
    case .refused(let gap):
      self.init(
        .unavailable, "5.7.1", "not delivered to \(name), whose mail is kept encrypted: \(gap.reason.safeWords)")
    case .held(let gap):
      self.init(.tryAgain, "4.7.1", "waiting to be encrypted for \(name): \(gap.reason.safeWords)")
    }
  }

  /// The answer to an error: the message's own faults and the refusals of servers are final, everything else is tried again.
  init(_ error: any Error) {
    switch error {
    case let answer as FilterAnswer: self = answer
    case SealError.message(let cause) where Failure(cause).status == .malformedInput:
      self.init(.malformedInput, "5.6.0", "not delivered: the message cannot be encrypted: \(cause.safeWords)")
    case TransportError.content, TransportError.extensionMissing, TransportError.messageTooLarge:
      self.init(.malformedInput, "5.6.0", "not delivered: \(error)")
    case TransportError.envelope:
      self.init(.malformedInput, "5.1.3", "not delivered: an address of the envelope cannot be written safely")
    default:
      self = .trouble(Failure(error) ?? Failure(.internalError, "an unknown error"))
    }
  }

  // MARK: Answers

  /// A trouble of this machine: the mail waits.
  static func trouble(_ failure: Failure) -> FilterAnswer {
    var answer = FilterAnswer(.tryAgain, "4.3.0", "not filtered yet: \(failure.sentences.first ?? "interrupted")")
    answer.isTrouble = true
    return answer
  }

  /// One run is one recipient: what went back for the first would come twice when the second fails.
  static let severalRecipients = trouble(
    Failure(.usage, "several recipients in one run; set `postseal_destination_recipient_limit = 1` in main.cf"))

  /// The mail server did not take the sealed message, for now.
  static func undelivered(_ words: String) -> FilterAnswer {
    trouble(Failure(.tryAgain, "the mail server did not take it back: \(words)"))
  }

  /// The mail server refused the sealed message for good.
  static func rejected(_ words: String) -> FilterAnswer {
    FilterAnswer(.unavailable, "5.3.0", "not delivered: the mail server refused it after it was filtered: \(words)")
  }

  static let badRecipient = FilterAnswer(.malformedInput, "5.1.3", "not delivered: the recipient is no mail address")
  static let badSender = FilterAnswer(.malformedInput, "5.1.7", "not delivered: the sender is no mail address")
  static let empty = FilterAnswer(.malformedInput, "5.6.0", "not delivered: the message is empty")

  /// The message went on as it came, because of a trouble.
  static func passed(in trouble: FilterAnswer) -> FilterAnswer {
    FilterAnswer(.done, nil, "in clear, as --on-error says: \(trouble.sentence)")
  }

  /// The same, but not to be tried again.
  var final: FilterAnswer {
    FilterAnswer(.unavailable, "5.3.0", sentence.replacing("not filtered yet", with: "not filtered"))
  }

  // MARK: Telling

  /// Where the line goes.
  enum Place: Sendable {
    /// Where mail servers read it.
    case standardOutput
    /// Beside the message on standard output.
    case standardError
  }

  /// The one line, in ASCII and without a line end, whatever foreign text is in it.
  var line: String {
    let text = TerminalText.visible([code, sentence].compactMap(\.self).joined(separator: " "))
    let ascii = Style(hasColour: false, hasUTF8: false).fit(text).unicodeScalars.map {
      $0.isASCII ? Character($0) : "?"
    }
    return String(ascii.prefix(Self.lineLimit))
  }

  /// A bounce quotes it in one line.
  private static let lineLimit = 500

  /// Writes the line and gives the status.
  ///
  /// Mail that went on is told of unless that is not wanted.
  func tell(_ place: Place, on console: Console) -> ExitStatus {
    if status == .done, console.detail == .quiet { return status }
    switch place {
    case .standardOutput: try? Console.write(line + "\n", to: 1)
    case .standardError where status == .done: console.note(line)
    case .standardError: console.fail(Failure(status, line))
    }
    return status
  }

  /// The same for a command line that could not be read.
  func tell(_ arguments: [String], on console: Console) -> ExitStatus {
    tell(arguments.contains("--stdout") ? .standardError : .standardOutput, on: console)
  }
}

extension CertificateGap {
  /// Why no certificate serves, for a stranger: no fingerprint and nothing of this keyring.
  fileprivate var safeWords: String {
    switch self {
    case .none: "there is no OpenPGP certificate for this address here"
    case .notAccepted: "the OpenPGP certificate for this address is not verified here"
    case .unusable(_, let problem): "the OpenPGP certificate for this address \(problem.words)"
    case .ambiguous: "there are several OpenPGP certificates for this address here"
    case .mappedButMissing: "the OpenPGP certificate for this address is missing here"
    }
  }
}

extension MIMEError {
  /// What is wrong with a message, without a word of it.
  fileprivate var safeWords: String {
    switch self {
    case .limit(let limit, let value): "it has more than \(value) \(limit.rawValue)"
    case .forbiddenOctet: "it holds a control character that mail must not carry"
    case .malformed(let syntax, _): "there is no proper \(syntax.rawValue) where one has to be"
    case .malformedEncoding: "a part of it is wrongly encoded"
    case .unknownCharset: "its charset is unknown"
    case .notReproduced, .stream: "it cannot be written again"
    }
  }
}
