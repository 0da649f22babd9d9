/// The name of a mailbox in plain Unicode, and as it travels: in modified UTF-7, which is ASCII.
///
/// Source: RFC 3501 §5.1.3
struct IMAPMailboxName: Equatable {
  let text: String

  /// Nil for a name that is empty, holds a control character, or is longer than a thousand bytes.
  init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 1000,
      !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else { return nil }
    self.text = text
  }

  /// Reads a name that a server said; nil for one that is wrongly encoded, or could not be said again.
  init?(wire bytes: [UInt8]) {
    var units: [UInt16] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      guard (0x20...0x7E).contains(byte) else {
        // QUIRK: servers that were configured so send UTF-8 as it is; IMAPMailboxNameTests.
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self.init(text)
        return
      }
      guard byte == UInt8(ascii: "&") else {
        units.append(UInt16(byte))
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "-")) else { return nil }
      if end == rest.startIndex {
        units.append(UInt16(byte))
      } else {
        guard let decoded = Self.decoded(rest[..<end]) else { return nil }
        units += decoded
      }
      rest = rest[(end + 1)...]
    }
    guard let text = String(validating: units, as: UTF16.self) else { return nil }
    self.init(text)
  }

  /// The name as it stands in a command: quoted, in ASCII without control characters.
  var quoted: String {
    var result = "\""
    var pending: [UInt16] = []
    func flush() {
      if !pending.isEmpty { result += "&\(Self.encoded(pending))-" }
      pending = []
    }
    for unit in text.utf16 {
      guard (0x20...0x7E).contains(unit) else {
        pending.append(unit)
        continue
      }
      flush()
      switch unit {
      case 0x26: result += "&-"
      case 0x22, 0x5C: result += "\\" + String(decoding: [unit], as: UTF16.self)
      default: result += String(decoding: [unit], as: UTF16.self)
      }
    }
    flush()
    return result + "\""
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

  private static func encoded(_ units: [UInt16]) -> String {
    var bits: UInt32 = 0
    var count = 0
    var result: [UInt8] = []
    for unit in units {
      bits = bits << 16 | UInt32(unit)
      count += 16
      while count >= 6 {
        count -= 6
        result.append(alphabet[Int(bits >> UInt32(count) & 0x3F)])
      }
      bits &= (1 << UInt32(count)) - 1
    }
    if count > 0 { result.append(alphabet[Int(bits << UInt32(6 - count) & 0x3F)]) }
    return String(decoding: result, as: UTF8.self)
  }

  /// Nil for other characters than the alphabet's, and for bits that belong to no character.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    var bits: UInt32 = 0
    var count = 0
    var units: [UInt16] = []
    for byte in text {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 16 {
        count -= 16
        units.append(UInt16(bits >> UInt32(count)))
        bits &= (1 << UInt32(count)) - 1
      }
    }
    return count < 6 && bits == 0 && !units.isEmpty ? units : nil
  }
}
