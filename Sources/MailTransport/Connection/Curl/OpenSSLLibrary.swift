#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What we ask of the OpenSSL that libcurl uses: how a session is protected, and by which certificate.
///
/// Its members are functions of a library that is never unloaded, each with the type that OpenSSL's headers declare for it.
/// Pointers given to it live for the call; what belongs to a certificate is copied before the certificate is released: that is
/// why the uses of `unsafe` hold.
@safe struct OpenSSLLibrary: @unchecked Sendable {
  typealias Object = UnsafeMutableRawPointer
  typealias Text = @convention(c) (Object?) -> UnsafePointer<CChar>?
  typealias Part = @convention(c) (Object?) -> Object?
  typealias Release = @convention(c) (Object?) -> Void
  typealias OneLine = @convention(c) (Object?, UnsafeMutablePointer<CChar>?, CInt) -> UnsafeMutablePointer<CChar>?
  typealias Encode = @convention(c) (Object?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> CInt
  typealias Time = @convention(c) (Object?, UnsafeMutablePointer<tm>?) -> CInt
  typealias Hash =
    @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?)
    -> UnsafeMutablePointer<UInt8>?
  typealias Block = @convention(c) (UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, CInt) -> CInt

  /// The name of a session's TLS version, such as `TLSv1.3`.
  let version: Text
  private let peerCertificate: Part
  private let release: Release
  private let subject: Part
  private let issuer: Part
  private let oneLine: OneLine
  private let publicKey: Part
  private let encode: Encode
  private let end: Part
  private let time: Time
  private let sha256: Hash
  private let base64: Block

  /// Nil when a function is missing: libcurl uses another TLS library then.
  init?(in library: UnsafeMutableRawPointer) {
    func function<Function>(_ names: String..., as type: Function.Type) -> Function? {
      guard let symbol = unsafe names.lazy.compactMap({ unsafe dlsym(library, $0) }).first else { return nil }
      return unsafe unsafeBitCast(symbol, to: type)
    }
    guard let version = unsafe function("SSL_get_version", as: Text.self),
      let peerCertificate = unsafe function("SSL_get1_peer_certificate", "SSL_get_peer_certificate", as: Part.self),
      let release = unsafe function("X509_free", as: Release.self),
      let subject = unsafe function("X509_get_subject_name", as: Part.self),
      let issuer = unsafe function("X509_get_issuer_name", as: Part.self),
      let oneLine = unsafe function("X509_NAME_oneline", as: OneLine.self),
      let publicKey = unsafe function("X509_get_X509_PUBKEY", as: Part.self),
      let encode = unsafe function("i2d_X509_PUBKEY", as: Encode.self),
      let end = unsafe function("X509_get0_notAfter", as: Part.self),
      let time = unsafe function("ASN1_TIME_to_tm", as: Time.self),
      let sha256 = unsafe function("SHA256", as: Hash.self),
      let base64 = unsafe function("EVP_EncodeBlock", as: Block.self)
    else { return nil }
    unsafe self.version = version
    unsafe self.peerCertificate = peerCertificate
    unsafe self.release = release
    unsafe self.subject = subject
    unsafe self.issuer = issuer
    unsafe self.oneLine = oneLine
    unsafe self.publicKey = publicKey
    unsafe self.encode = encode
    unsafe self.end = end
    unsafe self.time = time
    unsafe self.sha256 = sha256
    unsafe self.base64 = base64
  }

  /// The certificate that the other side of a session showed.
  func certificate(of session: Object) -> ServerCertificate? {
    guard let certificate = unsafe peerCertificate(session) else { return nil }
    defer { unsafe release(certificate) }
    guard let pin = unsafe pin(of: certificate) else { return nil }
    return unsafe ServerCertificate(
      subject: name(subject(certificate)), issuer: name(issuer(certificate)), expires: seconds(end(certificate)),
      pin: pin)
  }

  private func name(_ name: Object?) -> ForeignText {
    var buffer = [CChar](repeating: 0, count: 512)
    _ = unsafe oneLine(name, &buffer, CInt(buffer.count))
    return ForeignText(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }

  private func seconds(_ end: Object?) -> Int64? {
    var parts = unsafe tm()
    guard unsafe time(end, &parts) == 1 else { return nil }
    return unsafe Int64(timegm(&parts))
  }

  private func pin(of certificate: Object) -> String? {
    let key = unsafe publicKey(certificate)
    let size = Int(unsafe encode(key, nil))
    // More than any key of today has.
    guard size > 0, size < 1 << 16 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      _ = unsafe encode(key, &start)
    }
    var hash = [UInt8](repeating: 0, count: 32)
    _ = unsafe sha256(bytes, bytes.count, &hash)
    // Four digits for each three bytes, and a final NUL.
    var digits = [UInt8](repeating: 0, count: 45)
    _ = unsafe base64(&digits, hash, CInt(hash.count))
    return "sha256//" + String(decoding: digits.prefix(44), as: UTF8.self)
  }
}
