import MIME
import MailTransport

/// A message on a server as one line: what its header says, of which nothing was checked.
struct RemoteRow {
  private let head: RemoteHead
  private let validity: UInt32
  private let uidColumns: Int
  private let structure: MessageStructure?

  private static let addressColumns = 24
  private static let kindColumns = 9
  /// Anybody can send a megabyte of a subject.
  private static let subjectLimit = 500

  init(_ head: RemoteHead, in heads: RemoteHeads) {
    self.head = head
    validity = heads.validity
    uidColumns = max(4, String(heads.lastUID).count)
    structure = try? MessageStructure.parse(head.header)
  }

  private var header: Header? { structure?.root.header }

  /// When it was written, as it says, in seconds since 1970.
  private var date: Int64? {
    header?.first(named: "Date").flatMap { try? MailDate(parsing: $0.value) }?.seconds
  }

  /// The From address; nil where there is no single one.
  private var sender: String? {
    guard let header, header.count(named: "From") == 1, let field = header.first(named: "From"),
      let list = try? AddressList(parsing: field.value), list.mailboxes.count == 1
    else { return nil }
    return list.mailboxes[0].address.text
  }

  /// Encrypted mail that hides its subject says `[...]` here.
  private var subject: String? { header?.first(named: "Subject").map { EncodedWord.decode($0.value) } }

  /// How it is sealed, by what it says.
  private var kind: String? {
    guard let type = structure?.root.contentType else { return nil }
    if type.matches("multipart", "encrypted") { return "encrypted" }
    return type.matches("multipart", "signed") ? "signed" : nil
  }

  /// `1207 2026-11-22 alice@example.org        encrypted [...]`.
  func line(columns: Int?) -> String {
    let number = String(head.uid)
    let address = TerminalText.visible(sender ?? "-").replacing(" ", with: "<U+0020>")
    let cells = [
      String(repeating: " ", count: max(0, uidColumns - number.count)) + number,
      TerminalText.padded(date.flatMap { LocalTime.day($0) } ?? "-", to: 10),
      TerminalText.padded(
        columns == nil ? address : TerminalText.address(address, to: Self.addressColumns), to: Self.addressColumns),
      TerminalText.padded(kind ?? "-", to: Self.kindColumns),
      TerminalText.visible(String((subject ?? "").prefix(Self.subjectLimit))),
    ]
    let line = cells.joined(separator: " ")
    return columns.map { TerminalText.truncated(line, to: $0) } ?? line
  }

  /// The same for programs; what the header does not say is null.
  func json(_ source: RetrievalSource) -> JSONValue {
    .report([
      "uid": .number(Int(head.uid)), "url": .string(source.url(uid: head.uid, validity: validity)),
      "date": .optional(date), "from": .optional(sender),
      "subject": .optional(subject), "kind": .optional(kind),
      "octets": .optional(head.message.octets),
      "delivered": .optional(head.message.delivered), "flags": .string(head.message.flags),
    ])
  }
}
