import ByteStreams
import MIME
import SealedMail

/// The text of a message as an answer repeats it.
///
/// Only the first text that the verdict speaks of is taken, made safe as for a terminal: an editor shows it too.
/// Source: RFC 3676 §4.5
struct Quotation {
  /// Who wrote when, and the text behind marks; empty when there is none.
  let text: String
  /// Whether there is more than is repeated.
  let isCut: Bool

  private static let lengthLimit = 256 << 10
  private static let columns = 72
  private static let nameLimit = 100

  /// - Throws: `OpenError`, `StreamError`.
  init(of opened: OpenedMessage, _ content: OpenedContent) throws {
    let isSealed = opened.verdict.encryption != .none
    let texts = MessageParts(of: content).texts
    guard let part = texts.first(where: { $0.number == nil && (!isSealed || $0.isCovered) }) else {
      (text, isCut) = ("", false)
      return
    }
    let head = MemoryHead(limit: Self.lengthLimit)
    try content.withSources([part.entity.body]) { _, source in
      try part.entity.transferEncoding.decoding(source).copy(to: head)
    }
    let repeated = content.protection.flatMap { $0.legacyDisplayParts.contains(part.entity.index) ? $0 : nil }
    let page = PageText(part, head: head, repeating: repeated, name: "")
    let style = Style(hasColour: false, hasUTF8: true)
    var lines: [String] = []
    for line in page.plainLines {
      // What follows is a signature of the kind that everybody knows already.
      if line.text == "-- ", line.first.isEmpty { break }
      // What its sender broke stays as it is, a patch for one.
      lines += line.isFixed ? [line.joined] : line.wrapped(to: Self.columns, style: style)
    }
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    isCut = page.isCut
    guard !lines.isEmpty else {
      text = ""
      return
    }
    let quoted = lines.map { line in line.isEmpty ? ">" : line.hasPrefix(">") ? ">\(line)" : "> \(line)" }
    text = ([Self.attribution(of: opened.header), ""] + quoted).joined(separator: "\n") + "\n"
  }

  /// The line before it: `On 2026-11-22 18:02 +0100, Bob Meyer wrote:`.
  private static func attribution(of header: RestoredHeader) -> String {
    let author = header.from.first.map { $0.harmless.displayName ?? $0.address.display } ?? "somebody"
    let name = TerminalText.truncated(TerminalText.visible(author), to: nameLimit)
    let field = header.fields.first { $0.isNamed("Date") }
    guard let date = field.flatMap({ try? MailDate(parsing: $0.value) }) else { return "\(name) wrote:" }
    return "On \(LocalTime.minute(date.seconds)), \(name) wrote:"
  }
}

extension Mailbox {
  /// The mailbox as it can be shown to whoever answers: nothing hidden in its name, and no name that passes for an address.
  var harmless: Mailbox {
    guard let displayName, !displayNameContainsAddress else { return bare }
    let name = String(TerminalText.withoutHidden(displayName).prefix(200))
    return (try? Mailbox(address, displayName: name.isEmpty ? nil : name)) ?? bare
  }

  private var bare: Mailbox { (try? Mailbox(address)) ?? self }
}
