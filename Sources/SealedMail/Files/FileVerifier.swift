package import ByteStreams
import GPGME
package import MIME
import OpenPGPPackets

/// Judges the signatures on plain files.
package enum FileVerifier {
  /// Octets of a text that is signed in the clear; it is held in memory.
  static let textLimit = 16 << 20
  /// Octets of a detached signature: thousands of signatures, each of which costs gpg a check and us a certificate.
  private static let signatureLimit = 1 << 20

  /// Judges the detached signatures in `signature`, binary or armored, over all of `data`.
  ///
  /// - Parameter signer: the address whose signature the reader wants, for the choice among the signer's user IDs.
  /// - Throws: `OpenError`; never for a finding.
  package static func verify(
    _ signature: ByteStore, over data: ByteStore, signer: AddrSpec? = nil, options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws(OpenError) -> Verdict {
    let judge = FileJudge(signer: signer, now: options.now)
    do {
      let reading = try read(signature, over: data, options, with: &engine)
      try data.checkUnchanged()
      return judge.verdict(reading, layers: [judge.layer(.signed, reading)], encryption: .none)
    } catch {
      throw OpenError(error)
    }
  }

  /// Judges the signatures in `store` over the text or other content that stands in it with them.
  ///
  /// The finding is `partial` when more than that stands in it.
  ///
  /// - Parameters:
  ///   - signer: as for ``verify(_:over:signer:options:with:)``.
  ///   - content: gets what the signatures are about, which counts only when the verdict is good; it is not finished.
  /// - Throws: `OpenError`; never for a finding.
  package static func verify(
    embeddedIn store: ByteStore, signer: AddrSpec? = nil, into content: any ByteSink = NullSink(), options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws(OpenError) -> Verdict {
    let judge = FileJudge(signer: signer, now: options.now)
    do {
      let (reading, coversAll) =
        try readText(store, into: content, with: &engine)
        ?? readPackets(store, into: content, options, with: &engine)
      try store.checkUnchanged()
      let layer = judge.layer(.inlineSigned, reading)
      return judge.verdict(reading, layers: [layer], encryption: .none, coversAll: coversAll)
    } catch {
      throw OpenError(error)
    }
  }

  private static func read(
    _ signature: ByteStore, over data: ByteStore, _ options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws -> SignatureReading {
    guard signature.count <= signatureLimit else {
      return SignatureReading(malformed: ["the signature is larger than any sound one"])
    }
    let packets = EncryptedLayer.Ciphertext(
      bytes: .held(signature), range: 0..<signature.count, encoding: .binary)
    return try packets.readSignatures {
      try TextLineCheck.passes(data.source())
    } check: { packets in
      try EnvelopeWalk.judged { () throws(GPGMEError) in
        let content = CountingSource(data.source()) { options.progress($0, data.count) }
        return try engine.verifyDetached(try packets.signaturePackets(), over: content)
      }
    }
  }

  /// Reads a text that is signed in the clear; nil when there is none.
  private static func readText(
    _ store: ByteStore, into content: any ByteSink, with engine: inout some OpeningEngine & ~Copyable
  ) throws -> (SignatureReading, coversAll: Bool)? {
    guard store.count <= textLimit else { return nil }
    let found = InlineBlocks(in: try store.read(0..<store.count))
    guard let block = found.blocks.first, found.blocks.contains(where: { $0.kind == .signedMessage }) else {
      return nil
    }
    guard found.blocks.count == 1 else {
      return (SignatureReading(malformed: ["there are \(found.blocks.count) OpenPGP blocks in it, not one"]), true)
    }
    let text = ByteStore(block.text)
    guard try TextLineCheck.passes(text.source()) else {
      return (SignatureReading(malformed: [EnvelopeWalk.partial]), true)
    }
    let reports = try EnvelopeWalk.judged { () throws(GPGMEError) in
      try engine.verifyCleartext(text.source(), into: content)
    }
    return (reading(reports, isAlone: found.only != nil), found.only != nil)
  }

  /// Reads signed content in packets, such as `gpg --sign` makes.
  private static func readPackets(
    _ store: ByteStore, into content: any ByteSink, _ options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws -> (SignatureReading, coversAll: Bool) {
    let armor = DearmorSource(CountingSource(store.source()) { options.progress($0, store.count) })
    let limit = options.expansionLimit(for: store.count)
    let sink = LimitedSink(limit: limit, what: "signed content", into: content)
    let reports = try EnvelopeWalk.judged { () throws(GPGMEError) in
      let reports = try engine.verifyCleartext(armor, into: sink)
      // gpg may stop reading where it has what it wants; what follows is looked at all the same.
      try GPGMEError.streaming(.verify) { () throws(StreamError) in _ = try armor.copy(to: NullSink()) }
      return reports
    }
    let isAlone = armor.leader == .nothing && armor.trailer == .nothing
    return (reading(reports, isAlone: isAlone), isAlone)
  }

  private static func reading(_ reports: [SignatureReport]?, isAlone: Bool) -> SignatureReading {
    let malformed = reports.map { $0.isEmpty ? [EnvelopeWalk.missing] : [] } ?? [EnvelopeWalk.unreadable]
    return SignatureReading(
      reports: reports ?? [], malformed: malformed, warnings: isAlone ? [] : [.textAroundBlock])
  }
}
