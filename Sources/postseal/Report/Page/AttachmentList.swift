import MIME
import SealedMail

/// The attachments of a message: what they are, and how they are saved or opened.
struct AttachmentList {
  let attachments: [MessagePart]
  let name: MessageName
  /// Whether the verdict speaks of some parts and not of others, so that each has to say it.
  let isMixed: Bool

  /// The longest media types that are registered have some 80 characters.
  private static let typeColumns = 90
  private static let nameColumns = 60
  private static let suffixColumns = 16
  /// More rows than anybody reads; `--json` lists all.
  private static let rowLimit = 200
  private static let subjectColumns = 200

  func lines(style: Style, columns: Int?) -> [String] {
    let shown = attachments.prefix(Self.rowLimit)
    let table = Table.lines(shown.map(row), orPlainPast: columns.map { $0 - 5 })
    var lines: [String] = []
    for (part, row) in zip(shown, table) {
      lines += Self.indented(row, style, columns)
      if let remark = remark(about: part) { lines += Self.indented("    \(remark)", style, columns) }
    }
    let more = attachments.count - shown.count
    return more > 0 ? lines + ["… and \(more) more attachments, which `--json` lists"] : lines
  }

  private func row(_ part: MessagePart) -> [String] {
    let number = part.number ?? 0
    let fileName = TerminalText.visible(part.name.text)
    let coverage = isMixed ? [part.isCovered ? "covered by the verdict" : "not covered"] : []
    return [
      // One long name must not make all rows wide.
      "[\(number)] \(TerminalText.shortened(fileName, to: Self.nameColumns, keeping: Self.suffixColumns))",
      TerminalText.truncated(TerminalText.visible(part.entity.contentType.mediaType), to: Self.typeColumns),
      "\(ByteCount(part.size))",
    ] + coverage + ["postseal extract \(name.words) \(number)"]
  }

  /// What else can be done with what is no mere file.
  private func remark(about part: MessagePart) -> String? {
    if let header = part.forwarded { return "\(Self.words(about: header))  \(name.reading(part.section))" }
    // QUIRK: messages in base64 or quoted-printable, by Exchange and others. ListedPartTranscripts.swift
    if part.entity.contentType.matches("message", "rfc822"), let number = part.number {
      return
        "a message in \(part.entity.transferEncoding.token)  postseal extract \(name.words) \(number) -o - | postseal read"
    }
    if part.isCiphertext { return "OpenPGP, by its name  \(name.reading(part.section))" }
    return part.isKey ? "a key; when it is saved: postseal key import \(ShellWord.quoted(part.name.text))" : nil
  }

  /// Subject and sender of a message in the message, each as it claims.
  private static func words(about header: Header) -> String {
    let subject = header.first(named: "Subject").map { EncodedWord.decode($0.value) } ?? ""
    let sender = header.first(named: "From").map { field in
      (try? AddressList(parsing: field.value))?.mailboxes.first?.display ?? EncodedWord.decode(field.value)
    }
    return "\"\(cut(subject))\" from \(sender.map(cut) ?? "nobody named")"
  }

  private static func cut(_ text: String) -> String { TerminalText.start(of: text, columns: subjectColumns) }

  private static func indented(_ line: String, _ style: Style, _ columns: Int?) -> [String] {
    TerminalText.wrapped(style.fit(line), to: columns.map { $0 - 5 }).enumerated().map { $0 == 0 ? $1 : "    \($1)" }
  }
}
