import ByteStreams
import MIME
import SealedMail

/// A message as `read` shows it: verdict, header, text behind a gutter, list of attachments.
struct MessagePage {
  let opened: OpenedMessage
  let content: OpenedContent
  /// What the hints call the message.
  let name: String

  /// More text than anybody reads on a terminal, of all parts together; `decrypt` writes all of it.
  private static let textLimit = 4 << 20
  /// The longest media types that are registered have some 80 characters.
  private static let typeColumns = 90
  private static let shownFields = ["From", "To", "Cc", "Date", "Subject"]

  private var parts: MessageParts {
    MessageParts(of: content.structure, root: content.root, hidden: content.hiddenParts)
  }

  /// The page; on a terminal no line is longer than it is wide, so that no text can leave its gutter.
  ///
  /// - Throws: `OpenError`, `StreamError`.
  func lines(for terminal: Terminal) throws -> [String] {
    let (style, columns) = (terminal.outputStyle, terminal.outputColumns)
    let parts = parts
    var lines = VerdictReport(opened: opened).lines(style: style, columns: columns)
    lines += headerLines(style, columns) + [""]
    for text in try texts(of: parts) {
      for line in text { lines += TerminalText.wrapped(style.fit(line), to: columns.map { $0 - 3 }).map { "│ \($0)" } }
      lines.append("")
    }
    return lines + attachmentLines(of: parts, style, columns)
  }

  private func attachmentLines(of parts: MessageParts, _ style: Style, _ columns: Int?) -> [String] {
    let rows = parts.attachments.map { attachment in
      [
        "[\(attachment.number)] \(TerminalText.visible(attachment.name.text))",
        TerminalText.truncated(TerminalText.visible(attachment.entity.contentType.mediaType), to: Self.typeColumns),
        "\(ByteCount(attachment.size))",
        "postseal extract \(TerminalText.visible(name)) \(attachment.number)",
      ]
    }
    return Table.lines(rows).flatMap { row in
      TerminalText.wrapped(style.fit(row), to: columns.map { $0 - 5 }).enumerated().map { $0 == 0 ? $1 : "    \($1)" }
    }
  }

  /// The report of `--json`.
  ///
  /// - Throws: `OpenError`, `StreamError`.
  func json() throws -> JSONValue {
    let parts = parts
    let texts = try texts(of: parts)
    return JSONValue.report(VerdictReport(opened: opened).json)
      .adding("text", .strings(texts.map { $0.joined(separator: "\n") }))
      .adding(
        "attachments",
        .array(
          parts.attachments.map {
            .members([
              "number": .number($0.number), "name": .string($0.name.text),
              "mediaType": .string($0.entity.contentType.mediaType), "size": .number($0.size),
            ])
          }))
  }

  private func headerLines(_ style: Style, _ columns: Int?) -> [String] {
    Self.shownFields.flatMap { name in
      opened.header.fields.filter { $0.isNamed(name) }.flatMap { field -> [String] in
        let value = style.fit(TerminalText.visible(Self.text(of: field)))
        let wrapped = TerminalText.wrapped(value, to: columns.map { $0 - 10 })
        return wrapped.enumerated().map { index, line in
          TerminalText.padded(index == 0 ? "\(name):" : "", to: 9) + line
        }
      }
    }
  }

  /// A field's value as people read it; of addresses each name beside its address.
  private static func text(of field: HeaderField) -> String {
    if ["from", "to", "cc"].contains(field.name.lowercased()), let list = try? AddressList(parsing: field.value) {
      return list.mailboxes.map(\.display).joined(separator: ", ")
    }
    return EncodedWord.decode(field.value)
  }

  /// The lines of each text, safe for a terminal.
  private func texts(of parts: MessageParts) throws -> [[String]] {
    var result: [[String]] = []
    var room = Self.textLimit
    try content.withSources(parts.texts.map(\.body)) { index, source in
      let entity = parts.texts[index]
      let sink = MemoryHead(limit: room)
      try entity.transferEncoding.decoding(source).copy(to: sink)
      room -= sink.bytes.count
      var text = Charset.decode(sink.bytes, named: entity.contentType.parameters["charset"]).text
      if content.legacyDisplayParts.contains(entity.index) { text = HeaderProtection.withoutLegacyDisplay(text) }
      // A CR LF is one character of Swift's, and a line end.
      var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        .map { TerminalText.visible(String($0), .textLine) }
      while lines.last?.isEmpty == true { lines.removeLast() }
      if sink.isCut { lines.append("… cut here; `postseal decrypt \(TerminalText.visible(name))` writes all of it") }
      result.append(lines)
    }
    return result
  }
}

/// Keeps the start of what is written.
private final class MemoryHead: ByteSink {
  private(set) var bytes: [UInt8] = []
  private(set) var isCut = false
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func write(_ part: RawSpan) throws(StreamError) {
    let room = limit - bytes.count
    if part.byteCount > room { isCut = true }
    bytes.append(part.extracting(first: min(room, part.byteCount)))
  }

  func finish() throws(StreamError) {}
}
