package import ByteStreams
import GPGME
import MIME

/// Opens messages: peels the cryptographic envelope from the root down, and judges what it found.
///
/// Source: RFC 9787 §4, §6
package enum Opener {
  /// Opens and judges the message in `store`, or one part of it.
  ///
  /// Nothing of the content is released before gpg has confirmed all of it; what is not opened is a finding of the verdict.
  ///
  /// - Parameter part: judged alone, as if it were a message: a forwarded message by its own header, anything else with no header but
  ///   what its own envelope protects. Its signer is compared with the message's sender where it names no sender of its own.
  /// - Throws: `OpenError` when the message cannot be judged at all.
  package static func open(
    _ store: ByteStore, part: PartNumber? = nil, options: OpenOptions,
    with engine: inout some OpeningEngine & ~Copyable
  ) throws(OpenError) -> OpenedMessage {
    do {
      let received = try MessageStructure.parse(store.source(), limits: options.limits)
      var walk = EnvelopeWalk(received, in: store, options: options)
      try walk.run(with: &engine)
      var opened = conclude(walk, outer: received.root.header)
      if let part {
        var alone = try EnvelopeWalk(part, of: walk)
        let start = alone.structure[alone.root]
        try alone.run(with: &engine)
        opened = conclude(alone, outer: start.role == .part ? nil : start.header, sender: opened.header.from)
      }
      // Structure, signature and content come of several readings.
      try store.checkUnchanged()
      return opened
    } catch {
      throw OpenError(error)
    }
  }

  /// Turns what was found into the one value that is reported.
  ///
  /// - Parameters:
  ///   - outer: the header that stands outside; nil for a part.
  ///   - sender: whom to compare a signer with where no header names anybody.
  private static func conclude(_ walk: EnvelopeWalk, outer: Header?, sender: [Mailbox] = []) -> OpenedMessage {
    var restoration = HeaderRestoration(walk, outer: outer)
    guard walk.isOpened else {
      // What was not opened is not signed either, whatever layers around it say.
      let verdict = Verdict(
        part: walk.part?.section, layers: walk.layers, encryption: walk.encryption, signature: .none, signer: nil,
        signatures: [], warnings: walk.warnings)
      return OpenedMessage(verdict: verdict, outerHeader: outer, header: restoration.header, content: nil)
    }
    let from = restoration.header.namesSender ? restoration.header.from : sender
    let judge = Judge(from: from, date: restoration.date, now: walk.options.now)
    let records = walk.signatures.map { judge.record(of: $0) } + walk.malformedSignatures.map(SignerRecord.malformed)
    let chosen = Judge.decisive(records)
    if chosen?.isGoodAndTrusted != true { restoration.distrustInnerFrom() }
    var told: Set<VerdictWarning> = []
    // An armored block has no room for header fields.
    let unprotected: [VerdictWarning] = walk.coverage == .block && outer != nil ? [.headersNotProtected] : []
    let warnings = walk.warnings + unprotected + restoration.warnings + judge.warnings(about: chosen, others: records)
    let verdict = Verdict(
      part: walk.part?.section, layers: walk.layers, encryption: walk.encryption,
      signature: finding(of: walk, decisive: chosen), signer: chosen, signatures: records,
      warnings: warnings.filter { told.insert($0).inserted })
    return OpenedMessage(
      verdict: verdict, outerHeader: outer, header: restoration.header,
      content: walk.content(protection: walk.payloadProtection))
  }

  /// The finding about the message: the decisive signature's, unless that covers only a part of it.
  private static func finding(of walk: EnvelopeWalk, decisive: SignerRecord?) -> SignatureFinding {
    guard let decisive else { return walk.holdsSignedPart ? .partial : .none }
    let holds = decisive.finding == .good || decisive.finding == .senderMismatch
    return holds && walk.coverage != .whole ? .partial : decisive.finding
  }
}

extension EnvelopeWalk {
  /// What the payload protects; nil when nothing vouches for it, as for what a mail server encrypted with a signature that does not hold.
  var payloadProtection: HeaderProtection? {
    guard let layer = protectedLayer else { return nil }
    let isServers = sealedProtection != nil && isWithinSealed
    guard !isServers || isSigned else { return nil }
    return HeaderProtection(of: structure, payload: root, in: isServers ? .signed : layer)
  }

  /// The content that was reached.
  fileprivate func content(protection: HeaderProtection?) -> OpenedContent {
    let covered: Int? =
      switch coverage {
      case .listPart(let payload, _): payload
      case .whole, .block: layers.contains(where: \.counts) ? root : nil
      }
    return OpenedContent(structure: structure, root: root, covered: covered, protection: protection, bytes: bytes)
  }
}
