package import ByteStreams
import CGPGME
import OpenPGPPackets

extension Context {
  /// Checks a detached signature over `content`, byte for byte; binary or armored.
  ///
  /// One report for each signature, in order; none when there is no signature in the data, which GnuPG does not call an error.
  /// - Throws: `.noData` when `signature` holds no OpenPGP data, `.stream` and what else can befall gpg. Never for a bad signature.
  ///
  /// Source: RFC 3156 §5; GPGME: `gpgme_op_verify`
  package mutating func verifyDetached(
    _ signature: any ByteSource, over content: any ByteSource
  ) throws(GPGMEError) -> [SignatureReport] {
    try refuseToImport(.verify)
    let signatureData = try DataObject.reading(signature, for: self)
    let contentData = try DataObject.reading(content, for: self)
    let (first, second) = unsafe (signatureData.handle, contentData.handle)
    unsafe try run(.verify, streams: [signatureData.box, contentData.box]) { context in
      unsafe gpgme_op_verify_start(context, first, second, nil)
    }
    return try signatureReports()
  }

  /// Checks a text with a cleartext signature, and gives the text that was signed: dash-escapes undone, trailing blanks left out.
  ///
  /// What stands before and behind the signed block is not part of it. The sink gets bytes before anybody knows that they are good;
  /// when this throws, all of them must be dropped. The sink is not finished.
  /// - Throws: `.noData` when `text` holds no signed text, `.stream` and what else can befall gpg. Never for a bad signature.
  ///
  /// Source: RFC 9580 §7; GPGME: `gpgme_op_verify`
  package mutating func verifyCleartext(
    _ text: any ByteSource, into sink: any ByteSink
  ) throws(GPGMEError) -> [SignatureReport] {
    try refuseToImport(.verify)
    let signed = try DataObject.reading(text, for: self)
    let plain = try DataObject.writing(sink, for: self)
    let (input, output) = unsafe (signed.handle, plain.handle)
    unsafe try run(.verify, streams: [signed.box, plain.box]) { context in
      unsafe gpgme_op_verify_start(context, input, nil, output)
    }
    // gpg gives out what an encrypted or merely literal packet holds, too: a signed text is one text.
    guard log.arguments(of: "PLAINTEXT").count == 1, !log.contains("BEGIN_DECRYPTION") else {
      throw GPGMEError(.verify, cause: .malformed)
    }
    return try signatureReports()
  }

  /// Refuses to read mail where reading it would change the keyring: gpgme cannot forbid it, and anybody can put a certificate
  /// into a signature.
  func refuseToImport(_ operation: GPGMEError.Operation) throws(GPGMEError) {
    if ConfigurationFile.hasLine(with: ConfigurationFile.importOptions, home: configuration.home) {
      throw GPGMEError(operation, cause: .engine(.importsFromMail))
    }
  }

  /// The signatures of the operation that just ended, with the certificates behind them (one listing for all).
  mutating func signatureReports() throws(GPGMEError) -> [SignatureReport] {
    // The result belongs to the context until the next operation: it is copied before certificates are listed.
    var records: [SignatureRecord] = []
    var next = unsafe gpgme_op_verify_result(handle)?.pointee.signatures
    while let signature = unsafe next {
      records.append(unsafe SignatureRecord(signature))
      unsafe next = signature.pointee.next
    }
    let primaries = primaryKeys()
    let signers = try signers(with: records.compactMap(\.fingerprint).map { primaries[$0] ?? $0 })
    return records.map { record in
      record.report(
        by: record.fingerprint.flatMap { key in
          signers.first { primaries[key] == nil ? $0.contains(key) : $0.fingerprint == primaries[key] }
        })
    }
  }

  /// The primary keys of the keys whose signatures fit, as gpg found them in the operation that just ended.
  ///
  /// Anybody can bind somebody else's signing subkey to a certificate of their own; gpg sees that it did not agree.
  private func primaryKeys() -> [Fingerprint: Fingerprint] {
    var primaries: [Fingerprint: Fingerprint] = [:]
    // VALIDSIG <key> <date> <time> <expires> <version> <reserved> <algorithm> <hash> <class> <primary key>
    for line in log.arguments(of: "VALIDSIG") {
      let fields = line.split(separator: " ")
      guard fields.count >= 10, let key = Fingerprint(String(fields[0])) else { continue }
      primaries[key] = Fingerprint(String(fields[9]))
    }
    return primaries
  }

  /// The certificates that hold these keys, from memory where the configuration says so.
  private mutating func signers(with keys: [Fingerprint]) throws(GPGMEError) -> [Certificate] {
    let known = keys.compactMap { key in knownSigners.first { $0.fingerprint == key } }
    let unknown = keys.filter { key in !known.contains { $0.fingerprint == key } }
    let found = try certificates(with: unknown, detail: .certifications)
    if configuration.remembersSigners {
      knownSigners += found
      knownSigners.removeFirst(max(0, knownSigners.count - Self.signerLimit))
    }
    return known + found
  }

  /// More people than write to one mailbox in a while; each certificate is some kilobytes.
  private static var signerLimit: Int { 200 }
}

/// One signature as gpgme reports it, before its certificate was looked up.
private struct SignatureRecord {
  let status: SignatureReport.Status
  let claimedKeyID: KeyID?
  let fingerprint: Fingerprint?
  let created: Int64?
  let expires: Int64?
  let hashName: String?
  let algorithmName: String?
  let validity: Validity

  /// Copies; the pointer must be valid during the call.
  init(_ signature: gpgme_signature_t) {
    let value = unsafe signature.pointee
    status = unsafe SignatureReport.Status(value.status)
    // Despite its name the field holds 16 digits where only the key ID is known.
    let name = unsafe text(value.fpr)
    fingerprint = name.flatMap { Fingerprint($0) }
    claimedKeyID = fingerprint?.keyID ?? name.flatMap { KeyID(hex: $0) }
    created = unsafe time(value.timestamp)
    expires = unsafe time(value.exp_timestamp)
    hashName = unsafe text(gpgme_hash_algo_name(value.hash_algo))
    algorithmName = unsafe text(gpgme_pubkey_algo_name(value.pubkey_algo))
    validity = unsafe Validity(value.validity)
  }

  func report(by certificate: Certificate?) -> SignatureReport {
    SignatureReport(
      status: status, claimedKeyID: claimedKeyID, fingerprint: fingerprint, certificate: certificate, created: created,
      expires: expires, hashName: hashName, algorithmName: algorithmName, validity: validity)
  }
}

extension SignatureReport.Status {
  fileprivate init(_ code: gpgme_error_t) {
    switch gpgme_err_code(code) {
    case GPG_ERR_NO_ERROR: self = .good
    case GPG_ERR_BAD_SIGNATURE: self = .bad
    case GPG_ERR_NO_PUBKEY: self = .keyMissing
    case GPG_ERR_SIG_EXPIRED: self = .expiredSignature
    case GPG_ERR_KEY_EXPIRED: self = .expiredKey
    case GPG_ERR_CERT_REVOKED: self = .revokedKey
    default: self = .error(GPGMEError.Cause.words(code))
    }
  }
}
