/// What a maildrop holds, put together from two listings.
///
/// Source: RFC 1939 §5 (LIST), §7 (UIDL)
struct POP3Listing {
  /// The longest unique id that is taken; the standard has seventy characters.
  ///
  /// QUIRK: some servers give longer ones, such as a file's name and a hash together.
  static let identifierLimit = 255

  /// The most bytes that all unique ids have together: a maildrop of a million messages has less.
  static let octetLimit = 32 << 20

  private var octets = 0
  private var identifiers: [(number: Int, text: String)] = []
  private var numbers: Set<Int> = []
  private var sizes: [Int: Int] = [:]

  /// Takes a line of UIDL.
  mutating func takeIdentifier(_ line: [UInt8]) throws(POP3Session.Violation) {
    let words = line.split(separator: 0x20)
    guard words.count == 2, let number = Self.number(words[0]), number > 0 else {
      throw .init(description: "a line of UIDL that is none: \(ForeignText(line.prefix(80)))")
    }
    guard words[1].count <= Self.identifierLimit, words[1].allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .init(description: "message \(number) has a unique id that is too long, or not printable")
    }
    guard numbers.insert(number).inserted else { throw .init(description: "message \(number) is listed twice") }
    octets += words[1].count
    guard octets <= Self.octetLimit else {
      throw .init(description: "unique ids of more than \(Self.octetLimit) bytes")
    }
    identifiers.append((number, String(decoding: words[1], as: UTF8.self)))
  }

  /// Takes a line of LIST; what follows number and size is of no interest.
  mutating func takeSize(_ line: [UInt8]) throws(POP3Session.Violation) {
    let words = line.split(separator: 0x20, maxSplits: 2)
    guard words.count >= 2, let number = Self.number(words[0]), let size = Self.number(words[1]) else {
      throw .init(description: "a line of LIST that is none: \(ForeignText(line.prefix(80)))")
    }
    guard numbers.contains(number) else { throw .init(description: "message \(number) has no unique id") }
    sizes[number] = size
  }

  /// The messages, in the server's order.
  ///
  /// Two messages may have one unique id when they are the same: the second one is then known as that of its kind.
  /// Source: RFC 1939 §7
  var messages: [RemoteMessage] {
    var seen: [String: Int] = [:]
    return identifiers.map { number, text in
      let copy = seen[text, default: 0] + 1
      seen[text] = copy
      // No unique id has a blank in it.
      let id = copy == 1 ? text : "\(text) \(copy)"
      return RemoteMessage(id: .uidl(id), number: number, octets: sizes[number])
    }
  }

  /// A number of at most fifteen digits and nothing else.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...15).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
