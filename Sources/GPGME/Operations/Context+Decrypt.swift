package import ByteStreams
import CGPGME
import OpenPGPPackets

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Context {
  /// Decrypts one layer and checks the signatures inside; binary or armored.
  ///
  /// The plaintext goes into `sink` as it is decrypted.
  ///
  /// **The sink gets bytes before anybody knows that they are good.** They may be used only after this function has returned; when it
  /// throws, all of them must be dropped. It returns only when gpg confirmed that the message is whole and protected against
  /// alteration. File names inside a message are not reported. The sink is not finished.
  /// - Throws: `.noSecretKey`, `.passphrase`, `.agent`, `.integrity`, `.notEncrypted`, `.noData`, `.malformed`,
  ///   `.unsupportedAlgorithm`, `.stream` and what else can befall gpg. Never for a bad signature.
  ///
  /// Source: RFC 9580 §5.13, §13.7; GPGME: `gpgme_op_decrypt_ext`
  package mutating func decrypt(
    _ ciphertext: any ByteSource, sessionKey: SessionKeyUse = .ordinary, into sink: any ByteSink
  ) throws(GPGMEError) -> DecryptionReport {
    try refuseToImport(.decrypt)
    let cipher = try DataObject.reading(ciphertext, for: self)
    let plain = try DataObject.writing(sink, for: self)
    let (input, output) = unsafe (cipher.handle, plain.handle)
    prepare(sessionKey)
    defer { prepare(.ordinary) }
    let code = unsafe try verdict(.decrypt, streams: [cipher.box, plain.box]) { context in
      unsafe gpgme_op_decrypt_ext_start(context, GPGME_DECRYPT_VERIFY, input, output)
    }
    try judge(code, delivered: plain.box.count)
    let recipients = decryptionRecipients()
    let result = unsafe gpgme_op_decrypt_result(handle)
    let cipherName = unsafe text(result?.pointee.symkey_algo)
    let exported = unsafe exportedKey(result, sessionKey)
    return DecryptionReport(
      recipients: recipients, opening: opening(sessionKey), cipherName: cipherName, plaintextLength: plain.box.count,
      sessionKey: exported,
      signatures: try signatureReports())
  }

  /// Refuses everything but a message that gpg confirmed in full: gpgme's own verdict is too kind (it calls a message good whose
  /// literal data swallowed the integrity check), and gpg.conf may hold `ignore-mdc-error`.
  private func judge(_ code: gpgme_error_t, delivered: Int) throws(GPGMEError) {
    try judgeEncryption(code, delivered: delivered)
    // Exactly one text: gpgme calls it a success, too, when the packets inside end before one begins.
    guard log.arguments(of: "PLAINTEXT").count == 1 else { throw GPGMEError(.decrypt, cause: .malformed) }
    // gpg announces the length only of small messages.
    if let announced = log.arguments(of: "PLAINTEXT_LENGTH").first.flatMap({ Int($0) }), announced != delivered {
      throw GPGMEError(.decrypt, cause: .integrity(.short(expected: announced, got: delivered)))
    }
    try judgeLog()
  }

  /// The part of it that is about the encryption alone, whatever stands inside.
  func judgeEncryption(_ code: gpgme_error_t, delivered: Int) throws(GPGMEError) {
    if code != 0 { throw GPGMEError(.decrypt, cause: decryptionCause(of: code, delivered: delivered)) }
    guard log.contains("BEGIN_DECRYPTION") else { throw GPGMEError(.decrypt, cause: .notEncrypted) }
    guard isProtected else { throw GPGMEError(.decrypt, cause: .integrity(.unprotected)) }
    if protections.contains(where: { $0.aead != "0" }),
      !Self.reportsAlteredAEAD(version: unsafe Library.engineVersion(handle) ?? "")
    {
      throw GPGMEError(.decrypt, cause: .integrity(.unreliable))
    }
    guard log.contains("DECRYPTION_OKAY"), log.contains("GOODMDC"), !log.contains("DECRYPTION_FAILED"),
      !log.contains("BADMDC")
    else { throw GPGMEError(.decrypt, cause: .integrity(.unconfirmed)) }
  }

  /// Refuses a text in chunks that ended inside one: gpg then ends with status 2 and a line on its log, and gpgme hears of neither.
  ///
  /// The line is never translated. Were it ever to come for another reason, a message would be refused, not let through; and so is
  /// one of unknown length while gpg.conf sends the log where we cannot see it.
  private func judgeLog() throws(GPGMEError) {
    guard let lines = diagnostics() else { throw GPGMEError(.decrypt, cause: .integrity(.unconfirmed)) }
    try judgeChunks(lines)
    // With `quiet` the log of a whole message is empty, too.
    if lines.isEmpty, !log.contains("PLAINTEXT_LENGTH"),
      ConfigurationFile.hasLine(with: ConfigurationFile.logOptions, home: configuration.home)
    {
      throw GPGMEError(.decrypt, cause: .engine(.logDiverted))
    }
  }

  /// The part of it that needs no log.
  func judgeChunks(_ lines: String) throws(GPGMEError) {
    if lines.split(separator: "\n").contains(where: { $0.hasPrefix("gpg: block_filter") }) {
      throw GPGMEError(.decrypt, cause: .integrity(.unconfirmed))
    }
  }

  /// What gpg wrote to its log in the operation that just ended; nil when that cannot be told.
  ///
  /// GPGME: `gpgme_op_getauditlog` with `GPGME_AUDITLOG_DIAG`
  func diagnostics() -> String? {
    var data: gpgme_data_t?
    // A memory object of ours; the bytes taken out of it are ours to free.
    guard unsafe gpgme_data_new(&data) == 0, let data = unsafe data else { return nil }
    let code = unsafe gpgme_op_getauditlog(handle, data, CUnsignedInt(GPGME_AUDITLOG_DIAG))
    var length = 0
    guard let bytes = unsafe gpgme_data_release_and_get_mem(data, &length) else { return "" }
    defer { unsafe gpgme_free(bytes) }
    guard code == 0 else { return "" }
    return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
  }

  /// What the operation that just ended opened the message with.
  func opening(_ use: SessionKeyUse) -> DecryptionReport.Opening {
    if case .known = use { return .sessionKey }
    return asksForMessagePassphrase ? .passphrase : .secretKey
  }

  /// False when gpg said that the ciphertext has neither an MDC nor an AEAD mode.
  ///
  /// QUIRK: gpg 2.2 opens its successor's AEAD packets without naming their mode here, and calls altered ones good, too. IntegrityTests.swift
  var isProtected: Bool {
    protections.allSatisfy { $0.mdc != "0" || $0.aead != "0" }
  }

  /// What gpg said about the protection of each layer it decrypted.
  private var protections: [(mdc: Substring, aead: Substring)] {
    // DECRYPTION_INFO <mdc_method> <sym_algo> [<aead_algo>]
    log.arguments(of: "DECRYPTION_INFO").map { line in
      let fields = line.split(separator: " ")
      return (fields.first ?? "", fields.count > 2 ? fields[2] : "0")
    }
  }

  /// False for a gpg that says DECRYPTION_OKAY and GOODMDC even when the last tag of an AEAD packet is wrong.
  ///
  /// Source: GnuPG's T7042, mended in 2.4.6
  package static func reportsAlteredAEAD(version: String) -> Bool { !Library.isOlder(version, than: "2.4.6") }

  /// The recipients of the operation that just ended.
  func decryptionRecipients() -> [DecryptionRecipient] {
    var recipients: [DecryptionRecipient] = []
    // The result belongs to the context until the next operation.
    var next = unsafe gpgme_op_decrypt_result(handle)?.pointee.recipients
    while let recipient = unsafe next {
      let value = unsafe recipient.pointee
      if let keyID = unsafe text(value.keyid).flatMap({ KeyID(hex: $0) }) {
        let status: DecryptionRecipient.Status =
          switch unsafe gpgme_err_code(value.status) {
          case GPG_ERR_NO_ERROR: .known
          case GPG_ERR_NO_SECKEY: .noSecretKey
          default: .failed(GPGMEError.Cause.words(unsafe value.status))
          }
        recipients.append(
          DecryptionRecipient(
            keyID: keyID, algorithmName: unsafe text(gpgme_pubkey_algo_name(value.pubkey_algo)), status: status))
      }
      unsafe next = recipient.pointee.next
    }
    return recipients
  }

  func prepare(_ use: SessionKeyUse) {
    var exporting = "0"
    var known: SessionKey?
    switch use {
    case .ordinary: break
    case .export: exporting = "1"
    case .known(let key): known = key
    }
    // gpgme copies the values; it gives the key to gpg through a descriptor, not as an argument.
    _ = unsafe gpgme_set_ctx_flag(handle, "export-session-key", exporting)
    guard let known else {
      _ = unsafe gpgme_set_ctx_flag(handle, "override-session-key", "")
      return
    }
    known.text.withBytes { bytes in
      _ = unsafe withCopy(of: bytes) { unsafe gpgme_set_ctx_flag(handle, "override-session-key", $0) }
    }
  }

  func exportedKey(_ result: gpgme_decrypt_result_t?, _ use: SessionKeyUse) -> SessionKey? {
    guard case .export = use, let key = unsafe result?.pointee.session_key else { return nil }
    // A C string of the result, read to its NUL.
    let length = unsafe strlen(key)
    return SessionKey(
      text: SecretBytes(capacity: length) { room in
        for offset in 0..<length {
          unsafe room.storeBytes(of: UInt8(bitPattern: key[offset]), toByteOffset: offset, as: UInt8.self)
        }
        return length
      })
  }
}
