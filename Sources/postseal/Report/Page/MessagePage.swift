import ByteStreams
import HTMLText
import MIME
import SealedMail

/// A message as `read` shows it: verdict, header, text behind a gutter, list of attachments.
struct MessagePage {
  let opened: OpenedMessage
  let content: OpenedContent
  let name: MessageName

  /// More text than anybody reads on a terminal, of all parts together; `decrypt` writes all of it.
  private static let textLimit = 4 << 20
  /// Each text of html is a run of the text browser; a message of ten thousand would take minutes.
  private static let browserLimit = 4

  /// The page; on a terminal no line is longer than it is wide, so that no text can leave its gutter.
  ///
  /// - Throws: `OpenError`, `StreamError`.
  func lines(for terminal: Terminal) async throws -> [String] {
    let (style, columns) = (terminal.outputStyle, terminal.outputColumns)
    let parts = MessageParts(of: content)
    var lines = VerdictReport(opened: opened).lines(style: style, columns: columns)
    // A part that is no message has no header that could lack anything.
    if opened.outerHeader != nil || !opened.header.fields.isEmpty {
      lines += HeaderLines(header: opened.header).lines(style: style, columns: columns)
    }
    lines.append("")
    for section in try await sections(of: parts, style, columns) { lines += section.lines(style, columns) + [""] }
    let list = AttachmentList(attachments: parts.attachments, name: name, isMixed: parts.areMixed)
    return lines + list.lines(style: style, columns: columns)
  }

  /// The report of `--json`: texts as they are without any other program.
  ///
  /// - Throws: `OpenError`, `StreamError`.
  func json() throws -> JSONValue {
    let parts = MessageParts(of: content)
    return JSONValue.report(VerdictReport(opened: opened).json)
      .adding("texts", .array(try texts(of: parts).map(\.json)))
      .adding("attachments", .array(parts.attachments.map(\.attachmentJSON)))
      .adding("parts", .array(parts.all.map(\.json)))
  }

  /// What stands between header and attachments.
  private func sections(of parts: MessageParts, _ style: Style, _ columns: Int?) async throws -> [PageSection] {
    var sections = hidesText ? [PageSection(labels: ["(\(PageText.leftOut(name.words)))"])] : []
    let room = columns.map { $0 - PageSection.gutterColumns } ?? TextLine.paragraphColumns
    let areMixed = parts.areMixed
    // Text browsers draw with signs that only UTF-8 has.
    var browserRuns = style.hasUTF8 ? Self.browserLimit : 0
    for text in try texts(of: parts) {
      var section = PageSection()
      // Text browsers indent what is quoted, or not even that, and then nobody can tell whose words they are.
      if case .html(let document) = text.body, !document.hasQuotes, browserRuns > 0 {
        let lines = await TextBrowser.lines(of: document.markup, columns: room)
        section.lines = lines ?? text.plainLines
        // What failed once is not waited for again.
        browserRuns = lines == nil ? 0 : browserRuns - 1
      } else {
        section.lines = text.plainLines
      }
      if areMixed {
        section.labels.append("part \(text.part.section), \(text.part.isCovered ? "" : "not ")covered by the verdict:")
      } else if let number = text.part.number {
        section.labels.append("[\(number)] \(TerminalText.visible(text.part.name.text)):")
      }
      section.labels += text.notes.map { "(\($0))" }
      if section.lines.isEmpty { section.labels.append("(no text)") }
      sections.append(section)
    }
    return sections.isEmpty ? [PageSection(labels: ["(no text)"])] : sections
  }

  /// Whether a part that is not shown has, or may have, other text than the header fields that it should repeat.
  private var hidesText: Bool {
    guard let protection = content.protection else { return false }
    return protection.hiddenParts.map { content.structure[$0] }.contains { part in
      guard part.body.count <= part.opening.count else { return true }
      let text = try? part.transferEncoding.decoding(ArraySource(part.opening)).readAll(limit: .max, what: "a text")
      return !protection.repeats(String(decoding: text ?? part.opening, as: UTF8.self))
    }
  }

  private func texts(of parts: MessageParts) throws -> [PageText] {
    var result: [PageText] = []
    var room = Self.textLimit
    let texts = parts.texts
    try content.withSources(texts.map(\.entity.body)) { index, source in
      let part = texts[index]
      let head = MemoryHead(limit: room)
      try part.entity.transferEncoding.decoding(source).copy(to: head)
      room = max(0, room - head.shown)
      let repeated = content.protection.flatMap { $0.legacyDisplayParts.contains(part.entity.index) ? $0 : nil }
      result.append(PageText(part, head: head, repeating: repeated, name: name.words))
    }
    return result
  }
}

/// A piece of text on the page: what is said about it, then the text itself behind a gutter.
struct PageSection {
  /// Our own words, outside of the gutter; foreign text in them must have passed `TerminalText.visible`.
  var labels: [String] = []
  var lines: [TextLine] = []

  /// The gutter, and one column that stays empty: some terminals draw some signs wider than they say.
  static let gutterColumns = 3

  func lines(_ style: Style, _ columns: Int?) -> [String] {
    labels.flatMap { label in
      // The name of a file can be long, and what stands in it must start no line.
      TerminalText.wrapped(style.fit(label), to: columns.map { $0 - 5 }).enumerated().map { $0 == 0 ? $1 : "    \($1)" }
    }
      + lines.flatMap { $0.wrapped(to: columns.map { $0 - Self.gutterColumns }, style: style) }.map { "│ \($0)" }
  }
}

extension MessageParts {
  /// Whether the verdict speaks of some of what is shown or listed, and not of the rest.
  fileprivate var areMixed: Bool {
    let seen = all.filter { $0.role == .text || $0.role == .attachment }
    return seen.contains { $0.isCovered } && seen.contains { !$0.isCovered }
  }
}

extension PageText {
  fileprivate var json: JSONValue {
    .members([
      "section": .string(part.section), "mediaType": .string(part.entity.contentType.mediaType),
      "charset": .optional(charset), "covered": .bool(part.isCovered), "notes": .strings(notes), "cut": .bool(isCut),
      "text": .string(plainLines.map(\.joined).joined(separator: "\n")),
    ])
  }
}

extension MessagePart {
  fileprivate var attachmentJSON: JSONValue {
    .members([
      "number": .number(number ?? 0), "section": .string(section), "name": .string(name.text),
      "mediaType": .string(entity.contentType.mediaType), "size": .number(size), "covered": .bool(isCovered),
      "subject": .optional(forwarded?.first(named: "Subject").map { EncodedWord.decode($0.value) }),
      "from": .optional(forwarded?.first(named: "From").map { EncodedWord.decode($0.value) }),
    ])
  }

  fileprivate var json: JSONValue {
    .members([
      "section": .string(section), "mediaType": .string(entity.contentType.mediaType),
      "name": .optional(sentName), "size": .number(size),
      "disposition": .optional(disposition), "role": .string(role.rawValue),
      "covered": .bool(isCovered),
    ])
  }
}
