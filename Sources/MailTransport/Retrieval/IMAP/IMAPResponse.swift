/// What a server says, as far as we ask for it. Source: RFC 3501 §7
enum IMAPResponse: Equatable {
  /// The answer to the command of this tag.
  case tagged(String, IMAPStatus)
  /// A status that answers no command: a remark, a warning, or the goodbye.
  case untagged(IMAPStatus)
  /// The server asks to go on.
  case goOn
  case capabilities(Set<String>)
  /// How many messages there are.
  case exists(Int)
  case expunge(Int)
  /// UIDs that a search found.
  case found([UInt32])
  case fetched(IMAPFetched)
  case folder(IMAPFolder)
  /// A folder whose name is wrongly encoded, or could not be said again.
  case nameless
  /// Anything else, which says nothing to us.
  case other

  /// Reads one.
  ///
  /// - Throws: `Violation` for what is no response, or has a part that we need and that cannot be.
  init(_ response: IMAPResponseCutter.Response) throws(IMAPResponseCutter.Violation) {
    typealias Violation = IMAPResponseCutter.Violation
    let text = response.texts[0]
    let words = text.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = words.first, !first.isEmpty else { throw Violation(description: "an empty line") }
    if first.elementsEqual("+".utf8) {
      self = .goOn
      return
    }
    guard words.count > 1 else { throw Violation(description: "\"\(ForeignText(first.prefix(80)))\"") }
    if let status = IMAPStatus(text[words[1].startIndex...]) {
      self = first.elementsEqual("*".utf8) ? .untagged(status) : .tagged(String(decoding: first, as: UTF8.self), status)
      return
    }
    guard first.elementsEqual("*".utf8) else {
      throw Violation(description: "a line that is no response: \"\(ForeignText(text.prefix(80)))\"")
    }
    if let number = IMAPValue.number(words[1]) {
      self = try Self.numbered(number, response, from: words[1].endIndex)
      return
    }
    let rest = words[1].endIndex
    switch String(decoding: words[1].prefix(16), as: UTF8.self).uppercased() {
    case "CAPABILITY":
      var reader = IMAPValueReader(response, from: rest)
      self = .capabilities(Set(try reader.all().compactMap(\.name)))
    case "SEARCH": self = .found(try Self.numbers(text[rest...]))
    case "ESEARCH":
      var reader = IMAPValueReader(response, from: rest)
      self = .found(try Self.extended(try reader.all()))
    case "LIST":
      var reader = IMAPValueReader(response, from: rest)
      self = IMAPFolder(try reader.all()).map { .folder($0) } ?? .nameless
    default: self = .other
    }
  }

  private static func numbered(
    _ number: Int, _ response: IMAPResponseCutter.Response, from position: Int
  ) throws(IMAPResponseCutter.Violation) -> IMAPResponse {
    var reader = IMAPValueReader(response, from: position)
    let values = try reader.all()
    switch values.first?.name {
    case "EXISTS": return .exists(number)
    case "EXPUNGE": return .expunge(number)
    case "FETCH": return .fetched(try IMAPFetched(values.count > 1 ? values[1].list ?? [] : []))
    default: return .other
    }
  }

  /// The numbers of a SEARCH response, which can be a million: they are read one by one, without values or a list of words.
  private static func numbers(_ text: ArraySlice<UInt8>) throws(IMAPResponseCutter.Violation) -> [UInt32] {
    var numbers: [UInt32] = []
    var rest = text
    while let start = rest.firstIndex(where: { $0 != 0x20 }) {
      let word = rest[start...].prefix { $0 != 0x20 }
      rest = rest[word.endIndex...]
      // What RFC 7162 puts after the numbers.
      if word.first == UInt8(ascii: "(") { break }
      guard let number = IMAPValue.number(word).flatMap({ UInt32(exactly: $0) }), number > 0 else {
        throw .init(description: "\"\(ForeignText(word.prefix(40)))\" for the UID of a message")
      }
      guard numbers.count < UIDSet.limit else {
        throw .init(description: "more than \(UIDSet.limit) messages found")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// What servers of RFC 9051 say instead. Source: RFC 9051 §7.3.4
  private static func extended(_ values: [IMAPValue]) throws(IMAPResponseCutter.Violation) -> [UInt32] {
    guard let all = values.firstIndex(where: { $0.name == "ALL" }), values.count > all + 1 else { return [] }
    guard let bytes = values[all + 1].bytes, let set = UIDSet(String(decoding: bytes, as: UTF8.self)) else {
      throw .init(description: "a set of messages that is none")
    }
    return set.uids
  }
}

/// OK, NO, BAD, BYE or PREAUTH, with a code for programs and words for people. Source: RFC 3501 §7.1
struct IMAPStatus: Equatable {
  enum Kind: String {
    case ok = "OK"
    case no = "NO"
    case bad = "BAD"
    case bye = "BYE"
    case preauthenticated = "PREAUTH"
  }

  let kind: Kind
  /// The words of the code, the first in upper case: `["UIDNEXT", "44"]`; empty without a code.
  let code: [String]
  /// Kind, code and text as the server said them.
  let words: ForeignText

  /// Nil for what is no status.
  init?(_ text: ArraySlice<UInt8>) {
    let word = text.prefix { $0 != 0x20 }
    guard word.count <= 8, let kind = Kind(rawValue: String(decoding: word, as: UTF8.self).uppercased()) else {
      return nil
    }
    self.kind = kind
    words = ForeignText(text)
    let rest = text[word.endIndex...].drop { $0 == 0x20 }
    guard rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) else {
      code = []
      return
    }
    var code = rest[(rest.startIndex + 1)..<end].split(separator: 0x20).prefix(1000).map {
      String(decoding: $0, as: UTF8.self)
    }
    if let name = code.first { code[0] = name.uppercased() }
    self.code = code
  }

  /// The number that the code `name` has as its first argument.
  func number(of name: String) -> UInt32? {
    guard code.first == name, code.count > 1 else { return nil }
    return IMAPValue.atom(Array(code[1].utf8)).positive
  }

  /// Whether the same may go well later. Source: RFC 5530 §3
  var isTemporary: Bool { ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].contains(code.first) || kind == .bye }
}
