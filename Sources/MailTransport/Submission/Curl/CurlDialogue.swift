internal import CCurl

/// What a server said while libcurl connected, secured and logged in: for error messages, and to know that it did log in.
///
/// Lines of before TLS count for error messages alone.
/// The handle outlives this object, and the session and its version's name live as long as the connection: that is why the
/// uses of `unsafe` hold.
@safe final class CurlDialogue {
  /// The TLS version of the connection, such as `TLSv1.3`; nil without TLS, or when it cannot be known.
  private(set) var tlsVersion: String?
  private var lines: [[UInt8]] = []
  private let library: CurlLibrary
  private let handle: UnsafeMutableRawPointer

  init(library: CurlLibrary, handle: UnsafeMutableRawPointer) {
    self.library = library
    unsafe self.handle = handle
  }

  /// Takes one line; of a longer reply only the last lines are kept.
  func take(_ line: [UInt8]) {
    if lines.count == 8 { lines.removeFirst() }
    lines.append(Array(line.prefix(512).filter { $0 != 0x0D && $0 != 0x0A }))
    tlsVersion = currentVersion()
  }

  /// The last reply, from as much of it as was kept; nil before the first.
  var lastReply: SMTPReply? {
    guard let last = lines.last, last.count >= 3, let code = Int(String(decoding: last.prefix(3), as: UTF8.self)) else {
      return nil
    }
    let same = lines.reversed().prefix { $0.starts(with: last.prefix(3)) }.reversed()
    // Of the replies before with the same code only a continued line belongs to this one.
    let start = same.dropLast().lastIndex { $0.count < 4 || $0[3] != UInt8(ascii: "-") }.map { same.index(after: $0) }
    return SMTPReply(code: code, lines: same[(start ?? same.startIndex)...].map { Array($0.dropFirst(4)) })
  }

  /// Whether the last thing that was said is that the login succeeded. Source: RFC 4954 §6
  var endsWithLogin: Bool { lastReply?.code == 235 }

  private func currentVersion() -> String? {
    var session: UnsafeMutablePointer<curl_tlssessioninfo>?
    guard unsafe postseal_curl_get_session(library.getInfo, handle, &session) == CURLE_OK,
      let found = unsafe session?.pointee, unsafe found.backend == CURLSSLBACKEND_OPENSSL,
      let pointer = unsafe found.internals, let name = unsafe library.tlsVersion?(pointer)
    else { return nil }
    return unsafe String(cString: name)
  }
}
