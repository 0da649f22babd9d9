/// A value in a response: what stands between parentheses and blanks.
///
/// Source: RFC 3501 §4
enum IMAPValue: Equatable {
  /// An atom, a flag, a number, NIL, or the name of a section with all that is in its brackets: `BODY[]<0>`.
  case atom([UInt8])
  /// A quoted string, or a literal.
  case string([UInt8])
  case list([IMAPValue])

  /// The deepest parentheses: what we ask for has two.
  static let depthLimit = 16
  /// The most values of a response, flags and lists counted.
  static let countLimit = 4096

  /// The atom in upper case, since those of the protocol have no case; nil for anything else.
  var name: String? {
    guard case .atom(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self).uppercased()
  }

  /// The bytes of a string or an atom; nil for a list, and for NIL.
  var bytes: [UInt8]? {
    switch self {
    case .atom(let bytes): name == "NIL" ? nil : bytes
    case .string(let bytes): bytes
    case .list: nil
    }
  }

  var list: [IMAPValue]? {
    if case .list(let values) = self { values } else { nil }
  }

  /// The number that an atom is; nil for one that is no number, negative, or beyond 63 bits.
  var number: Int? {
    guard case .atom(let bytes) = self else { return nil }
    return Self.number(bytes)
  }

  /// A number from 1 to 4294967295. Source: RFC 3501 §9 (`nz-number`)
  var positive: UInt32? { number.flatMap { $0 > 0 ? UInt32(exactly: $0) : nil } }

  static func number(_ digits: some Collection<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}

/// Reads the values of a response, one after the other, without recursion.
struct IMAPValueReader {
  typealias Violation = IMAPResponseCutter.Violation

  private let response: IMAPResponseCutter.Response
  private var piece = 0
  private var position: Int
  private var count = 0
  /// Whether no bracket closes in the rest of the text: looked for once, or a line of brackets would take the square of its time.
  private var closesNoBracket = false

  /// Reads from `position` of the first text on.
  init(_ response: IMAPResponseCutter.Response, from position: Int = 0) {
    self.response = response
    self.position = position
  }

  /// All values that follow.
  mutating func all() throws(Violation) -> [IMAPValue] {
    var open: [[IMAPValue]] = []
    var values: [IMAPValue] = []
    while let byte = nextByte() {
      let value: IMAPValue
      switch byte {
      case UInt8(ascii: "("):
        guard open.count < IMAPValue.depthLimit else {
          throw Violation(description: "parentheses deeper than \(IMAPValue.depthLimit)")
        }
        position += 1
        open.append(values)
        values = []
        try countOne()
        continue
      case UInt8(ascii: ")"):
        guard var outer = open.popLast() else { throw Violation(description: "a parenthesis that closes nothing") }
        position += 1
        outer.append(.list(values))
        values = outer
        continue
      case UInt8(ascii: "\""): value = .string(try quoted())
      case UInt8(ascii: "{"):
        value = .string(try literal())
      case UInt8(ascii: "~") where text.count > position + 1 && text[position + 1] == UInt8(ascii: "{"):
        position += 1
        value = .string(try literal())
      default: value = .atom(atom())
      }
      try countOne()
      values.append(value)
    }
    guard open.isEmpty else { throw Violation(description: "a parenthesis that nothing closes") }
    return values
  }

  private var text: [UInt8] { response.texts[piece] }

  /// The first byte of the next value; nil at the end.
  private mutating func nextByte() -> UInt8? {
    while position < text.count, text[position] == 0x20 { position += 1 }
    return position < text.count ? text[position] : nil
  }

  private mutating func countOne() throws(Violation) {
    count += 1
    guard count <= IMAPValue.countLimit else {
      throw Violation(description: "a response of more than \(IMAPValue.countLimit) values")
    }
  }

  private mutating func quoted() throws(Violation) -> [UInt8] {
    var bytes: [UInt8] = []
    position += 1
    while position < text.count {
      var byte = text[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return bytes }
      if byte == UInt8(ascii: "\\"), position < text.count {
        byte = text[position]
        position += 1
      }
      bytes.append(byte)
    }
    throw Violation(description: "a quoted string without an end")
  }

  /// The announcement of a literal ends its text: anything else is no announcement.
  private mutating func literal() throws(Violation) -> [UInt8] {
    let announcement = text[position...]
    guard piece < response.literals.count, announcement.lastIndex(of: UInt8(ascii: "{")) == position else {
      throw Violation(description: "a brace that announces no literal")
    }
    defer {
      piece += 1
      position = 0
      closesNoBracket = false
    }
    return response.literals[piece]
  }

  /// Up to the next blank or parenthesis, except within brackets.
  private mutating func atom() -> [UInt8] {
    let start = position
    while position < text.count {
      switch text[position] {
      case 0x20, UInt8(ascii: "("), UInt8(ascii: ")"): return Array(text[start..<position])
      case UInt8(ascii: "[") where !closesNoBracket:
        let end = text[position...].firstIndex(of: UInt8(ascii: "]"))
        closesNoBracket = end == nil
        position = end ?? position
      default: break
      }
      position += 1
    }
    return Array(text[start..<position])
  }
}
