/// A JSON value whose members keep the order they are given in: what `--json` prints.
///
/// Foundation's encoder loses the order of members, and costs more at start-up than a small command takes.
enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A name and its value.
  struct Member: Sendable, Equatable {
    let name: String
    let value: JSONValue
  }

  /// An object with these members, in this order.
  static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  /// A report of `--json`: its members after the version of their schema.
  static func report(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object([Member(name: "version", value: .number(1))] + members.map { Member(name: $0.key, value: $0.value) })
  }

  /// This object with one member more, at its end.
  func adding(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { preconditionFailure("only an object has members") }
    return .object(members + [Member(name: name, value: value)])
  }

  /// The string, or null when there is none.
  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// The number, or null when there is none.
  static func optional(_ number: (some BinaryInteger)?) -> JSONValue { number.map { .number(Int($0)) } ?? .null }

  /// The strings as an array.
  static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map(JSONValue.string)) }

  /// One line of JSON without blanks.
  ///
  /// Everything but printable ASCII is escaped, so a terminal may show it.
  ///
  /// Source: RFC 8259 §7.
  var text: String {
    var result = ""
    write(into: &result)
    return result
  }

  private func write(into result: inout String) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .number(let value): result += String(value)
    case .string(let value): Self.write(value, into: &result)
    case .array(let values):
      result += "["
      for (index, value) in values.enumerated() {
        if index > 0 { result += "," }
        value.write(into: &result)
      }
      result += "]"
    case .object(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { result += "," }
        Self.write(member.name, into: &result)
        result += ":"
        member.value.write(into: &result)
      }
      result += "}"
    }
  }

  private static func write(_ text: String, into result: inout String) {
    result += "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x0A: result += "\\n"
      case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    result += "\""
  }
}
