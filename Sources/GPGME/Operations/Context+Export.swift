package import ByteStreams
import CGPGME

/// What of a certificate is exported.
package enum ExportForm: Sendable {
  /// All that is public, without local certifications.
  case certificate
  /// Only what is needed to use it: no certifications by others, the newest self-signatures.
  case minimalCertificate
  /// The secret keys, locked as they are, with the certificate.
  case secretKey
}

extension Context {
  /// Writes certificates, or secret keys, as binary OpenPGP data into `sink`, which is not finished.
  ///
  /// For secret keys the agent may ask for the passphrase.
  /// - Throws: `.notFound` when nothing came out, `.passphrase`, `.stream` and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_export_keys`
  package mutating func export(
    _ fingerprints: [Fingerprint], as form: ExportForm = .certificate, into sink: any ByteSink
  ) throws(GPGMEError) {
    try export(patterns: fingerprints.map(\.hex), as: form, into: sink)
  }

  /// Writes a certificate of which only one subkey is wanted, and what is needed to use it, as `export` does.
  ///
  /// - Throws: as `export`.
  package mutating func exportCertificate(ofSubkey fingerprint: Fingerprint, into sink: any ByteSink) throws(GPGMEError)
  {
    try export(patterns: ["\(fingerprint.hex)!"], as: .minimalCertificate, into: sink)
  }

  private mutating func export(
    patterns: [String], as form: ExportForm, into sink: any ByteSink
  ) throws(GPGMEError) {
    let subject = patterns.count == 1 ? patterns[0] : nil
    // An empty list of patterns would export everything.
    guard !patterns.isEmpty else { throw GPGMEError(.export, cause: .notFound) }
    let binary = BinarySink(sink)
    let data = try DataObject.writing(binary, for: self)
    let output = unsafe data.handle
    let mode: CInt =
      switch form {
      case .certificate: 0
      case .minimalCertificate: GPGME_EXPORT_MODE_MINIMAL
      case .secretKey: GPGME_EXPORT_MODE_SECRET
      }
    let code = unsafe try verdict(.export, subject: subject, streams: [data.box]) { context in
      unsafe withCStrings(patterns) {
        unsafe gpgme_op_export_ext_start(context, $0, gpgme_export_mode_t(mode), output)
      }
    }
    if code != 0 { throw GPGMEError(.export, subject: subject, cause: cause(of: code)) }
    // gpg skips a secret key that the agent does not hand out, and calls that a success.
    if let refusal = log.errors.last(where: { $0.place == "export_keys.secret" }) {
      throw GPGMEError(.export, subject: subject, cause: cause(of: refusal.code))
    }
    if data.box.count == 0 { throw GPGMEError(.export, subject: subject, cause: .notFound) }
    try binary.finish(.export)
  }
}
