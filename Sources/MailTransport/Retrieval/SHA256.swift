import ByteStreams
internal import CGcrypt

/// The hash SHA-256 of bytes that come piece by piece: for names that two different contents never share, whoever wrote them.
///
/// libgcrypt does it, which is on every machine that has gpg. The handle is this value's alone and lives as long as it: that is why the
/// calls hold.
/// Source: FIPS 180-4
@safe struct SHA256: ~Copyable {
  private let handle: gcry_md_hd_t

  /// libgcrypt wants to be asked for its version before anything else.
  private static let isReady = unsafe gcry_check_version(nil) != nil

  init() {
    var handle: gcry_md_hd_t?
    let code = Self.isReady ? unsafe gcry_md_open(&handle, CInt(GCRY_MD_SHA256.rawValue), 0) : 1
    guard code == 0, let handle = unsafe handle else { preconditionFailure("every libgcrypt has SHA-256") }
    unsafe self.handle = handle
  }

  deinit { unsafe gcry_md_close(handle) }

  /// Takes the next bytes.
  func update(_ bytes: RawSpan) {
    // Holds: the pointer is used only during the call.
    unsafe bytes.withUnsafeBytes { unsafe gcry_md_write(handle, $0.baseAddress, $0.count) }
  }

  /// The hash of all bytes that came, in lower-case hex; asked once.
  consuming func finish() -> String {
    guard let digest = unsafe gcry_md_read(handle, 0) else { preconditionFailure("SHA-256 was opened") }
    // Holds: the digest belongs to the handle, and has as many octets as its algorithm says.
    let octets = unsafe UnsafeBufferPointer(start: digest, count: Self.size)
    return unsafe octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// How many octets the hash has.
  private static let size = 32
}
