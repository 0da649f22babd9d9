/// What a server says it can, in its reply to EHLO. Source: RFC 5321 §4.1.1.1
struct SMTPCapabilities: Equatable {
  /// The keywords beyond those that have a meaning of their own here.
  private(set) var extensions: Set<SMTPExtension> = []

  /// Whether commands may be sent without waiting for each reply. Source: RFC 2920
  private(set) var pipelining = false

  /// Whether MAIL may tell the size. Source: RFC 1870
  private(set) var size = false

  /// The most octets of a message; nil when the server does not say. Source: RFC 1870 §3
  private(set) var sizeLimit: Int?

  init() {}

  /// Reads the lines after the first, which greets.
  init(_ reply: SMTPReply) {
    for line in reply.lines.dropFirst() {
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard let keyword = words.first?.uppercased() else { continue }
      switch keyword {
      case "PIPELINING": pipelining = true
      case "SIZE":
        size = true
        // Zero says that there is no fixed limit.
        if words.count > 1, let limit = Int(words[1]), limit > 0 { sizeLimit = limit }
      default:
        for known in SMTPExtension.allCases where known.keyword == keyword { extensions.insert(known) }
      }
    }
  }
}
