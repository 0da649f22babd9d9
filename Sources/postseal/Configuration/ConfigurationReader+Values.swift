import MIME
import TOMLKit

/// Single values: each reader notes a fault and gives something harmless when the type is wrong.
extension ConfigurationReader {
  mutating func unknown(_ path: [String]) {
    problem(path, "there is no such key")
  }

  mutating func string(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    guard let text = value.string, !text.isEmpty else {
      problem(path, value.type == .string ? "it must not be empty" : "it must be a string, not \(noun(value))")
      return nil
    }
    return text
  }

  mutating func bool(_ value: any TOMLValueConvertible, _ path: [String]) -> Bool {
    if value.bool == nil { problem(path, "it must be true or false, not \(noun(value))") }
    return value.bool ?? false
  }

  mutating func table(_ value: any TOMLValueConvertible, _ path: [String]) -> TOMLTable? {
    if value.table == nil { problem(path, "it must be a table, not \(noun(value))") }
    return value.table
  }

  mutating func strings(_ value: any TOMLValueConvertible, _ path: [String]) -> [String] {
    guard let array = value.array else {
      problem(path, "it must be an array of strings, not \(noun(value))")
      return []
    }
    return array.compactMap { string($0, path) }
  }

  mutating func mailboxes(_ value: any TOMLValueConvertible, _ path: [String]) -> [String] {
    mailboxes(strings(value, path), path)
  }

  mutating func mailboxes(_ texts: [String], _ path: [String]) -> [String] {
    for text in texts where (try? Mailbox(text)) == nil { problem(path, "`\(text)` is no address") }
    return texts
  }

  mutating func domain(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    guard let text = string(value, path) else { return nil }
    guard let address = try? AddrSpec(localPart: "any", domain: text) else {
      problem(path, "`\(text)` is no domain")
      return nil
    }
    return address.domain
  }

  mutating func command(_ value: any TOMLValueConvertible, _ path: [String]) -> [String]? {
    let words = strings(value, path)
    if value.array?.isEmpty == true { problem(path, "it must name a program") }
    return words.isEmpty ? nil : words
  }

  mutating func pattern(_ text: String, _ path: [String]) -> AddressPattern? {
    let pattern = AddressPattern(text)
    if pattern == nil { problem(path, "`\(text)` is neither an address nor *@domain") }
    return pattern
  }

  mutating func fingerprint(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    guard let text = string(value, path) else { return nil }
    let digits = text.filter { $0 != " " }.uppercased()
    guard digits.allSatisfy(\.isHexDigit), digits.count == 40 || digits.count == 64 else {
      problem(path, "it must be a whole fingerprint of 40 or 64 hexadecimal digits")
      return nil
    }
    return digits
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: any TOMLValueConvertible, _ path: [String]
  ) -> Choice? {
    string(value, path).flatMap { choice(named: $0, path) }
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(named text: String, _ path: [String]) -> Choice?
  {
    let choice = Choice(rawValue: text)
    if choice == nil {
      let names = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      problem(path, "`\(text)` is not one of \(names)")
    }
    return choice
  }

  private func noun(_ value: any TOMLValueConvertible) -> String {
    switch value.type {
    case .table: "a table"
    case .array: "an array"
    case .string: "a string"
    case .int, .double: "a number"
    case .bool: "true or false"
    case .date, .time, .dateTime: "a date"
    }
  }
}
