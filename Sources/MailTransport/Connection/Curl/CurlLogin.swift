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
  func prepare(_ handle: CurlHandle, _ way: LoginWay) throws(TransportError) {
    let scheme = spoken.scheme + (server.security == .implicitTLS ? "s" : "")
    try handle.set(
      CURLOPT_URL, to: "\(scheme)://\(server.urlHost):\(server.port)/\(spoken == .smtp ? Self.urlPath(clientName) : "")"
    )
    try handle.set(CURLOPT_PROTOCOLS_STR, to: scheme)
    try handle.set(CURLOPT_CONNECT_ONLY, to: 1)
    try handle.set(CURLOPT_NOSIGNAL, to: 1)
    try handle.set(CURLOPT_NETRC, to: Int(CURL_NETRC_IGNORED.rawValue))
    let milliseconds = Int(
      timeLimit.components.seconds * 1000 + timeLimit.components.attoseconds / 1_000_000_000_000_000)
    try handle.set(CURLOPT_TIMEOUT_MS, to: max(1, milliseconds))
    try handle.set(CURLOPT_CONNECTTIMEOUT_MS, to: max(1, milliseconds))
    try prepareProxy(handle)
    try prepareTLS(handle)
    try prepareClientCertificate(handle)
    if case .curl(let mechanisms) = way { try prepareCredential(handle, mechanisms) }
  }

  private func prepareProxy(_ handle: CurlHandle) throws(TransportError) {
    switch options.proxy {
    // What is meant for this machine must not go through another.
    case _ where server.isLoopback: try handle.set(CURLOPT_PROXY, to: "")
    case .environment: break
    case .none: try handle.set(CURLOPT_PROXY, to: "")
    case .proxy(let proxy):
      try handle.set(CURLOPT_PROXY, to: proxy.url)
      // Who names a proxy means it for every server: `NO_PROXY` belongs to the environment's proxies.
      try handle.set(CURLOPT_NOPROXY, to: "")
    }
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

  private func prepareClientCertificate(_ handle: CurlHandle) throws(TransportError) {
    if !options.pinnedKeys.isEmpty {
      try handle.set(CURLOPT_PINNEDPUBLICKEY, to: options.pinnedKeys.map(\.description).joined(separator: ";"))
    }
    guard let certificate = options.clientCertificate else { return }
    try handle.set(CURLOPT_SSLCERT, to: certificate.certificate)
    try handle.set(CURLOPT_SSLKEY, to: certificate.key ?? certificate.certificate)
    if let passphrase = certificate.passphrase {
      try passphrase.withBytes { bytes throws(TransportError) in try handle.set(CURLOPT_KEYPASSWD, secret: bytes) }
    } else {
      // Without any OpenSSL would ask at the terminal.
      try handle.set(CURLOPT_KEYPASSWD, to: "")
    }
  }

  private func prepareCredential(_ handle: CurlHandle, _ mechanisms: String) throws(TransportError) {
    guard let credential, let user = server.user else { return }
    try handle.set(CURLOPT_USERNAME, to: user)
    try handle.set(CURLOPT_LOGIN_OPTIONS, to: mechanisms)
    let (option, secret): (CURLoption, SecretBytes)
    switch credential {
    case .password(let password): (option, secret) = (CURLOPT_PASSWORD, password)
    case .token(let token): (option, secret) = (CURLOPT_XOAUTH2_BEARER, token)
    case .certificate: return try handle.set(CURLOPT_PASSWORD, to: "")
    }
    try secret.withBytes { bytes throws(TransportError) in
      guard bytes.byteCount > 0 else { throw .target(.secretMissing(user: user, host: server.host)) }
      for offset in 0..<bytes.byteCount where [0x00, 0x0A, 0x0D].contains(bytes[offset]) {
        throw .target(.secretHoldsNUL(host: server.host))
      }
      try handle.set(option, secret: bytes)
    }
  }

  /// Makes sure that the login happened: libcurl goes on without it when an SMTP server offers none, or an IMAP server wants none.
  func confirm(_ handle: CurlHandle, _ way: LoginWay) throws(TransportError) {
    guard credential != nil, case .curl = way else { return }
    let dialogue = handle.dialogue
    if dialogue.isPreauthenticated { throw .preauthenticated(host: server.host) }
    guard dialogue.lastAnswer?.finding == .positive,
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
      default: PercentCoding.written(byte)
      }
    }.joined()
  }
}
