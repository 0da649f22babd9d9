package import ByteStreams
import GPGME
package import MIME
import OpenPGPPackets

/// Decrypts plain files, and judges who signed them.
package enum FileOpener {
  /// Decrypts and judges the file in `store`, binary or armored.
  ///
  /// Nothing is released before gpg has confirmed all of it: `staged` must be abandoned when this throws or the verdict says refused.
  ///
  /// - Parameters:
  ///   - staged: an atomic output, into which the content goes as it comes; nil to have it held, or decrypted again by
  ///     ``OpenedFile/write(into:)``.
  ///   - signer: the address whose signature the reader wants, for the choice among the signer's user IDs.
  /// - Throws: `OpenError`; never for a finding about the ciphertext or its signatures.
  package static func open(
    _ store: ByteStore, into staged: OutputFile? = nil, signer: AddrSpec? = nil, options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws(OpenError) -> OpenedFile {
    precondition(staged?.placement != .direct)
    do {
      let opened = try decrypt(store, into: staged, FileJudge(signer: signer, now: options.now), options, with: &engine)
      // The packets were looked at first, and are read once more where a pipe takes the content.
      try store.checkUnchanged()
      return opened
    } catch {
      throw OpenError(error)
    }
  }

  private static func decrypt(
    _ store: ByteStore, into staged: OutputFile?, _ judge: FileJudge, _ options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws -> OpenedFile {
    var ciphertext = EncryptedLayer.Ciphertext(bytes: .held(store), range: 0..<store.count, encoding: .binary)
    // gpg would give out what a merely signed or literal packet holds.
    let sight = try ciphertext.sight()
    guard let summary = sight.openable else { return OpenedFile(refused: sight.refusal) }
    ciphertext.isFamiliarOnly = summary.isMixed
    let limit = options.expansionLimit(for: store.count)
    let collector = FileCollector(into: staged, holdLimit: options.holdLimit, expansionLimit: limit)
    let (report, hasTextAround): (DecryptionReport, Bool)
    do throws(GPGMEError) {
      (report, hasTextAround) = try ciphertext.decrypt(into: collector, progress: options.progress, with: &engine)
    } catch {
      if collector.brokeExpansionLimit { throw OpenError.expansion(limit: limit) }
      let passphrases = engine.configuration.passphrases
      guard let refusal = DecryptionRefusal(error, of: summary, passphrases: passphrases) else { throw error }
      return OpenedFile(refused: refusal)
    }
    let content: OpenedFile.Content
    if staged != nil {
      content = .staged
    } else if let held = try collector.plaintext() {
      content = .held(held)
    } else if let key = report.sessionKey {
      content = .again(
        EncryptedLayer(ciphertext: ciphertext, sessionKey: key, header: [], configuration: engine.configuration))
    } else {
      return OpenedFile(refused: .other("gpg did not tell the session key, which a file of this size needs"))
    }
    let layer = VerdictLayer(
      .encrypted, section: "", counts: true, cipherName: report.cipherName, opening: report.opening,
      recipients: report.recipients.map(\.keyID.description))
    let reading = SignatureReading(reports: report.signatures, warnings: hasTextAround ? [.textAroundBlock] : [])
    return OpenedFile(
      verdict: judge.verdict(reading, layers: [layer], encryption: .whole), count: collector.count, content: content)
  }
}

extension OpenedFile {
  /// A file that was not opened, of which nothing is released.
  fileprivate init(refused refusal: DecryptionRefusal) {
    self.init(
      verdict: Verdict(
        subject: .file, encryption: .refused(refusal), signature: .none, signer: nil, signatures: [], warnings: []),
      count: 0, content: .none)
  }
}
