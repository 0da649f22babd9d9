package import ByteStreams
package import GPGME
package import MIME
import OpenPGPPackets

/// Seals messages: decides who and which keys, then makes every copy complete before any leaves.
package enum Sealer {
  /// What is sealed, up to this size, stays in memory until it is submitted; more goes to an unlinked file.
  package static let spoolInMemory = 4 << 20

  /// Decides everything about sealing `message`, without encrypting a byte.
  ///
  /// - Throws: `SealError.recipients` with every gap at once, `.signer`, `.noRecipients`, `.engine`.
  package static func plan(
    _ message: OutgoingMessage, options: SealOptions, with context: inout Context
  ) throws(SealError) -> SealPlan {
    let sender = message.from.address
    let addresses = message.shared + message.blind
    guard !addresses.isEmpty else { throw .noRecipients }
    let copies =
      (message.shared.isEmpty ? [] : [PlannedCopy(addresses: message.shared, isBlind: false)])
      + message.blind.map { PlannedCopy(addresses: [$0], isBlind: true) }
    guard options.protection != .clear else {
      return SealPlan(
        protection: .clear, sender: sender, signer: nil, ownCertificate: nil, recipients: [], copies: copies)
    }
    let isEncrypted = options.protection.isEncrypted
    let candidates = try candidates(
      for: isEncrypted ? addresses + [sender] : [sender], options: options, with: &context)
    let recipients = isEncrypted ? try choose(addresses, among: candidates, options: options) : []
    let signer = try signer(for: sender, among: candidates, options: options)
    return SealPlan(
      protection: options.protection, sender: sender, signer: signer,
      ownCertificate: isEncrypted
        ? try ownCertificate(for: sender, signer: signer, among: candidates, options: options) : nil,
      recipients: recipients, copies: copies)
  }

  /// Makes every copy of `plan`, complete and checked; nothing exists outside until all are made.
  ///
  /// - Parameters:
  ///   - clear: the permission that a plan for clear text needs.
  ///   - storage: where each copy is collected, such as the file it is meant for; a spool where the caller has none.
  ///   - progress: told how many bytes of how many have been read, all copies together.
  /// - Throws: `SealError`; `.wouldGoInClear` for a plan for clear text without permission.
  package static func seal(
    _ message: OutgoingMessage, plan: SealPlan, options: SealOptions, clear: ClearPermission? = nil,
    storage: (PlannedCopy) -> any StoringSink = { _ in Spool(memoryLimit: spoolInMemory) },
    with context: inout Context, progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(SealError) -> [SealedCopy] {
    var copies: [SealedCopy] = []
    // Only an encrypted message differs between the copies.
    let isEncrypted = plan.protection.isEncrypted
    let total = message.store.count * (isEncrypted ? plan.copies.count : 1)
    for (index, copy) in plan.copies.enumerated() {
      let before = index * message.store.count
      let job = SealJob(message: message, plan: plan, options: options, storage: storage(copy)) {
        progress(before + $0, total)
      }
      do {
        let finished: SubmittableMessage
        if !isEncrypted, let first = copies.first {
          finished = first.message
        } else if isEncrypted {
          finished = try job.encrypted(for: copy, with: &context)
        } else if plan.protection == .signed {
          finished = try job.signed(with: &context)
        } else if let clear {
          finished = try job.clear(clear)
        } else {
          throw SealError.wouldGoInClear(copy.addresses)
        }
        copies.append(SealedCopy(addresses: copy.addresses, isBlind: copy.isBlind, message: finished))
      } catch {
        throw SealError(error)
      }
    }
    return copies
  }

  /// All certificates that could serve one of `addresses`, each once; a second listing only where one is named.
  static func candidates(
    for addresses: [AddrSpec], in part: KeyringPart = .certificates, options: SealOptions, with context: inout Context
  ) throws(SealError) -> [Certificate] {
    let named =
      addresses.compactMap { options.map.fingerprint(for: $0) } + [options.signer].compactMap(\.self)
      + options.autocrypt.fingerprints(for: addresses)
    do throws(GPGMEError) {
      let texts = addresses.map(\.text)
      let byAddress = try context.certificates(for: texts, in: part, detail: .certifications).flatMap(\.self)
      let byName = try context.certificates(with: named, in: part, detail: .certifications)
      var seen: Set<Fingerprint> = []
      return (byAddress + byName).filter { seen.insert($0.fingerprint).inserted }
    } catch {
      throw .engine(error)
    }
  }

  /// The certificate for each address, in order.
  ///
  /// - Throws: `SealError.recipients` with every gap at once.
  static func choose(
    _ addresses: [AddrSpec], among candidates: [Certificate], options: SealOptions
  ) throws(SealError) -> [RecipientCertificate] {
    var chosen: [RecipientCertificate] = []
    var gaps: [RecipientGap] = []
    for address in addresses {
      switch CertificateChoice.recipient(
        address, among: candidates, map: options.map, autocrypt: options.autocrypt, at: options.now)
      {
      case .success(let certificate): chosen.append(certificate)
      case .failure(let gap): gaps.append(gap)
      }
    }
    guard gaps.isEmpty else { throw .recipients(gaps) }
    return chosen
  }

  /// The certificate that signs; nil for no signature.
  static func signer(
    for sender: AddrSpec?, among candidates: [Certificate], options: SealOptions
  ) throws(SealError) -> Certificate? {
    guard options.protection != .encryptedOnly else { return nil }
    switch CertificateChoice.own(sender, among: candidates, named: options.signer, at: options.now) {
    case .success(let certificate): return certificate
    case .failure(let gap): throw .signer(sender, gap)
    }
  }

  /// The sender's own certificate to encrypt to: the signer's, or without a signature the sender's when there is one.
  static func ownCertificate(
    for sender: AddrSpec?, signer: Certificate?, among candidates: [Certificate], options: SealOptions
  ) throws(SealError) -> Certificate? {
    if let signer {
      if let problem = signer.problem(for: .encryption, at: options.now) {
        throw .ownCopy(sender, .unusable(signer, problem))
      }
      return signer
    }
    switch CertificateChoice.own(
      sender, for: .encryption, among: candidates, named: options.signer, at: options.now)
    {
    case .success(let certificate): return certificate
    // Who revoked their only key has none.
    case .failure(.none), .failure(.unusable(_, .revoked)): return nil
    case .failure(let gap): throw .ownCopy(sender, gap)
    }
  }
}
