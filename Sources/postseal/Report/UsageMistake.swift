import ArgumentParser

/// What a mistyped command line gets: the parser's words in our manner, and the nearest command that exists.
enum UsageMistake {
  /// The failure of a command line that the parser refused.
  static func failure(of error: any Error, in arguments: [String]) -> Failure {
    let (known, rest) = commandPath(arguments)
    let prefix = known.reduce("postseal") { "\($0) \($1.name)" }
    if let word = rest.first, !word.hasPrefix("-"), !names(under: known).isEmpty {
      let full = "\(prefix) \(word)"
      let hint = nearest(to: word, in: names(under: known)).map { "did you mean `\(prefix) \($0)`?" }
      return Failure(.usage, "unknown command `\(full)`", hint: hint ?? "see `\(prefix) --help`")
    }
    return Failure(.usage, sentence(Postseal.message(for: error)), hint: "see `\(prefix) --help`")
  }

  /// The text that was asked for; of a help page the end are the command's examples.
  static func help(of error: any Error, in arguments: [String]) -> String {
    let text = withinScreen(Postseal.fullMessage(for: error))
    guard text.hasPrefix("OVERVIEW: ") else { return text }
    return ordered(text, of: arguments)
  }

  /// A help page whose first options are the command's own, and whose end are its examples.
  private static func ordered(_ page: String, of arguments: [String]) -> String {
    let text = withOwnOptionsFirst(page)
    let words = arguments.first == "help" ? Array(arguments.dropFirst()) : arguments
    let command = commandPath(words).known.last ?? Postseal.self
    guard let documented = command as? any Documented.Type else { return text }
    let end = text.hasSuffix("\n\n") ? "" : text.hasSuffix("\n") ? "\n" : "\n\n"
    return text + end + documented.examplesText
  }

  /// The parser puts groups of options that many commands have before those that a command is called for.
  static func withOwnOptionsFirst(_ page: String) -> String {
    var sections: [[Substring]] = [[]]
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if !line.hasPrefix(" "), line.hasSuffix(":"), line == line.uppercased() { sections.append([]) }
      sections[sections.count - 1].append(line)
    }
    guard let own = sections.firstIndex(where: { $0.first == "OPTIONS:" }),
      let first = sections.firstIndex(where: { $0.first?.hasSuffix(" OPTIONS:") == true }), first < own
    else { return page }
    sections.insert(sections.remove(at: own), at: first)
    return sections.joined().joined(separator: "\n")
  }

  /// The parser wraps all of a help page but its usage line.
  private static func withinScreen(_ text: String) -> String {
    guard let start = text.firstRange(of: "\nUSAGE: ")?.lowerBound else { return text }
    let line = text[text.index(after: start)...].prefix { $0 != "\n" }
    var lines = [""]
    for word in line.replacing(" [", with: "\n[").split(separator: "\n") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= 79 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append("       \(word)")
      }
    }
    return text.replacing(line, with: lines.joined(separator: "\n"), maxReplacements: 1)
  }

  /// The commands that the first words name, and the words after them.
  private static func commandPath(_ arguments: [String]) -> (
    known: [any ParsableCommand.Type], rest: ArraySlice<String>
  ) {
    var known: [any ParsableCommand.Type] = []
    var rest = arguments[...]
    while let word = rest.first, let next = children(of: known).first(where: { $0.name == word }) {
      known.append(next)
      rest.removeFirst()
    }
    return (known, rest)
  }

  private static func children(of known: [any ParsableCommand.Type]) -> [any ParsableCommand.Type] {
    (known.last ?? Postseal.self).configuration.subcommands
  }

  private static func names(under known: [any ParsableCommand.Type]) -> [String] {
    children(of: known).filter { $0.configuration.shouldDisplay }.map { $0.name }
  }

  /// The name at the smallest edit distance, if that is at most 2 and less than the word's length.
  static func nearest(to word: String, in names: [String]) -> String? {
    names.map { (name: $0, distance: distance(word, $0)) }
      .filter { $0.distance <= 2 && $0.distance < word.count }
      .min { $0.distance < $1.distance }?.name
  }

  /// Edits (insert, delete, replace, swap of neighbours) from `left` to `right`.
  private static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.prefix(40)), right = Array(right)
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var best = min(rows[i][j] + (a == b ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }

  /// The parser's message in lower case, on one line, without a full stop.
  private static func sentence(_ message: String) -> String {
    var text = message.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: " ")
    if text.hasSuffix(".") { text.removeLast() }
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension ParsableCommand {
  /// The word that calls this command.
  static var name: String { configuration.commandName ?? _commandName }
}
