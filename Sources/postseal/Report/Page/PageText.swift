import ByteStreams
import HTMLText
import MIME
import SealedMail

/// The text of one part, made fit for a terminal, with what its reader should know about it.
struct PageText {
  let part: MessagePart
  /// What is told outside of the gutter: how the text came about.
  let notes: [String]
  let body: Body
  /// The charset that the message names; it may hold anything.
  let charset: String?
  /// Whether there is more of it than is shown.
  let isCut: Bool

  /// The text itself.
  enum Body {
    case lines([TextLine])
    /// To be laid out by a text browser, or as plain text.
    case html(HTMLDocument)
  }

  /// More lines than anybody reads; each takes memory of its own.
  private static let lineLimit = 200_000
  private static let charsetColumns = 40

  /// - Parameters:
  ///   - head: the start of the part, its transfer encoding undone.
  ///   - repeated: the fields that the start of the text repeats for old programs, and that is left out; nil for ordinary text.
  ///   - name: what the message is called in a command.
  init(_ part: MessagePart, head: MemoryHead, repeating repeated: HeaderProtection?, name: String) {
    let type = part.entity.contentType
    let isHTML = type.matches("text", "html")
    var (bytes, isCut) = (head.bytes, head.isCut)
    if Self.cutLines(of: &bytes) { isCut = true }
    if isCut { Self.cutCharacter(of: &bytes) }
    charset = type.parameters["charset"] ?? (isHTML ? HTMLCharset.named(in: bytes) : nil)
    let reading = TextReading(bytes, declared: charset)
    var notes: [String] = []
    if case .unknown(let token) = part.entity.transferEncoding {
      notes.append("transfer encoding \(Self.quoted(token)) is not known; shown as it stands")
    }
    notes += Self.notes(about: reading.basis, charset: charset)
    if isHTML {
      let document = HTMLDocument(
        parsing: reading.text, droppingClass: repeated == nil ? nil : HeaderProtection.legacyDisplayClass)
      notes.append(Self.note(about: document))
      if let repeated, !repeated.repeats(document.textDropped(from: reading.text)) { notes.append(Self.leftOut(name)) }
      if document.isCut { isCut = true }
      body = .html(document)
    } else {
      var text = reading.text
      if let repeated {
        let (display, rest) = HeaderProtection.splitLegacyDisplay(text)
        if !repeated.repeats(display) { notes.append(Self.leftOut(name)) }
        text = String(rest)
      }
      body = .lines(Self.lines(of: text, type))
    }
    if isCut { notes.append("too long, cut at its end; `postseal decrypt \(name)` writes all of it") }
    self.notes = notes
    self.part = part
    self.isCut = isCut
  }

  /// The text as lines that depend on no other program and no terminal.
  var plainLines: [TextLine] {
    switch body {
    case .lines(let lines): lines
    case .html(let document): document.paragraphs.map(TextLine.init)
    }
  }

  private static func lines(of text: String, _ type: ContentType) -> [TextLine] {
    let isFlowed = type.matches("text", "plain") && type.parameters["format"]?.lowercased() == "flowed"
    let deletesSpace = type.parameters["delsp"]?.lowercased() == "yes"
    var lines = isFlowed ? TextLine.flowed(text, deletesSpace ? .deleted : .kept) : TextLine.fixed(text)
    while lines.last?.text.allSatisfy(\.isWhitespace) == true, lines.last?.first.isEmpty == true { lines.removeLast() }
    return lines
  }

  // MARK: Notes

  /// What is told of text that other programs show, and this one does not.
  static func leftOut(_ name: String) -> String {
    "text that should only repeat header fields is left out; `postseal decrypt \(name)` writes it"
  }

  private static func notes(about basis: TextReading.Basis, charset: String?) -> [String] {
    let named = charset.map(quoted) ?? ""
    return switch basis {
    case .declared: []
    case .incomplete: ["not all of it is \(named); \u{FFFD} stands for what cannot be read"]
    case .undeclared(let actual): ["no charset is named; read as \(actual)"]
    case .unknown(let actual): ["charset \(named) is not known; read as \(actual)"]
    case .contradicted(let actual): ["it claims to be \(named) and is not; read as \(actual)"]
    }
  }

  private static func note(about document: HTMLDocument) -> String {
    var note = "made from html; links show where they lead"
    if document.remoteCount > 0 {
      note += "; \(document.remoteCount) remote \(document.remoteCount == 1 ? "piece was" : "pieces were") not fetched"
    }
    return document.hasHiddenText ? note + "; hidden text left out" : note
  }

  private static func quoted(_ text: String) -> String {
    "\"\(TerminalText.truncated(TerminalText.visible(String(text.prefix(charsetColumns))), to: charsetColumns))\""
  }

  // MARK: Bounds

  /// Cuts what has too many lines; true when it did.
  private static func cutLines(of bytes: inout [UInt8]) -> Bool {
    var count = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D {
      count += 1
      if count == lineLimit, index + 1 < bytes.count {
        bytes.removeLast(bytes.count - index - 1)
        return true
      }
    }
    return false
  }

  /// Removes the start of a character at the end, which would look like damage.
  private static func cutCharacter(of bytes: inout [UInt8]) {
    for _ in 0..<4 {
      guard let last = bytes.last, last >= 0x80 else { return }
      bytes.removeLast()
      if last >= 0xC0 { return }
    }
  }
}

/// Keeps the start of what is written, so much that about `limit` octets are shown.
final class MemoryHead: ByteSink {
  private(set) var bytes: [UInt8] = []
  private(set) var isCut = false
  /// About how many octets will be shown.
  private(set) var shown = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func write(_ part: RawSpan) throws(StreamError) {
    var count = 0
    while count < part.byteCount, shown < limit {
      // A control character is spelled out in eight, and a CR is one unless it ends a line.
      let octet = part[count]
      shown += octet >= 0x20 || octet == 0x09 || octet == 0x0A ? 1 : octet == 0x0D ? 4 : 8
      count += 1
    }
    if count < part.byteCount { isCut = true }
    bytes.append(part.extracting(first: count))
  }

  func finish() throws(StreamError) {}
}

extension HTMLDocument {
  /// The lines of `html` that this reading of it has dropped from its start.
  fileprivate func textDropped(from html: String) -> String {
    HTMLDocument(parsing: html).paragraphs.dropLast(paragraphs.count).map(\.text).joined(separator: "\n")
  }
}
