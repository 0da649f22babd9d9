import ArgumentParser
import GPGME
import MIME
import SealedMail

/// `postseal key unaccept`.
struct KeyUnaccept: Command {
  static let configuration = CommandConfiguration(
    commandName: "unaccept", abstract: "Take back that you accepted a certificate for an address.",
    discussion: """
      Revokes the certification that `postseal key accept` or `certify` made: mail for the address is no longer sealed to the \
      certificate, unless it is verified in another way. `accept` makes it good again. Who got an exportable certification has to \
      get the certificate again to learn that; with both kinds the local one goes first, and a second run takes back the other.
      """)

  static let examples = [
    "postseal key unaccept bob@example.org",
    "postseal key unaccept bob@example.org 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "The address; with the fingerprint also the whole text of a user ID.")
  var address: String

  @Argument(help: "The whole fingerprint, when several certificates for the address are accepted.")
  var fingerprint: String?

  @Flag(help: "Show what would be taken back, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let found = try candidates(with: &gpg)
    let own = try gpg.certificates(in: .secretKeys)
    let accepted = found.filter { !acceptances(of: $0, by: own).isEmpty }
    let certificate = try (fingerprint == nil && !accepted.isEmpty ? accepted : found)
      .one(for: address, named: fingerprint, in: "postseal key unaccept")
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    let pending = acceptances(of: certificate, by: own)
    guard !pending.isEmpty else {
      throw Failure(
        .badVerdict,
        "certificate \(certificate.fingerprint.short) is not accepted for \(address) by a key of yours, nothing was changed",
        hint: "see what it is with `postseal key show \(certificate.fingerprint.hex)`")
    }
    if dryRun {
      try session.listUnchanged([certificate])
      return .done
    }
    let isExportable = pending.contains { certifier, userIDs in
      userIDs.contains { certificate.isCertified($0, by: certifier, reach: .exportable) }
    }
    var changed = certificate
    for (certifier, userIDs) in pending {
      changed = try gpg.revokeCertifications(userIDs, of: certificate, by: certifier, at: session.now)
    }
    try session.list([changed], for: [address])
    tell(changed, on: session.console)
    if !isExportable, !acceptances(of: changed, by: own).isEmpty {
      session.console.note("your exportable certification stands: run it again to take that back, too")
    }
    if isExportable {
      session.console.note(
        "who has your certification believes it until they get the certificate again: `postseal key export \(changed.fingerprint.hex)`"
      )
    }
    return .done
  }

  private func tell(_ changed: Certificate, on console: Console) {
    guard let mailbox = try? AddrSpec(address) else { return console.note("no longer certified by you: \(address)") }
    let isSealedTo = CertificateChoice.trust(in: changed, for: mailbox) != nil
    console.note(
      "no longer accepted for \(address): "
        + (isSealedTo
          ? "but it is verified in another way, so mail for it is still sealed to this certificate"
          : "mail for it is not sealed to this certificate any more"))
    console.note(
      "to take that back: `postseal key accept \(ShellWord.quoted(address)) \(changed.fingerprint.hex)`")
  }

  /// The certificates that have the address, or the one that is named when it has a user ID with just that text.
  private func candidates(with gpg: inout Context) throws(GPGMEError) -> [Certificate] {
    if let named = fingerprint.flatMap({ Fingerprint($0) }) {
      let certificates = try gpg.certificates(with: [named], detail: .certifications)
      if certificates.contains(where: { $0.userIDs.contains { $0.text == address } }) { return certificates }
    }
    return try gpg.certificates(for: [address], detail: .certifications).flatMap(\.self)
  }

  /// The certifications of the address by keys of the user's own, with the user IDs that each certified: the local ones, and only
  /// where there are none those that others rely on.
  private func acceptances(
    of certificate: Certificate, by own: [Certificate]
  ) -> [(certifier: Certificate, userIDs: [String])] {
    let fitting = Set(certificate.userIDs(for: address).map(\.text))
    let texts = certificate.userIDs.map(\.text).filter { $0 == address || fitting.contains($0) }
    func made(_ isMeant: (Certification) -> Bool) -> [(certifier: Certificate, userIDs: [String])] {
      own.compactMap { certifier in
        let accepted = texts.filter { certificate.certification(of: $0, by: certifier).map(isMeant) == true }
        return accepted.isEmpty ? nil : (certifier, accepted)
      }
    }
    let local = made(\.isLocal)
    return local.isEmpty ? made { !$0.isLocal } : local
  }
}
