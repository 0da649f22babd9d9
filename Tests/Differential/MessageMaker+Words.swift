import Foundation

/// Encoded words and the fields made of them.
///
/// Source: RFC 2047, RFC 5322 §3.6.5
extension MessageMaker {
  /// One encoded word, without blanks around it.
  mutating func encodedWord() -> [UInt8] {
    let text = pick(Self.foreign, odd: Self.mislabelled)
    return encodedWord(text.octets, charset: text.charset)
  }

  private mutating func encodedWord(_ octets: [UInt8], charset: String) -> [UInt8] {
    let charset = pick([charset], odd: [charset + "*en", charset.uppercased()])
    let isBase64 = once(in: 2)
    var body = isBase64 ? Array(Data(octets).base64EncodedString().utf8) : qEncoded(octets)
    if isOdd() {
      body =
        isBase64
        ? pick([body.filter { $0 != 0x3D }, body + [0x21], [0x2A] + body])
        : pick([body + "=".utf8, body + "=ZZ".utf8, body + "a b".utf8])
    }
    let letter = pick(isBase64 ? ["B", "b"] : ["Q", "q"], odd: ["x"])
    let end = pick(["?="], odd: ["?= "])
    return Array("=?\(charset)?\(letter)?".utf8) + body + Array(end.utf8)
  }

  private mutating func qEncoded(_ octets: [UInt8]) -> [UInt8] {
    let isLowercase = isOdd()
    return octets.flatMap { octet -> [UInt8] in
      switch octet {
      case 0x20: Array("_".utf8)
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: [octet]
      default: Array(String(format: isLowercase ? "=%02x" : "=%02X", octet).utf8)
      }
    }
  }

  /// Several encoded words that are one text: side by side, folded, or with a character split between two.
  mutating func encodedText() -> [UInt8] {
    var result = encodedWord()
    for _ in 0..<roll(3) {
      result += pick([" ", "\n "], odd: ["", "  ", "\t", "\n\t "]).utf8
      result += encodedWord()
    }
    guard isOdd() else { return result }
    let whole = Array("Zoë".utf8)
    return encodedWord(Array(whole.prefix(3)), charset: "utf-8") + " ".utf8
      + encodedWord(Array(whole.dropFirst(3)), charset: "utf-8")
  }

  /// The value of a Subject field.
  mutating func subject() -> [UInt8] {
    switch roll(6) {
    case 0, 1: return Array(text(1 + roll(6)).utf8)
    case 2: return encodedText()
    case 3: return Array((text(2) + " ").utf8) + encodedText() + Array((" " + text(1)).utf8)
    case 4: return Array((text(3) + "\n " + text(3)).utf8)
    default:
      guard isOdd() else { return Array(text(2).utf8) + Array(" ".utf8) + rawForeign() }
      let long = Data(repeating: 0x61, count: 300).base64EncodedString()
      let odd = [
        "", "  padded  inside  \t", "\n folded at once", "a\n \n b", "word=?utf-8?q?glued?=word", "=?utf-8?q?open",
        "(=?utf-8?q?in_a_comment?=)", "\"=?utf-8?q?in_quotes?=\"", "=?utf-8?b?\(long)?=",
        "a\u{0}b", "a\rb", "bell\u{7}", "tab\there", String(repeating: "long ", count: 200),
      ]
      return once(in: 8) ? encodedWord() + rawForeign() : Array(pick(odd).utf8)
    }
  }
}
