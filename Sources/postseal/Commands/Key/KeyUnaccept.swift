import ArgumentParser
import GPGME
import MIME
import SealedMail

/// `postseal key unaccept`.
struct KeyUnaccept: Command {
  static let configuration = CommandConfiguration(
    commandName: "unaccept", abstract: "Take back that you accepted a certificate for an address.",
    discussion: """
      Revokes the local certification that `postseal key accept` made: mail for the address is no longer sealed to the \
      certificate, unless it is verified in another way. `accept` makes it good again.
      """)

  static let examples = [
    "postseal key unaccept bob@example.org",
    "postseal key unaccept bob@example.org 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  @Argument(help: "The address.")
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
    let found = try gpg.certificates(for: [address], detail: .certifications).flatMap(\.self)
    let own = try gpg.certificates(in: .secretKeys)
    let accepted = found.filter { !acceptances(of: $0, by: own).isEmpty }
    let certificate = try (fingerprint == nil && !accepted.isEmpty ? accepted : found)
      .one(for: address, named: fingerprint)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    let pending = acceptances(of: certificate, by: own)
    guard !pending.isEmpty else {
      throw Failure(
        .badVerdict,
        "certificate \(certificate.fingerprint.short) is not accepted for \(address) by a key of yours, nothing was changed",
        hint: "see what it is with `postseal key show \(certificate.fingerprint.hex)`")
    }
    if dryRun { return .done }
    var changed = certificate
    for (certifier, userIDs) in pending {
      changed = try gpg.revokeCertifications(userIDs, of: certificate, by: certifier, at: session.now)
    }
    try session.list([changed])
    let mailbox = try AddrSpec(address)
    let isSealedTo = CertificateChoice.trust(in: changed, for: mailbox) != nil
    session.console.note(
      "no longer accepted for \(address): "
        + (isSealedTo
          ? "but it is verified in another way, so mail for it is still sealed to this certificate"
          : "mail for it is not sealed to this certificate any more"))
    session.console.note(
      "to take that back: `postseal key accept \(ShellWord.quoted(address)) \(certificate.fingerprint.hex)`")
    return .done
  }

  /// The local certifications of the address by keys of the user's own, with the user IDs that each certified.
  private func acceptances(
    of certificate: Certificate, by own: [Certificate]
  ) -> [(certifier: Certificate, userIDs: [String])] {
    let texts = certificate.userIDs(for: address).map(\.text)
    return own.compactMap { certifier in
      let accepted = texts.filter { certificate.certification(of: $0, by: certifier)?.isLocal == true }
      return accepted.isEmpty ? nil : (certifier, accepted)
    }
  }
}
