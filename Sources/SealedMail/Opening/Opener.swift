package import ByteStreams
import GPGME
import MIME

/// Opens messages: peels the cryptographic envelope from the root down, and judges what it found.
///
/// Source: RFC 9787 §4, §6
package enum Opener {
  /// Opens and judges the message in `store`.
  ///
  /// Nothing of the content is released before gpg has confirmed all of it; what is not opened is a finding of the verdict.
  /// - Throws: `OpenError` when the message cannot be judged at all.
  package static func open(
    _ store: ByteStore, options: OpenOptions, with engine: inout some OpeningEngine & ~Copyable
  ) throws(OpenError) -> OpenedMessage {
    do {
      let received = try MessageStructure.parse(store.source(), limits: options.limits)
      var walk = EnvelopeWalk(received, in: store, options: options)
      try walk.run(with: &engine)
      // Structure, signature and content come of several readings.
      try store.checkUnchanged()
      return conclude(walk, received: received)
    } catch {
      throw OpenError(error)
    }
  }

  /// Turns what was found into the one value that is reported.
  private static func conclude(_ walk: EnvelopeWalk, received: MessageStructure) -> OpenedMessage {
    let protection = walk.protectedLayer.map {
      HeaderProtection(of: walk.structure, payload: walk.root, in: $0)
    }
    var restoration = HeaderRestoration(outer: received.root.header, protection: protection)
    guard walk.isOpened else {
      // What was not opened is not signed either, whatever layers around it say.
      let verdict = Verdict(
        encryption: walk.encryption, signature: .none, signer: nil, signatures: [], warnings: walk.warnings)
      return OpenedMessage(verdict: verdict, header: restoration.header, content: nil)
    }
    let judge = Judge(from: restoration.from, date: restoration.date, now: walk.options.now)
    let records = walk.signatures.map { judge.record(of: $0) } + walk.malformedSignatures.map(SignerRecord.malformed)
    let chosen = Judge.decisive(records)
    let finding = chosen?.finding ?? (walk.holdsSignedPart ? .partial : .none)
    if chosen?.isGoodAndTrusted != true { restoration.distrustInnerFrom() }
    var told: Set<VerdictWarning> = []
    let warnings = walk.warnings + restoration.warnings + judge.warnings(about: chosen, others: records)
    let verdict = Verdict(
      encryption: walk.encryption, signature: finding, signer: chosen, signatures: records,
      warnings: warnings.filter { told.insert($0).inserted })
    let content = OpenedContent(
      structure: walk.structure, root: walk.root, protection: protection, bytes: walk.bytes)
    return OpenedMessage(verdict: verdict, header: restoration.header, content: content)
  }
}
