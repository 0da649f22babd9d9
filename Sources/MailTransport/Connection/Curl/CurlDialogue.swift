internal import CCurl

/// What a server said while libcurl connected, secured and logged in: for error messages, and to know that it did log in.
///
/// Lines of before TLS count for error messages alone.
/// The handle outlives this object, and the session and its version's name live as long as the connection: that is why the
/// uses of `unsafe` hold.
@safe final class CurlDialogue {
  /// The TLS version of the connection, such as `TLSv1.3`; nil without TLS, or when it cannot be known.
  private(set) var tlsVersion: String?
  /// The certificate that the server showed; nil without TLS, or when it cannot be known.
  private(set) var certificate: ServerCertificate?
  /// Whether the server said at once that no login is needed: nothing then proves that it knows who we are.
  /// Source: RFC 3501 §7.1.4
  private(set) var isPreauthenticated = false
  /// Whether a POP3 server has asked for the next part of a login. Source: RFC 5034 §4
  private(set) var hasAskedUs = false
  private var lines: [[UInt8]] = []
  private let spoken: MailProtocol
  private let library: CurlLibrary
  private let handle: UnsafeMutableRawPointer

  init(_ spoken: MailProtocol, library: CurlLibrary, handle: UnsafeMutableRawPointer) {
    self.spoken = spoken
    self.library = library
    unsafe self.handle = handle
  }

  /// Takes one line; of a longer reply only the last lines are kept.
  func take(_ line: [UInt8]) {
    if lines.count == 8 { lines.removeFirst() }
    lines.append(Array(line.prefix(512).filter { $0 != 0x0D && $0 != 0x0A }))
    if line.first == UInt8(ascii: "+"), line.count == 1 || [0x20, 0x0D, 0x0A].contains(line[1]) { hasAskedUs = true }
    if spoken == .imap, LoginAnswer.isPreauthentication(line) { isPreauthenticated = true }
    guard let session = unsafe session() else { return }
    tlsVersion = unsafe library.openSSL?.version(session).map { unsafe String(cString: $0) }
    if certificate == nil { certificate = unsafe library.openSSL?.certificate(of: session) }
  }

  /// What the server answered last, from as much of it as was kept; nil before its first answer.
  var lastAnswer: LoginAnswer? { LoginAnswer(lastOf: lines, spoken) }

  /// OpenSSL's session; nil before TLS, or where libcurl uses another library.
  private func session() -> UnsafeMutableRawPointer? {
    var session: UnsafeMutablePointer<curl_tlssessioninfo>?
    guard unsafe postseal_curl_get_session(library.getInfo, handle, &session) == CURLE_OK,
      let found = unsafe session?.pointee, unsafe found.backend == CURLSSLBACKEND_OPENSSL
    else { return nil }
    return unsafe found.internals
  }
}
