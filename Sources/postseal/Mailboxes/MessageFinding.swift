import MailTransport
import SealedMail

/// What came out about one message of a mailbox: the one value behind its line, its JSON and the sum of all.
struct MessageFinding: Sendable {
  let number: Int
  /// The message's name; raw text.
  let name: String
  let status: ExitStatus
  /// The finding as one word: see `Verdict.keyword`; `error` when there is no verdict.
  let keyword: String
  /// What was done, for a run that does more than judge.
  var deed: Deed?
  /// Why it has another status than its verdict says.
  var failure: Failure?
  /// What is worth knowing of what was done, and changes no status.
  private(set) var note: String?
  /// Lines for standard output.
  var lines: [String] = []
  /// The members of its JSON but for what was done.
  var json: JSONValue?
  /// What is delivered when its turn has come.
  var parcel: Parcel?

  /// The same with something worth knowing; nil for nothing.
  func noting(_ note: String?) -> MessageFinding {
    guard let note else { return self }
    var finding = self
    finding.note = note
    finding.json = json?.adding("note", .string(note))
    return finding
  }

  /// What was done with a message that goes into another mailbox.
  enum Deed: String, Sendable {
    /// It was written, opened by `decrypt` or sealed anew by `reseal`.
    case written
    /// It was written as it is.
    case copied
    /// It was there already.
    case present
    /// It was not written.
    case refused
  }
}

/// The findings of a mailbox, summed up.
struct MailboxTally: Sendable {
  private(set) var count = 0
  private(set) var status = ExitStatus.done
  private var keywords: [String: Int] = [:]
  private var deeds: [MessageFinding.Deed: Int] = [:]

  mutating func add(_ finding: MessageFinding) {
    count += 1
    keywords[finding.keyword, default: 0] += 1
    if let deed = finding.deed { deeds[deed, default: 0] += 1 }
    status = Self.worse(status, finding.status)
  }

  /// The status of a run over several messages: 1 if any has it, else the highest.
  static func worse(_ left: ExitStatus, _ right: ExitStatus) -> ExitStatus {
    if left == .badVerdict || right == .badVerdict { return .badVerdict }
    return left.rawValue >= right.rawValue ? left : right
  }

  /// `12 messages: 9 good, 3 unsigned`.
  var sentence: String {
    let known = (Verdict.keywords + ["error"]).compactMap { word in keywords[word].map { "\($0) \(word)" } }
    return known.isEmpty ? messages : "\(messages): \(known.joined(separator: ", "))"
  }

  /// How many messages met that fate.
  subscript(deed: MessageFinding.Deed) -> Int { deeds[deed, default: 0] }

  /// `1 message`, `12 messages`.
  var messages: String { count == 1 ? "1 message" : "\(count) messages" }
}
