/// On which line of a TOML file a key stands, so that an error can name it.
///
/// It only looks for table headers and `key =`; whether the file is TOML is decided before, by the TOML library.
struct ConfigurationLines {
  private var numbers: [String: Int] = [:]

  init(_ text: String) {
    var table = ""
    var entries: [String: Int] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingPrefix(while: \.isWhitespace)
      if line.hasPrefix("[[") {
        let name = Self.key(line.dropFirst(2), upTo: "]")
        table = "\(name)[\(entries[name, default: 0])]"
        entries[name, default: 0] += 1
      } else if line.hasPrefix("[") {
        table = Self.key(line.dropFirst(), upTo: "]")
      } else if line.contains("="), !line.hasPrefix("#") {
        remember(Self.joined(table, Self.key(line, upTo: "=")), index + 1)
        continue
      } else {
        continue
      }
      remember(table, index + 1)
    }
  }

  /// The line of the key at `path`, or of the nearest table around it.
  func line(of path: [String]) -> Int? {
    var path = path
    while !path.isEmpty {
      let joined = path.reduce("") { Self.joined($0, $1) }
      if let number = numbers[joined] { return number }
      path.removeLast()
    }
    return nil
  }

  private mutating func remember(_ path: String, _ number: Int) {
    if numbers[path] == nil { numbers[path] = number }
  }

  private static func joined(_ table: String, _ key: String) -> String {
    table.isEmpty || key.hasPrefix("[") ? table + key : table + "." + key
  }

  /// The key before `end`, without its quotes and blanks.
  private static func key(_ text: Substring, upTo end: Character) -> String {
    var quote: Character?
    var key = ""
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { key.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == end {
        break
      } else if !character.isWhitespace {
        key.append(character)
      }
    }
    return key
  }
}
