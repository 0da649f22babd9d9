import TestSupport

/// Makes realistic and broken mail: the same seed and number give the same message for ever.
///
/// Every third message is sound: nothing in it is broken, though all that the standards allow may come. The others are
/// broken in few places, so that a disagreement of two readers has few possible causes.
struct MessageMaker {
  private var generator: SplitMix64
  /// Something odd is chosen once in so many times; 0 for never.
  private let rarity: Int
  /// How many boundaries were made, so that each is another one.
  var boundaries = 0

  /// The maker of one message out of many.
  init(seed: UInt64, number: Int) {
    var seeds = SplitMix64(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
    generator = SplitMix64(seed: seeds.next())
    rarity = [0, 24, 8][number % 3]
  }

  // MARK: Choices

  /// A number below `count`.
  mutating func roll(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

  /// True once in so many times.
  mutating func once(in count: Int) -> Bool { roll(count) == 0 }

  /// True when something odd may stand here.
  mutating func isOdd() -> Bool { rarity > 0 && once(in: rarity) }

  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[roll(choices.count)] }

  /// One of the sound choices, or now and then one of the odd ones.
  mutating func pick<Choice>(_ sound: [Choice], odd: [Choice]) -> Choice { isOdd() ? pick(odd) : pick(sound) }

  // MARK: Text

  /// Octets of a text in a charset, and the name that mail gives the charset.
  struct Foreign {
    let charset: String
    let octets: [UInt8]
  }

  /// Words in the charsets of real mail, in octets that mean the same to everybody.
  static let foreign: [Foreign] = [
    Foreign(charset: "utf-8", octets: Array("Zoë Müller".utf8)),
    Foreign(charset: "UTF-8", octets: Array("Łukasz – 山田太郎".utf8)),
    Foreign(charset: "utf-8", octets: Array("Rechnung für März".utf8)),
    Foreign(charset: "iso-8859-1", octets: [0x5A, 0x6F, 0xEB]),
    Foreign(charset: "ISO-8859-1", octets: [0x46, 0x72, 0x61, 0x6E, 0xE7, 0x6F, 0x69, 0x73, 0x20, 0x44]),
    Foreign(charset: "iso-8859-15", octets: [0x31, 0x30, 0x20, 0xA4]),
    Foreign(charset: "windows-1252", octets: [0x93, 0x68, 0x69, 0x94, 0x20, 0x80]),
    Foreign(charset: "koi8-r", octets: [0xE9, 0xD2, 0xC9, 0xCE, 0xC1]),
    Foreign(charset: "windows-1251", octets: [0xC8, 0xF0, 0xE8, 0xED, 0xE0]),
    Foreign(charset: "iso-2022-jp", octets: Array("\u{1B}$B;3ED\u{1B}(B".utf8)),
    Foreign(charset: "shift_jis", octets: [0x8E, 0x52, 0x93, 0x63]),
    Foreign(charset: "gb2312", octets: [0xD6, 0xD0, 0xCE, 0xC4]),
    Foreign(charset: "euc-kr", octets: [0xC7, 0xD1, 0xB1, 0xDB]),
    Foreign(charset: "big5", octets: [0xA4, 0xA4, 0xA4, 0xE5]),
    Foreign(charset: "us-ascii", octets: Array("plain words".utf8)),
  ]

  /// Words whose charset says something else than their octets, or nothing.
  static let mislabelled: [Foreign] = [
    Foreign(charset: "x-unknown", octets: Array("mystery".utf8)),
    Foreign(charset: "us-ascii", octets: Array("Zoë".utf8)),
    Foreign(charset: "utf-8", octets: [0x5A, 0x6F, 0xEB]),
    Foreign(charset: "iso-8859-1", octets: [0x93, 0x68, 0x69, 0x94]),
    Foreign(charset: "utf-8", octets: [0x61, 0xC3]),
    Foreign(charset: "utf-8", octets: Array("a\u{0}b\nBcc: x".utf8)),
    Foreign(charset: "unknown-8bit", octets: [0xC3, 0xA9]),
  ]

  static let words = ["Budget", "figures", "for", "the", "board", "Alice", "minutes", "10%", "A&B", "re:", "x", "2026"]

  /// Some words with single blanks between them.
  mutating func text(_ count: Int) -> String { (0..<count).map { _ in pick(Self.words) }.joined(separator: " ") }

  /// Octets above 127 as they stand in a header without encoding.
  mutating func rawForeign() -> [UInt8] {
    pick([Array("Zoë".utf8), Array("山田".utf8)], odd: [[0x5A, 0x6F, 0xEB], [0x93, 0x68, 0x69, 0x94], [0xC3, 0x28]])
  }
}
