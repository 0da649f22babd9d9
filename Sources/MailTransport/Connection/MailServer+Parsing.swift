extension MailServer {
  /// Reads what stands after the scheme of a URL: `//[user@]host[:port]`, with nothing but one `/` after it.
  ///
  /// A user name may be percent-encoded; a password is refused wherever it stands.
  /// - Throws: `TransportError.target`.
  package init(
    parsing text: Substring, _ spoken: MailProtocol, _ security: Security, plaintext: PlaintextPermission
  ) throws(TransportError) {
    guard text.hasPrefix("//") else { throw .target(.host(ForeignText(String(text)).description)) }
    var authority = text.dropFirst(2)
    if authority.hasSuffix("/") { authority.removeLast() }
    var user: String?
    if let at = authority.lastIndex(of: "@") {
      let userinfo = authority[..<at]
      guard !userinfo.contains(":") else { throw .target(.passwordInURL) }
      guard let decoded = Self.percentDecoded(userinfo) else { throw .target(.user) }
      user = decoded
      authority = authority[authority.index(after: at)...]
    }
    if let extra = authority.firstIndex(where: { "/?#".contains($0) }) {
      throw .target(.trailing(ForeignText(String(authority[extra...])).description))
    }
    let (host, portText) = try Self.hostAndPort(authority)
    guard let port = portText.map({ UInt16($0) }) ?? spoken.port(security), port > 0,
      portText?.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ?? true
    else { throw .target(.port(ForeignText(String(portText ?? "")).description)) }
    self.init(security: security, host: host, port: port, user: user)
    guard security != .plaintext || isLoopback || plaintext == .anyHost else {
      throw .target(.plaintextRefused(host: host))
    }
  }

  private static func hostAndPort(_ text: Substring) throws(TransportError) -> (host: String, port: Substring?) {
    let host: Substring
    let after: Substring
    var allowed: (UInt8) -> Bool
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      after = text[text.index(after: end)...]
      allowed = { PercentCoding.isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
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

  /// The decoded text; nil when it is empty, wrongly encoded, not UTF-8, or holds a control character.
  static func percentDecoded(_ text: Substring) -> String? {
    guard let bytes = PercentCoding.bytes(of: text), !bytes.isEmpty,
      !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
