import MIME
import OpenPGPPackets
import SealedMail

/// The parts of a message as `inspect` shows them: a line for each, and below it what is remarkable about it.
struct InspectionPage {
  let inspection: Inspection

  /// More parts than anybody reads on a terminal.
  private static let partLimit = 300
  /// More findings about one part, and more keys in one finding, than anybody reads.
  private static let listLimit = 12
  /// Anybody can send a megabyte of a name.
  private static let nameColumns = 60
  private static let findingColumns = 500

  /// The lines; on a terminal none is longer than it is wide, so that no foreign text starts one.
  func lines(for terminal: Terminal) -> [String] {
    let (style, columns) = (terminal.outputStyle, terminal.outputColumns)
    let entities = inspection.structure.entities
    let shown = entities.prefix(Self.partLimit)
    let sections = shown.map { inspection.structure.path(of: $0.index) }
    let width = min(20, sections.map(\.count).max() ?? 0)
    var lines: [String] = []
    for (entity, section) in zip(shown, sections) {
      // Deep trees would leave no room for words.
      let margin = TerminalText.padded(TerminalText.truncated(section, to: 20), to: width) + "  "
      let indent = String(repeating: "  ", count: min(entity.depth, 12))
      let blank = String(repeating: " ", count: width + 2) + indent
      lines += Self.wrapped(Self.line(of: entity), first: margin + indent, rest: blank + "    ", style, columns)
      for finding in Self.limited(inspection.findings[entity.index].map(InspectionWords.lines)) {
        for (index, text) in finding.enumerated() {
          let margin = blank + (index == 0 ? "" : "    ")
          lines += Self.wrapped(
            TerminalText.start(of: text, columns: Self.findingColumns), first: margin + (index == 0 ? "╰ " : ""),
            rest: margin + "  ",
            style, columns)
        }
      }
    }
    if entities.count > shown.count {
      lines.append(style.fit("… and \(entities.count - shown.count) more parts, which `--json` lists"))
    }
    return lines
  }

  /// The first of many findings, and how many more there are.
  private static func limited(_ findings: [[String]]) -> [[String]] {
    guard findings.count > listLimit else { return findings }
    return findings.prefix(listLimit) + [["… and \(findings.count - listLimit) more, which `--json` lists"]]
  }

  /// A part in one line: its type, what its text needs to be read, its size and its name.
  private static func line(of entity: Entity) -> String {
    let type = entity.contentType
    var words = [short(type.mediaType)]
    if type.type == "text", let charset = type.parameters["charset"] { words.append(short(charset)) }
    if entity.isLeaf, entity.transferEncoding != .sevenBit { words.append(short(entity.transferEncoding.token)) }
    if entity.isLeaf || entity.role == .root { words.append("\(ByteCount(entity.body.count))") }
    if let name = try? entity.filename() { words.append("\"\(short(name))\"") }
    return words.joined(separator: ", ")
  }

  private static func short(_ text: String) -> String { TerminalText.start(of: text, columns: nameColumns) }

  private static func wrapped(
    _ text: String, first: String, rest: String, _ style: Style, _ columns: Int?
  ) -> [String] {
    let room = columns.map { $0 - 1 - TerminalText.width(rest) }
    return TerminalText.wrapped(style.fit(text), to: room).enumerated().map { ($0 == 0 ? first : rest) + $1 }
  }
}
