import ByteStreams
import MIME
import MailTransport
import SealedMail

/// A message of a mailbox as one line: for a person at a terminal, cut to its width; for programs in a pipe, whole and in columns
/// without blanks.
struct MessageRow {
  let message: StoredMessage
  let outcome: MailboxRun.Outcome
  /// Which requirement is not met.
  let unmet: Failure?

  private static let addressColumns = 24
  private static let encryptionColumns = 9
  private static let keywordColumns = 15
  private static let numberColumns = 4
  /// The mark, the blank behind it, and one column that stays empty.
  private static let markColumns = 3
  /// Anybody can send a megabyte of a subject.
  private static let subjectLimit = 500

  private var opened: OpenedMessage? {
    if case .opened(let opened) = outcome { opened } else { nil }
  }

  /// The failure that gives the message its status, if it is one.
  var failure: Failure? {
    switch outcome {
    case .failed(let failure): failure
    case .opened(let opened):
      opened.verdict.encryption.refusal.map { Failure($0, of: "it") } ?? unmet
    }
  }

  /// What the line cannot say: why there is no verdict, or which requirement is not met.
  var complaint: Failure? {
    if case .failed(let failure) = outcome { failure } else { unmet }
  }

  /// The status of the message alone, as `verify` of it would end.
  var status: ExitStatus {
    if let failure { return failure.status }
    return opened.map { VerdictReport(opened: $0).status } ?? .internalError
  }

  /// See `MessageFinding.keyword`.
  var keyword: String { opened?.verdict.keyword ?? "error" }

  /// `✓ 2026-11-22 alice@example.org  encrypted good  NAME`.
  func line(_ style: Style, columns: Int?) -> String {
    let encryption = opened.map { $0.verdict.encryption == .none ? "clear" : "encrypted" } ?? "-"
    let cells = [
      date, TerminalText.padded(cell(address, columns: columns), to: Self.addressColumns),
      TerminalText.padded(encryption, to: Self.encryptionColumns),
      TerminalText.padded(keyword, to: Self.keywordColumns),
    ]
    let start = cells.joined(separator: " ") + " "
    let name = TerminalText.visible(message.name)
    // A part of a name is no use in a command; the number is.
    let fits = columns.map { TerminalText.width(start) + TerminalText.width(name) <= $0 - Self.markColumns } ?? true
    return finished(style.mark(mark), start + (fits ? name : "\(message.number)"), style, columns)
  }

  /// `  12 ✓ 2026-11-22 alice@example.org  Budget`.
  func summary(_ style: Style, columns: Int?) -> String {
    let digits = String(message.number)
    let number = String(repeating: " ", count: max(0, Self.numberColumns - digits.utf8.count)) + digits
    let subject = opened.map { Self.subject(of: $0) } ?? failure?.sentences.first ?? ""
    let shown = TerminalText.visible(String(subject.prefix(Self.subjectLimit)))
    let cells = [date, TerminalText.padded(cell(address, columns: columns), to: Self.addressColumns), shown]
    return finished(
      "\(number) \(style.mark(mark))", cells.joined(separator: " "), style, columns.map { $0 - number.count - 1 })
  }

  /// The members of the JSON line: those of the report of one message, then `message` and `status`.
  ///
  /// - Parameter status: of the command that prints it.
  func json(status: ExitStatus) -> JSONValue {
    let report =
      switch outcome {
      case .opened(let opened): JSONValue.report(VerdictReport(opened: opened).json)
      case .failed(let failure): failure.json
      }
    return report.adding("message", .string(message.name)).adding("number", .number(message.number))
      .adding("status", .number(Int(status.rawValue)))
  }

  private func finished(_ mark: String, _ text: String, _ style: Style, _ columns: Int?) -> String {
    let text = style.fit(text)
    return "\(mark) \(columns.map { TerminalText.truncated(text, to: $0 - Self.markColumns) } ?? text)"
  }

  private var mark: Style.Mark {
    guard let opened else { return .bad }
    if unmet != nil { return .bad }
    return VerdictReport(opened: opened).mark
  }

  /// The day of the Date field by the reader's clock; `-` with blanks when there is none that can be read.
  private var date: String {
    guard let field = opened?.header.fields.first(where: { $0.isNamed("Date") }),
      let date = try? MailDate(parsing: field.value), let day = LocalTime.day(date.seconds)
    else { return TerminalText.padded("-", to: 10) }
    return day
  }

  /// The From address, without a blank in it; `-` where there is no single one.
  private var address: String {
    let text = opened.flatMap { VerdictReport(opened: $0).sender } ?? "-"
    return TerminalText.visible(text).replacing(" ", with: "<U+0020>")
  }

  /// On a terminal columns stay where they are, whatever an address does.
  private func cell(_ text: String, columns: Int?) -> String {
    columns == nil ? text : TerminalText.address(text, to: Self.addressColumns)
  }

  private static func subject(of opened: OpenedMessage) -> String {
    opened.header.fields.first { $0.isNamed("Subject") }.map { EncodedWord.decode($0.value) } ?? ""
  }
}
