import ByteStreams
package import GPGME
package import MIME

/// The certificates that came with mail, by address, for the choice of recipients' certificates.
///
/// They are no candidates for any other address, whatever user IDs they have.
package struct AutocryptTargets: Sendable {
  /// Whether they may serve at all.
  package let mayServe: Bool
  private let targets: [AddrSpec: AutocryptRecommendation]

  /// None, and none is asked for.
  package static let none = AutocryptTargets()

  private init() {
    mayServe = false
    targets = [:]
  }

  /// - Parameter recommendations: by the canonical address.
  package init(_ recommendations: [AddrSpec: AutocryptRecommendation]) {
    mayServe = true
    targets = recommendations
  }

  /// What is recommended for an address; nil where no mail told anything.
  package func recommendation(for address: AddrSpec) -> AutocryptRecommendation? { targets[address.canonical] }

  /// The certificate for an address: as the keyring has it when it is there, so that what is known here against it counts; only
  /// that it expired is no objection when the one in the mail has not.
  func certificate(for address: AddrSpec, among candidates: [Certificate], at now: Int64) -> Certificate? {
    guard let target = recommendation(for: address)?.target?.certificate else { return nil }
    guard let known = candidates.first(where: { $0.fingerprint == target.fingerprint }) else { return target }
    switch known.problem(for: .encryption, at: now) {
    case .expired, .keyExpired: return target
    default: return known
    }
  }

  func fingerprints(for addresses: [AddrSpec]) -> [Fingerprint] {
    addresses.compactMap { recommendation(for: $0)?.target?.certificate.fingerprint }
  }
}

extension CertificateDecision.Candidate {
  /// Whether the user accepted the certificate for the address once and did not take that back, usable as it may be now.
  func wasAccepted(for address: AddrSpec) -> Bool {
    certificate.userIDs.contains { userID in
      userID.wasAccepted && userID.address.map { UserID.address($0, equals: address.text) } == true
    }
  }
}

extension Sealer {
  /// Takes the certificates that came with mail, and that `plan` uses, into the keyring, where gpg needs them.
  ///
  /// Only those that the keyring lacks, or has in an expired state, and nothing of it becomes trusted: no other command, and no other program, uses them by it.
  /// - Returns: the plan with the certificates as the keyring then has them, and which were taken in.
  /// - Throws: `SealError.recipients` for one that is not what it was when it was chosen; `.engine`.
  package static func takeIn(
    _ plan: SealPlan, options: SealOptions, with context: inout Context
  ) throws(SealError) -> (plan: SealPlan, taken: [Certificate]) {
    let chosen = plan.recipients.filter { $0.trust == .autocrypt }
    guard !chosen.isEmpty else { return (plan, []) }
    do {
      let wanted = chosen.map(\.certificate.fingerprint)
      let before = try context.certificates(with: wanted)
      let known = Set(before.map(\.fingerprint))
      let sound = Set(before.filter { $0.problem(for: .encryption, at: options.now) == nil }.map(\.fingerprint))
      for recipient in chosen where !sound.contains(recipient.certificate.fingerprint) {
        guard let key = options.autocrypt.recommendation(for: recipient.address)?.target else { continue }
        _ = try context.importKeys(ByteStore(key.data))
      }
      let found = try context.certificates(with: wanted, detail: .certifications)
      var gaps: [RecipientGap] = []
      let recipients = plan.recipients.map { recipient in
        guard recipient.trust == .autocrypt else { return recipient }
        let certificate = found.first { $0.fingerprint == recipient.certificate.fingerprint }
        let problem = certificate.map { $0.problem(for: .encryption, at: options.now) } ?? .missing
        guard let certificate, problem == nil else {
          gaps.append(
            RecipientGap(address: recipient.address, reason: .unusable(recipient.certificate, problem ?? .missing)))
          return recipient
        }
        return RecipientCertificate(address: recipient.address, certificate: certificate, trust: .autocrypt)
      }
      guard gaps.isEmpty else { throw SealError.recipients(gaps) }
      return (plan.with(recipients), found.filter { !known.contains($0.fingerprint) })
    } catch {
      throw SealError(error)
    }
  }
}

extension SealPlan {
  fileprivate func with(_ recipients: [RecipientCertificate]) -> SealPlan {
    SealPlan(
      protection: protection, sender: sender, signer: signer, ownCertificate: ownCertificate, recipients: recipients,
      copies: copies)
  }
}
