package import SystemPackage

extension SubmissionTarget {
  /// Reads `sendmail:`, `sendmail:/path`, `maildir:PATH`, `smtps://[user@]host[:port]`, `smtp+starttls://…` or `smtp://…`.
  ///
  /// A path is absolute, or starts with `~/` and is taken below `home`. A user name may be percent-encoded; a password is
  /// refused wherever it stands.
  ///
  /// - Throws: `TransportError.target`.
  package init(
    parsing text: String, home: FilePath? = nil, plaintext: PlaintextPermission = .loopbackOnly
  ) throws(TransportError) {
    guard let colon = text.firstIndex(of: ":") else { throw .target(.unknownScheme(ForeignText(text).description)) }
    let scheme = text[..<colon].lowercased()
    let rest = text[text.index(after: colon)...]
    switch scheme {
    case "sendmail":
      self = .sendmail(rest.isEmpty ? nil : try Self.path(rest, home: home))
    case "maildir":
      self = .maildir(try Self.path(rest, home: home))
    case "smtps": self = .smtp(try Self.server(rest, .implicitTLS, defaultPort: 465))
    case "smtp+starttls": self = .smtp(try Self.server(rest, .startTLS, defaultPort: 587))
    case "smtp":
      let server = try Self.server(rest, .plaintext, defaultPort: 25)
      guard server.isLoopback || plaintext == .anyHost else { throw .target(.plaintextRefused(host: server.host)) }
      self = .smtp(server)
    default: throw .target(.unknownScheme(ForeignText(scheme).description))
    }
  }

  private static func path(_ text: Substring, home: FilePath?) throws(TransportError) -> FilePath {
    let shown = ForeignText(String(text)).description
    guard !text.utf8.contains(0) else { throw .target(.path(shown)) }
    if text.hasPrefix("~/"), let home { return home.appending(FilePath(String(text.dropFirst(2))).components) }
    // `maildir:///path` and `sendmail:///path` are what URLs of files look like.
    let path = FilePath(String(text.hasPrefix("///") ? text.dropFirst(2) : text))
    guard path.isAbsolute else { throw .target(.path(shown)) }
    return path
  }

  private static func server(
    _ text: Substring, _ security: SMTPServer.Security, defaultPort: UInt16
  ) throws(TransportError) -> SMTPServer {
    guard text.hasPrefix("//") else { throw .target(.host(ForeignText(String(text)).description)) }
    var authority = text.dropFirst(2)
    if authority.hasSuffix("/") { authority.removeLast() }
    var user: String?
    if let at = authority.lastIndex(of: "@") {
      let userinfo = authority[..<at]
      guard !userinfo.contains(":") else { throw .target(.passwordInURL) }
      guard let decoded = percentDecoded(userinfo) else { throw .target(.user) }
      user = decoded
      authority = authority[authority.index(after: at)...]
    }
    if let extra = authority.firstIndex(where: { "/?#".contains($0) }) {
      throw .target(.trailing(ForeignText(String(authority[extra...])).description))
    }
    let (host, portText) = try hostAndPort(authority)
    guard let port = portText.map({ UInt16($0) }) ?? defaultPort, port > 0,
      portText?.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ?? true
    else { throw .target(.port(ForeignText(String(portText ?? "")).description)) }
    return SMTPServer(security: security, host: host, port: port, user: user)
  }

  private static func hostAndPort(_ text: Substring) throws(TransportError) -> (host: String, port: Substring?) {
    let host: Substring
    let after: Substring
    var allowed: (UInt8) -> Bool
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      after = text[text.index(after: end)...]
      allowed = { isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    } else {
      let end = text.firstIndex(of: ":") ?? text.endIndex
      host = text[..<end]
      after = text[end...]
      allowed = { isHostByte($0) }
    }
    let first = host.utf8.first
    guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(allowed), first != UInt8(ascii: "-"),
      first != UInt8(ascii: "."), after.isEmpty || after.hasPrefix(":")
    else { throw .target(.host(ForeignText(String(text)).description)) }
    return (host.lowercased(), after.isEmpty ? nil : after.dropFirst())
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  /// The decoded text; nil when it is empty, wrongly encoded, not UTF-8, or holds a control character.
  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(), isHexDigit(high), isHexDigit(low),
        let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
    }
    guard !bytes.isEmpty, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension SMTPServer {
  /// Whether the host is this machine by its very name: `localhost`, 127.0.0.0/8 or ::1.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return octets.count == 4 && octets[0] == 127 && octets.allSatisfy { $0 != nil }
  }
}
