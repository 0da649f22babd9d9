extension MailServer {
  /// The URL by which it is written down, with the port only where it is not the usual one.
  package func url(_ spoken: MailProtocol) -> String {
    let scheme =
      switch security {
      case .implicitTLS: "\(spoken.scheme)s"
      case .startTLS: "\(spoken.scheme)+starttls"
      case .plaintext: spoken.scheme
      }
    let user = user.map { "\(Self.percentEncoded($0))@" } ?? ""
    let port = port == spoken.port(security) ? "" : ":\(port)"
    return "\(scheme)://\(user)\(urlHost)\(port)"
  }

  /// The text as it stands in a URL.
  static func percentEncoded(_ text: String, besides further: String = "") -> String {
    text.utf8.reduce(into: "") { result, byte in
      let character = Character(UnicodeScalar(byte))
      if byte < 0x80,
        character.isLetter || character.isNumber || "-._~".contains(character) || further.contains(character)
      {
        result.append(character)
      } else {
        result += PercentCoding.written(byte)
      }
    }
  }
}
