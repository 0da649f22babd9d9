internal import CGcrypt

/// The hash of bytes that come piece by piece.
///
/// libgcrypt does it, which is on every machine that has gpg. The handle is this value's alone and lives as long as it: that is why the
/// calls hold.
/// Source: FIPS 180-4
@safe package struct MessageDigest: ~Copyable {
  /// The hashes of which nobody can make two contents have the same.
  package enum Algorithm: String, Sendable, CaseIterable {
    case sha256 = "SHA-256"
    case sha384 = "SHA-384"
    case sha512 = "SHA-512"

    /// How many octets the hash has.
    package var size: Int {
      switch self {
      case .sha256: 32
      case .sha384: 48
      case .sha512: 64
      }
    }

    fileprivate var number: gcry_md_algos {
      switch self {
      case .sha256: GCRY_MD_SHA256
      case .sha384: GCRY_MD_SHA384
      case .sha512: GCRY_MD_SHA512
      }
    }
  }

  private let handle: gcry_md_hd_t
  private let algorithm: Algorithm

  package init(_ algorithm: Algorithm = .sha256) {
    var handle: gcry_md_hd_t?
    let code = Digest.isReady ? unsafe gcry_md_open(&handle, CInt(algorithm.number.rawValue), 0) : 1
    guard code == 0, let handle = unsafe handle else { preconditionFailure("every libgcrypt has SHA-2") }
    unsafe self.handle = handle
    self.algorithm = algorithm
  }

  deinit { unsafe gcry_md_close(handle) }

  /// The hash of all that comes from `source`, in lower-case hex.
  package static func hex(
    of source: any ByteSource, _ algorithm: Algorithm = .sha256
  ) throws(StreamError) -> String {
    let digest = MessageDigest(algorithm)
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try source.read(into: &chunk)
      if count == 0 { return digest.finish() }
      digest.update(chunk.rawSpan.extracting(0..<count))
    }
  }

  /// Takes the next bytes.
  package func update(_ bytes: RawSpan) {
    // Holds: the pointer is used only during the call.
    unsafe bytes.withUnsafeBytes { unsafe gcry_md_write(handle, $0.baseAddress, $0.count) }
  }

  /// The hash of all bytes that came, in lower-case hex; asked once.
  package consuming func finish() -> String {
    guard let digest = unsafe gcry_md_read(handle, 0) else { preconditionFailure("the hash was opened") }
    // Holds: the digest belongs to the handle, and has as many octets as its algorithm says.
    let octets = unsafe UnsafeBufferPointer(start: digest, count: algorithm.size)
    return unsafe octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
