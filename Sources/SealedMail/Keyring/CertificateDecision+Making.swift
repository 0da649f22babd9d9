package import GPGME
package import MIME

extension CertificateDecision {
  /// Decides as sealing does, for a person who wants to know why; nothing is encrypted.
  ///
  /// - Throws: `SealError.engine`.
  package static func of(
    _ address: AddrSpec, options: SealOptions, with context: inout Context
  ) throws(SealError) -> (decision: CertificateDecision, bystanders: [Bystander]) {
    let candidates = try Sealer.candidates(for: [address], options: options, with: &context)
    let decision = CertificateChoice.decide(
      address, among: candidates, map: options.map, autocrypt: options.autocrypt, at: options.now)
    let found: [Certificate]
    do throws(GPGMEError) {
      found = try context.certificates(near: address.text)
    } catch {
      throw .engine(error)
    }
    let known = Set(candidates.map(\.fingerprint))
    let bystanders = found.filter { !known.contains($0.fingerprint) }.map {
      Bystander(certificate: $0, reason: .of($0, at: address))
    }
    return (decision, bystanders)
  }
}

extension CertificateDecision {
  /// Decides for several addresses at once, in their order.
  ///
  /// - Throws: `SealError.engine`.
  package static func all(
    of addresses: [AddrSpec], options: SealOptions, with context: inout Context
  ) throws(SealError) -> [CertificateDecision] {
    let candidates = try Sealer.candidates(for: addresses, options: options, with: &context)
    return addresses.map {
      CertificateChoice.decide(
        $0, among: candidates, map: options.map, autocrypt: options.autocrypt, at: options.now)
    }
  }
}

extension CertificateDecision.Bystander.Reason {
  /// Why `certificate`, which gpg found for `address`, is no candidate for it.
  fileprivate static func of(_ certificate: Certificate, at address: AddrSpec) -> Self {
    let named = certificate.userIDs.filter { userID in
      userID.address.map { UserID.address($0, equals: address.text) } == true
    }
    if let other = named.first(where: \.isUsable)?.address { return .otherCapitals(other) }
    if named.contains(where: \.isRevoked) { return .userIDRevoked }
    return named.isEmpty ? .otherAddress : .userIDInvalid
  }
}
