import ArgumentParser
import ByteStreams
import SystemPackage

/// The man pages: one for each command, made from the same words as `--help`, with every exit status.
enum Manual {
  /// Writes `postseal.1`, `postseal-send.1`, … into `folder`.
  ///
  /// - Throws: `StreamError`.
  static func write(into folder: FilePath) throws(StreamError) {
    for (words, command) in pages(of: Postseal.self, words: ["postseal"]) {
      let name = words.joined(separator: "-")
      let file = try OutputFile(folder.appending("\(name).1"), policy: .replace, mode: 0o644)
      try ArraySource(Array(page(name: name, words: words, command: command).utf8)).copy(to: file)
      try file.finish()
    }
  }

  private static func pages(
    of command: any ParsableCommand.Type, words: [String]
  ) -> [(words: [String], command: any ParsableCommand.Type)] {
    let children = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    return [(words, command)] + children.flatMap { pages(of: $0, words: words + [$0.name]) }
  }

  /// One page in the macros of man(7).
  static func page(name: String, words: [String], command: any ParsableCommand.Type) -> String {
    let configuration = command.configuration
    var lines = [
      ".TH \(name.uppercased()) 1 \"\" \"postseal \(Postseal.version)\"",
      ".SH NAME", "\(escaped(name)) \\- \(escaped(withoutStop(configuration.abstract)))",
    ]
    let help = UsageMistake.withOwnOptionsFirst(Postseal.helpMessage(for: command, columns: 10_000))
    for section in sections(of: help) {
      lines += roff(section)
      guard section.title == "USAGE", !configuration.discussion.isEmpty else { continue }
      lines += [".SH DESCRIPTION"] + paragraphs(configuration.discussion)
    }
    if let command = command as? any Documented.Type {
      lines += [".SH EXAMPLES", ".nf"] + command.examples.map(escaped) + [".fi"]
    }
    lines += [".SH EXIT STATUS"]
    for status in ExitStatus.allCases { lines += [".TP", "\(status.rawValue)", escaped(status.meaning)] }
    lines += [".SH SEE ALSO", seeAlso(command, words: words)]
    return lines.map { $0 + "\n" }.joined()
  }

  /// A titled part of a help text that one page shows: usage, arguments, options, subcommands.
  private struct Section {
    let title: String
    /// What is explained, and the explanation.
    var rows: [(label: Substring, text: Substring)] = []

    /// Where the parser starts an explanation: on a line of its own where what is explained is longer.
    private static let textColumn = 26

    mutating func take(_ line: Substring) {
      let cell = line.prefix(Self.textColumn)
      guard cell.count == Self.textColumn, cell.last == " " else { return rows.append((line.dropFirst(2), "")) }
      let text = line.dropFirst(Self.textColumn)
      if let last = rows.indices.last, cell.allSatisfy({ $0 == " " }) {
        rows[last].text = text
      } else {
        let label = cell.dropFirst(2)
        rows.append((label.firstRange(of: "  ").map { label[..<$0.lowerBound] } ?? label.dropLast(), text))
      }
    }
  }

  private static func sections(of help: String) -> [Section] {
    var result: [Section] = []
    for line in help.split(separator: "\n") {
      if let colon = line.firstIndex(of: ":"), line[..<colon].allSatisfy({ $0.isUppercase || $0 == " " }) {
        result.append(Section(title: String(line[..<colon])))
        let rest = line[line.index(after: colon)...].trimmingPrefix { $0 == " " }
        if !rest.isEmpty { result[result.count - 1].rows.append((rest, "")) }
      } else if let last = result.indices.last, line.hasPrefix("  "), !line.hasPrefix("  See ") {
        result[last].take(line)
      }
    }
    return result.filter { $0.title != "OVERVIEW" }
  }

  private static func roff(_ section: Section) -> [String] {
    if section.title == "USAGE" { return [".SH SYNOPSIS"] + section.rows.map { escaped(String($0.label)) } }
    return [".SH \(section.title)"]
      + section.rows.flatMap { row in
        [".TP", "\\fB\(escaped(String(row.label)))\\fR"] + (row.text.isEmpty ? [] : [escaped(String(row.text))])
      }
  }

  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ".PP" : escaped(String($0)) }
  }

  private static func seeAlso(_ command: any ParsableCommand.Type, words: [String]) -> String {
    var names = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
      .map { (words + [$0.name]).joined(separator: "-") }
    if words.count > 1 { names.insert(words.dropLast().joined(separator: "-"), at: 0) }
    return (names.map { "\(escaped($0))(1)" } + ["gpg(1)"]).joined(separator: ", ")
  }

  private static func withoutStop(_ text: String) -> String {
    text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// Text that roff shows as it is: no escapes, no macro at the start of a line, real hyphens.
  private static func escaped(_ text: String) -> String {
    let safe = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
  }
}
