extension RetrievalSource {
  /// The schemes, and what they mean.
  private static let ways: [(scheme: String, spoken: MailProtocol, security: MailServer.Security)] = [
    ("imaps", .imap, .implicitTLS), ("imap+starttls", .imap, .startTLS), ("imap", .imap, .plaintext),
    ("pop3s", .pop3, .implicitTLS), ("pop3+starttls", .pop3, .startTLS), ("pop3", .pop3, .plaintext),
  ]

  /// Whether a text is meant as the URL of mail on a server: it begins with one of the schemes and `://`.
  package static func isURL(_ text: String) -> Bool {
    guard let end = text.firstRange(of: "://")?.lowerBound else { return false }
    let scheme = text[..<end].lowercased()
    return ways.contains { $0.scheme == scheme }
  }

  /// Reads `imaps://[user@]host[:port][/MAILBOX[;UIDVALIDITY=n][/;UID=n]]`, and `pop3s://[user@]host[:port]`, each also with
  /// `+starttls`, or without TLS.
  ///
  /// User name and mailbox may be percent-encoded UTF-8, and a `;` or `?` in them must be. A password is refused wherever it stands.
  /// - Throws: `TransportError.target`.
  /// Source: RFC 5092 §2
  package init(
    parsing text: String, plaintext: PlaintextPermission = .loopbackOnly
  ) throws(TransportError) {
    let scheme = text[..<(text.firstIndex(of: ":") ?? text.startIndex)].lowercased()
    guard let way = Self.ways.first(where: { $0.scheme == scheme }) else {
      throw .target(.unknownSource(ForeignText(text).description))
    }
    let rest = text[text.index(text.startIndex, offsetBy: scheme.count + 1)...]
    guard rest.hasPrefix("//") else { throw .target(.host(ForeignText(String(rest)).description)) }
    let slash = rest.dropFirst(2).firstIndex(of: "/") ?? rest.endIndex
    let server = try MailServer(parsing: rest[..<slash], way.spoken, way.security, plaintext: plaintext)
    // A server must not choose how we log in, and neither a URL. Source: RFC 5092 §3.2
    if server.user?.uppercased().contains(";AUTH=") == true { throw .target(.user) }
    let path = rest[slash...].dropFirst()
    switch way.spoken {
    case .imap:
      let place = try Place(path)
      self.init(
        spoken: way.spoken, server: server, mailbox: place.mailbox, validity: place.validity, uid: place.uid)
    case .pop3, .smtp:
      guard path.isEmpty else { throw .target(.trailing(ForeignText("/\(path)").description)) }
      self.init(spoken: way.spoken, server: server)
    }
  }

  /// What stands after the host.
  private struct Place {
    var mailbox = "INBOX"
    var validity: UInt32?
    var uid: UInt32?

    init(_ path: Substring) throws(TransportError) {
      if let extra = path.firstIndex(where: { $0 == "?" || $0 == "#" }) {
        throw .target(.trailing(ForeignText(String(path[extra...])).description))
      }
      let pieces = path.split(separator: ";", omittingEmptySubsequences: false)
      let name = Self.withoutFinalSlash(pieces[0])
      if !name.isEmpty {
        guard let decoded = MailServer.percentDecoded(name), decoded.utf8.count <= Self.nameLimit else {
          throw .target(.mailbox(ForeignText(String(name)).description))
        }
        mailbox = decoded.uppercased() == "INBOX" ? "INBOX" : decoded
      }
      for piece in pieces.dropFirst() { try take(Self.withoutFinalSlash(piece)) }
    }

    private mutating func take(_ parameter: Substring) throws(TransportError) {
      let shown = ForeignText(";\(parameter)").description
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = parts[0].uppercased()
      guard key == "UID" && uid == nil || key == "UIDVALIDITY" && validity == nil && uid == nil else {
        throw .target(.trailing(shown))
      }
      guard parts.count == 2, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(parts[1]),
        number > 0
      else { throw .target(.messageNumber(shown)) }
      if key == "UID" { uid = number } else { validity = number }
    }

    /// The longest name, in bytes: far beyond what servers keep.
    private static let nameLimit = 1000

    private static func withoutFinalSlash(_ text: Substring) -> Substring {
      text.hasSuffix("/") ? text.dropLast() : text
    }
  }
}
