package import ByteStreams
package import GPGME
package import MIME
import OpenPGPPackets

/// Encrypts and signs plain files: decides who and which keys as for mail, then makes the whole output before any of it is released.
package enum FileSealer {
  /// How OpenPGP data is written.
  package enum Form: Sendable {
    case binary
    /// ASCII armor.
    case armored
  }

  /// Files up to this size are compressed; see ``SealJob``.
  fileprivate static let compressedSize = 256 << 10

  /// Decides everything about sealing a file for `addresses`, without encrypting a byte.
  ///
  /// - Parameters:
  ///   - addresses: whom it is for; each counts once. Looked at only when something is encrypted.
  ///   - sender: who seals it; nil to take the certificate that `options` names, else the only own one that can.
  /// - Throws: `SealError.recipients` with every gap at once, `.signer`, `.ownCopy`, `.noRecipients`, `.engine`.
  package static func plan(
    for addresses: [AddrSpec], sender: AddrSpec?, options: SealOptions, with context: inout Context
  ) throws(SealError) -> FilePlan {
    let isEncrypted = options.protection.isEncrypted
    var seen: Set<AddrSpec> = []
    let addresses = isEncrypted ? addresses.filter { seen.insert($0).inserted } : []
    guard !isEncrypted || !addresses.isEmpty else { throw .noRecipients }
    var candidates = try Sealer.candidates(
      for: addresses + [sender].compactMap(\.self), options: options, with: &context)
    let recipients = try Sealer.choose(addresses, among: candidates, options: options)
    if sender == nil, options.signer == nil { candidates = try ownCertificates(with: &context) }
    let signer = try Sealer.signer(for: sender, among: candidates, options: options)
    return FilePlan(
      protection: options.protection, sender: sender, signer: signer,
      ownCertificate: isEncrypted
        ? try Sealer.ownCertificate(for: sender, signer: signer, among: candidates, options: options) : nil,
      recipients: recipients)
  }

  /// What is sealed: bytes that are read once, and how many there are; nil while nobody knows, as with a folder that is packed.
  package struct Content {
    fileprivate let source: any ByteSource
    fileprivate let count: Int?
    /// Asked after the last byte was read.
    fileprivate let check: () throws(StreamError) -> Void

    /// A stream, which its owner checks.
    package init(_ source: any ByteSource) {
      self.source = source
      count = nil
      check = { () throws(StreamError) in }
    }

    /// A file, or what came by a pipe; one that is written to meanwhile is an error.
    package init(_ store: ByteStore) {
      source = store.source()
      count = store.count
      check = { () throws(StreamError) in try store.checkUnchanged() }
    }

    fileprivate var compression: Compression {
      count.map { $0 <= FileSealer.compressedSize } == true ? .standard : .none
    }
  }

  /// Told how many bytes of how many have been read; of nil while nobody knows.
  package typealias Progress = (_ done: Int, _ total: Int?) -> Void

  /// Encrypts, and signs in the same operation when the plan says so; the output is whole and read back, and not finished.
  ///
  /// - Parameter output: must be abandoned when this throws.
  /// - Returns: How many bytes were sealed.
  /// - Throws: `SealError`; `.stream` with `changed` when the file was written to meanwhile.
  package static func encrypt(
    _ content: Content, plan: FilePlan, as form: Form, options: SealOptions, into output: any StoringSink,
    with context: inout Context, progress: @escaping Progress = { _, _ in }
  ) throws(SealError) -> Int {
    let certificates = plan.recipients.map(\.certificate) + [plan.ownCertificate].compactMap(\.self)
    guard plan.protection.isEncrypted, !plan.recipients.isEmpty, let recipients = RecipientList(certificates) else {
      throw .noRecipients
    }
    let count = try write(content, as: form, into: output, progress) { source, sink throws(GPGMEError) in
      _ = try context.encrypt(
        source, to: recipients, signer: plan.signer, compression: content.compression, at: options.now, into: sink)
    }
    try ReadBack.check(stored(output).source(), against: recipients.certificates, at: options.now)
    return count
  }

  /// Encrypts with a passphrase that gpg asks for, without a signature; the output is whole and read back, and not finished.
  ///
  /// - Parameter output: must be abandoned when this throws.
  /// - Returns: How many bytes were sealed.
  /// - Throws: `SealError`; `.stream` with `changed` when the file was written to meanwhile.
  package static func encryptWithPassphrase(
    _ content: Content, as form: Form, into output: any StoringSink, with context: inout Context,
    progress: @escaping Progress = { _, _ in }
  ) throws(SealError) -> Int {
    let count = try write(content, as: form, into: output, progress) { source, sink throws(GPGMEError) in
      try context.encryptWithPassphrase(source, compression: content.compression, into: sink)
    }
    try ReadBack.checkPassphrase(stored(output).source())
    return count
  }

  /// Passes the content through gpg into the output, in its form.
  private static func write(
    _ content: Content, as form: Form, into output: any StoringSink, _ progress: @escaping Progress,
    _ encrypt: (any ByteSource, any ByteSink) throws(GPGMEError) -> Void
  ) throws(SealError) -> Int {
    var count = 0
    let source = CountingSource(content.source) {
      count = $0
      progress($0, content.count)
    }
    do {
      let armor = form == .armored ? ArmorSink(.message, into: output) : nil
      try encrypt(source, armor ?? output)
      try armor?.finish()
      try content.check()
    } catch {
      throw SealError(error)
    }
    return count
  }

  private static func stored(_ output: any StoringSink) throws(SealError) -> ByteStore {
    do throws(StreamError) { return try output.store() } catch { throw .stream(error) }
  }

  /// All certificates of which a secret key is here.
  private static func ownCertificates(with context: inout Context) throws(SealError) -> [Certificate] {
    do throws(GPGMEError) {
      let own = try context.certificates(in: .secretKeys).map(\.fingerprint)
      return try context.certificates(with: own, detail: .certifications)
    } catch {
      throw .engine(error)
    }
  }
}
