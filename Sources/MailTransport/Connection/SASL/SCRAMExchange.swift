import ByteStreams

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Our side of a login by SCRAM, which proves the password without telling it, and has the server prove that it knows it, too.
///
/// The session and its context live from `init` to `deinit`; strings given to libgsasl live for the call and are copied by it, and
/// what it gives is freed after it was copied: that is why the uses of `unsafe` hold.
/// Source: RFC 5802, RFC 7677
@safe final class SCRAMExchange {
  /// The mechanisms, the best first.
  static let mechanisms = ["SCRAM-SHA-256", "SCRAM-SHA-1"]

  /// Whether the server has proved that it knows the password.
  private(set) var isProved = false
  private let library: GSASLLibrary
  private let context: UnsafeMutableRawPointer
  private let session: UnsafeMutableRawPointer

  /// Nil when libgsasl is not there or lacks the mechanism.
  init?(_ mechanism: String, user: String, password: SecretBytes) {
    guard let library = GSASLLibrary.shared else { return nil }
    var context: UnsafeMutableRawPointer?
    guard unsafe library.initialise(&context) == GSASLLibrary.ok, let opened = unsafe context else { return nil }
    var session: UnsafeMutableRawPointer?
    guard unsafe library.start(opened, mechanism, &session) == GSASLLibrary.ok, let started = unsafe session else {
      unsafe library.done(opened)
      return nil
    }
    self.library = library
    unsafe self.context = opened
    unsafe self.session = started
    _ = unsafe library.setProperty(started, GSASLLibrary.user, user)
    password.withBytes { bytes in
      _ = unsafe withCopy(of: bytes) { unsafe library.setProperty(started, GSASLLibrary.password, $0) }
    }
  }

  deinit {
    unsafe library.finish(session)
    unsafe library.done(context)
  }

  /// The answer to what the server said, both in Base64; nil when the server's part is wrong.
  func answer(to challenge: String) -> String? {
    // The server has said all it had to; it is only waiting for us to agree.
    if isProved { return "" }
    var output: UnsafeMutablePointer<CChar>?
    let code = unsafe library.step(session, challenge, &output)
    defer { unsafe library.free(output) }
    guard code == GSASLLibrary.ok || code == GSASLLibrary.needsMore else { return nil }
    isProved = code == GSASLLibrary.ok
    return unsafe output.map { unsafe String(cString: $0) } ?? ""
  }
}
