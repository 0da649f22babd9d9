package import ByteStreams
package import GPGME
import MIME
import OpenPGPPackets
package import SystemPackage

/// Seals messages that were encrypted once for other keys, without a look at what is in them.
///
/// The encryption is taken off and put on again around the very packets that were inside, so that the signature stays what it was; in the
/// message, every byte but those of the ciphertext stays. Nobody gets a copy but those named.
package enum Resealer {
  /// What is to become of a message.
  package enum Finding: Sendable {
    /// It is not encrypted as a whole.
    case notSealed
    /// It is encrypted for exactly those keys.
    case isSealedSo
    /// It cannot be opened.
    case refused(DecryptionRefusal)
    /// It was opened, and is sealed by ``Resealer/seal(_:to:at:into:with:)``.
    case opened(OpenedPackets)
  }

  /// Opens a message that is encrypted for other keys than those of `recipients`.
  ///
  /// - Parameter options: its `holdLimit` counts for the packets, which never lie on a disk.
  /// - Throws: `OpenError` when the message cannot be judged at all.
  package static func open(
    _ store: ByteStore, unlessFor recipients: RecipientList, options: OpenOptions, with context: inout Context
  ) throws(OpenError) -> Finding {
    do {
      guard let spot = try spot(in: store, options) else { return .notSealed }
      let ciphertext = spot.ciphertext(in: store)
      let sight = try ciphertext.sight()
      guard case .packets(let summary) = sight, summary.isEncrypted else { return .refused(sight.refusal) }
      if isSealed(summary, for: recipients, at: options.now) { return .isSealedSo }
      return try open(ciphertext, summary, at: spot, in: store, options: options, with: &context)
    } catch {
      throw OpenError(error)
    }
  }

  /// What would become of a message, as far as that can be told without a key.
  package enum Prospect: Sendable {
    case stays
    /// It would be sealed anew, and a signature around the ciphertext would not fit any more.
    case sealedAnew(breaksSignature: Bool)
  }

  /// Whether a message would be sealed anew.
  package static func prospect(
    _ store: ByteStore, for recipients: RecipientList, options: OpenOptions
  ) throws(OpenError) -> Prospect {
    do {
      guard let spot = try spot(in: store, options) else { return .stays }
      let sight = try spot.ciphertext(in: store).sight()
      guard case .packets(let summary) = sight, summary.isEncrypted else { return .stays }
      return isSealed(summary, for: recipients, at: options.now)
        ? .stays : .sealedAnew(breaksSignature: spot.isInsideSignature)
    } catch {
      throw OpenError(error)
    }
  }

  /// Writes the message with its content sealed for `recipients` alone, read back.
  ///
  /// The sink is not finished, and must not be when this throws.
  /// - Parameter scratch: where a large ciphertext may lie without a name.
  /// - Throws: `SealError`.
  package static func seal(
    _ opened: OpenedPackets, to recipients: RecipientList, at now: Int64, scratch: FilePath? = nil,
    into sink: any ByteSink, with context: inout Context
  ) throws(SealError) {
    do {
      let spool = Spool(memoryLimit: Sealer.spoolInMemory, directory: scratch)
      let armor = ArmorSink(.message, into: spool)
      // With `armor` in gpg.conf the packets come armored.
      try context.wrap(DearmorSource(opened.packets()), to: recipients, at: now, into: armor)
      try armor.finish()
      let ciphertext = try spool.store()
      try ReadBack.check(ciphertext.source(), against: recipients.certificates, at: now)
      try opened.spot.replaced(by: ciphertext, in: opened.store).copy(to: sink)
      try opened.store.checkUnchanged()
    } catch {
      throw SealError(error)
    }
  }

  private static func spot(in store: ByteStore, _ options: OpenOptions) throws -> SealedSpot? {
    try SealedSpot(in: MessageStructure.parse(store.source(), limits: options.limits), of: store)
  }

  /// Whether a ciphertext is for exactly the keys that gpg would take for `recipients`.
  private static func isSealed(
    _ summary: CiphertextSummary, for recipients: RecipientList, at now: Int64
  ) -> Bool {
    let wanted = recipients.certificates.compactMap { $0.encryptionKey(at: now)?.keyID.value }
    return summary.recipientKeyIDs.map(\.value).sorted() == wanted.sorted() && summary.passphraseCount == 0
  }

  private static func open(
    _ ciphertext: EncryptedLayer.Ciphertext, _ summary: CiphertextSummary, at spot: SealedSpot, in store: ByteStore,
    options: OpenOptions, with context: inout Context
  ) throws -> Finding {
    var ciphertext = ciphertext
    ciphertext.isFamiliarOnly = summary.isMixed
    let holder = PacketHolder(limit: options.holdLimit)
    let report: UnwrappingReport
    do throws(GPGMEError) {
      let armor = try GPGMEError.streaming(.decrypt) { () throws(StreamError) in try ciphertext.dearmored() }
      let packets = ciphertext.packets(armor)
      report = try context.unwrap(packets, sessionKey: .export, into: holder)
      try GPGMEError.streaming(.decrypt) { () throws(StreamError) in _ = try packets.copy(to: NullSink()) }
    } catch {
      let passphrases = context.configuration.passphrases
      guard let refusal = DecryptionRefusal(error, of: summary, passphrases: passphrases) else { throw error }
      return .refused(refusal)
    }
    try store.checkUnchanged()
    if let held = holder.held { return .opened(OpenedPackets(spot: spot, store: store, source: .held(held))) }
    guard let key = report.sessionKey else {
      return .refused(.other("gpg did not tell the session key, which a message of this size needs"))
    }
    let layer = EncryptedLayer(
      ciphertext: ciphertext, sessionKey: key, header: [], configuration: context.configuration)
    return .opened(OpenedPackets(spot: spot, store: store, source: .again(layer)))
  }
}

/// What was found inside of a message's encryption: packets, which are plaintext, in memory or still encrypted.
package struct OpenedPackets: Sendable {
  let spot: SealedSpot
  let store: ByteStore
  fileprivate let source: Source

  /// Whether a signature stands around the ciphertext, which will not fit what is written.
  package var breaksSignature: Bool { spot.isInsideSignature }

  fileprivate enum Source: Sendable {
    case held(ByteStore)
    case again(EncryptedLayer)
  }

  /// A stream of them; it ends with an error unless all is well.
  fileprivate func packets() throws(StreamError) -> any ByteSource {
    switch source {
    case .held(let store): store.source()
    case .again(let layer):
      try layer.openedAgain { context, packets, key, sink throws(GPGMEError) in
        _ = try context.unwrap(packets, sessionKey: key, into: sink)
      }
    }
  }
}

/// Keeps bytes in memory up to a limit, and drops all of them when more come.
private final class PacketHolder: ByteSink {
  private var spool: Spool?
  private var room: Int

  init(limit: Int) {
    spool = Spool(memoryLimit: .max)
    room = limit
  }

  /// What came; nil when it was too much.
  var held: ByteStore? { try? spool?.store() }

  func write(_ bytes: RawSpan) throws(StreamError) {
    room -= bytes.byteCount
    if room < 0 { spool = nil }
    try spool?.write(bytes)
  }

  func finish() throws(StreamError) {}
}
