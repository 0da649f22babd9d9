import GPGME
import MIME
import SealedMail

extension Session {
  /// More addresses than a person has; a certificate may have thousands.
  private static let addressLimit = 10

  /// Tells what mail for each address of a certificate is sealed to, as the keyring is now, and why it is refused where it is.
  ///
  /// - Throws: `SealError`, `MIMEError` for an address of the configuration that mail cannot have.
  func tellChoices(for certificate: Certificate, with gpg: inout Context) throws {
    var addresses: [String] = []
    for address in certificate.userIDs.filter({ !$0.isInvalid }).compactMap(\.address)
    where !addresses.contains(where: { UserID.address($0, equals: address) }) {
      addresses.append(address)
    }
    try tellChoices(for: Array(addresses.prefix(Self.addressLimit)), with: &gpg)
    if addresses.count > Self.addressLimit {
      console.note("and \(addresses.count - Self.addressLimit) addresses more: ask `postseal key why ADDRESS`")
    }
  }

  /// The same for certain addresses; what is no address of mail is left out.
  func tellChoices(for addresses: [String], with gpg: inout Context) throws {
    for decision in try decisions(for: addresses, with: &gpg) { console.note(decision.effect) }
  }

  /// How the certificate for each of these addresses is chosen, as the keyring is now; what is no address of mail is left out.
  func decisions(for addresses: [String], with gpg: inout Context) throws -> [CertificateDecision] {
    // What was changed is younger than this run.
    var sealing = SealOptions(now: currentTime())
    sealing.map = try configuration.certificateMap()
    return try CertificateDecision.all(
      of: addresses.compactMap { try? AddrSpec($0) }, options: sealing, with: &gpg)
  }
}

extension CertificateDecision {
  /// What becomes of mail for the address, in a sentence; foreign text may be among it.
  var effect: String {
    switch outcome {
    case .success(let recipient):
      "mail for \(address.text) is sealed to \(recipient.certificate.fingerprint.short), \(recipient.trust.words)"
    case .failure(let gap):
      "mail would be refused: "
        + Failure(SealError.recipients([gap])).sentences.joined(separator: "; ")
    }
  }
}
