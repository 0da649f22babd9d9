import MIME
import SealedMail

/// The header fields of a message as a person reads them: who, when and what, of each no more than anybody reads.
struct HeaderLines {
  let header: RestoredHeader

  private static let addressFields = ["From", "Sender", "Reply-To", "To", "Cc"]
  private static let shownFields = addressFields + ["Date", "Subject"]
  /// More fields of one name are only counted.
  private static let repeatLimit = 3
  /// More addresses of one field are only counted.
  private static let addressLimit = 12
  /// A longer display name is cut.
  private static let nameColumns = 200
  /// A longer value is cut.
  private static let valueColumns = 1000

  /// One line for each field, `name` and value; the values must still be broken.
  private var rows: [(name: String, value: String)] {
    let senders = Set(header.from.map(\.address))
    return Self.shownFields.flatMap { name -> [(name: String, value: String)] in
      let fields = header.fields.filter { $0.isNamed(name) && Self.isTelling($0, name, senders) }
      var rows = fields.prefix(Self.repeatLimit).map { field in
        (name, TerminalText.start(of: Self.text(of: field, name), columns: Self.valueColumns))
      }
      if fields.count > rows.count { rows.append((name, "… and \(fields.count - rows.count) more \(name) fields")) }
      if fields.isEmpty, name == "From" { rows.append((name, "(missing)")) }
      return rows
    }
  }

  /// The lines, safe for a terminal.
  func lines(style: Style, columns: Int?) -> [String] {
    let rows = rows
    let width = max(9, rows.map(\.name.utf8.count).max().map { $0 + 2 } ?? 0)
    return rows.flatMap { row in
      TerminalText.wrapped(style.fit(row.value), to: columns.map { $0 - width - 1 }).enumerated().map { index, line in
        TerminalText.padded(index == 0 ? "\(row.name):" : "", to: width) + line
      }
    }
  }

  /// Sender and Reply-To are told where they name somebody else than From does.
  private static func isTelling(_ field: HeaderField, _ name: String, _ senders: Set<AddrSpec>) -> Bool {
    guard name == "Sender" || name == "Reply-To" else { return true }
    guard let list = try? AddressList(parsing: field.value) else { return true }
    return Set(list.mailboxes.map(\.address)) != senders
  }

  private static func text(of field: HeaderField, _ name: String) -> String {
    if addressFields.contains(name), let list = try? AddressList(parsing: field.value) { return text(of: list) }
    let text = EncodedWord.decode(field.value)
    return name == "Date" ? date(text, field) : text
  }

  /// Names beside addresses; of a long list the start and how many follow.
  private static func text(of list: AddressList) -> String {
    var count = 0
    var words: [String] = []
    for entry in list.entries where count < addressLimit {
      switch entry {
      case .mailbox(let mailbox):
        words.append(Self.words(for: mailbox))
        count += 1
      case .group(let name, let members):
        let shown = members.prefix(addressLimit - count)
        words.append(shown.isEmpty ? "\(name):;" : "\(name): \(shown.map(Self.words).joined(separator: ", "));")
        count += max(1, shown.count)
      }
    }
    let more = list.mailboxes.count - count
    return words.joined(separator: ", ") + (more > 0 ? " … and \(more) more" : "")
  }

  /// Name and address; neither blanks in the name nor its length can push the address out of sight.
  private static func words(for mailbox: Mailbox) -> String {
    guard let name = mailbox.displayName else { return mailbox.display }
    let single = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard single != name || single.utf8.count > nameColumns else { return mailbox.display }
    let short = TerminalText.start(of: single, columns: nameColumns)
    return (try? Mailbox(mailbox.address, displayName: short))?.display ?? mailbox.display
  }

  /// The date as written, and by the clock here when that is another one.
  private static func date(_ text: String, _ field: HeaderField) -> String {
    guard let date = try? MailDate(parsing: field.value),
      LocalTime.zoneMinutes(at: date.seconds) != date.offsetMinutes
    else { return text }
    return "\(text) (here \(LocalTime.minute(date.seconds)))"
  }
}
