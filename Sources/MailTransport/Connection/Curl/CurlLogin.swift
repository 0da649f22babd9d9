import ByteStreams
internal import CCurl

/// How libcurl is told to connect, secure and log in, and what its failures mean.
struct CurlLogin {
  /// What is spoken with the server.
  let spoken: MailProtocol
  let server: MailServer
  let credential: ServerCredential?
  let options: ConnectionOptions
  let timeLimit: Duration
  /// The name for EHLO; of no use in other protocols.
  var clientName = ""

  /// Sets every option; nothing comes from a netrc file, and nothing but the one protocol can be spoken.
  func prepare(_ handle: CurlHandle) throws(TransportError) {
    let scheme = spoken.scheme + (server.security == .implicitTLS ? "s" : "")
    try handle.set(CURLOPT_URL, to: "\(scheme)://\(server.urlHost):\(server.port)/\(Self.urlPath(clientName))")
    try handle.set(CURLOPT_PROTOCOLS_STR, to: scheme)
    try handle.set(CURLOPT_CONNECT_ONLY, to: 1)
    try handle.set(CURLOPT_NOSIGNAL, to: 1)
    try handle.set(CURLOPT_NETRC, to: Int(CURL_NETRC_IGNORED.rawValue))
    let milliseconds = Int(
      timeLimit.components.seconds * 1000 + timeLimit.components.attoseconds / 1_000_000_000_000_000)
    try handle.set(CURLOPT_TIMEOUT_MS, to: max(1, milliseconds))
    try handle.set(CURLOPT_CONNECTTIMEOUT_MS, to: max(1, milliseconds))
    // What is meant for this machine must not go through another.
    if server.isLoopback { try handle.set(CURLOPT_PROXY, to: "") }
    try prepareTLS(handle)
    try prepareCredential(handle)
  }

  private func prepareTLS(_ handle: CurlHandle) throws(TransportError) {
    let use = server.security == .plaintext ? CURLUSESSL_NONE : CURLUSESSL_ALL
    try handle.set(CURLOPT_USE_SSL, to: Int(use.rawValue))
    try handle.set(CURLOPT_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
    try handle.set(CURLOPT_SSL_VERIFYPEER, to: 1)
    try handle.set(CURLOPT_SSL_VERIFYHOST, to: 2)
    if case .file(let path) = options.trust {
      try handle.set(CURLOPT_CAINFO, to: path)
      try handle.set(CURLOPT_CAPATH, to: nil as String?)
    }
  }

  private func prepareCredential(_ handle: CurlHandle) throws(TransportError) {
    guard let credential, let user = server.user else { return }
    try handle.set(CURLOPT_USERNAME, to: user)
    // Without a list libcurl would prefer CRAM-MD5, which keeps servers from storing passwords well.
    let (mechanisms, option, secret) =
      switch credential {
      case .password(let secret): ("AUTH=PLAIN;AUTH=LOGIN", CURLOPT_PASSWORD, secret)
      case .token(let secret): ("AUTH=OAUTHBEARER;AUTH=XOAUTH2", CURLOPT_XOAUTH2_BEARER, secret)
      }
    try handle.set(CURLOPT_LOGIN_OPTIONS, to: mechanisms)
    try secret.withBytes { bytes throws(TransportError) in
      guard bytes.byteCount > 0 else { throw .target(.secretMissing(user: user, host: server.host)) }
      for offset in 0..<bytes.byteCount where bytes[offset] == 0 { throw .target(.secretHoldsNUL(host: server.host)) }
      try handle.set(option, secret: bytes)
    }
  }

  /// Makes sure that the login happened: libcurl goes on without it when an SMTP server offers none, or an IMAP server wants none.
  func confirm(_ handle: CurlHandle) throws(TransportError) {
    guard credential != nil else { return }
    let dialogue = handle.dialogue
    guard !dialogue.isPreauthenticated, dialogue.lastAnswer?.finding == .positive,
      spoken != .smtp || dialogue.lastAnswer?.words.description.hasPrefix("235") == true
    else { throw .authenticationNotOffered(host: server.host) }
    for option in [CURLOPT_USERNAME, CURLOPT_PASSWORD, CURLOPT_XOAUTH2_BEARER] {
      try handle.set(option, to: nil as String?)
    }
  }

  /// The path of the URL, in which libcurl takes the name for EHLO.
  private static func urlPath(_ name: String) -> String {
    name.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"):
        String(decoding: [byte], as: UTF8.self)
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }
}
