import ArgumentParser
import GPGME
import MIME
import MailTransport
import SealedMail

/// `postseal reseal`: an archive for another key.
struct Reseal: Command {
  static let configuration = CommandConfiguration(
    abstract: "Seal the messages of a mailbox anew, for another key of your own.",
    discussion: """
      For an archive whose old key is to be put away: every message that is encrypted as a whole is opened with the old key, and what \
      was inside is encrypted for the new one, and for nobody else. The signature inside stays what it was, and verifies as \
      before; header fields, flags, order and times of delivery stay, too. A signature around the encryption, as few programs make, \
      does not fit the new one: such a message is named. All else is copied as it is: messages that are not encrypted, or only in \
      parts, and with their names those that cannot be opened. The source is never changed.

      Without --to the key is that of the account, or the only one of your own that can encrypt. Where the result goes is said as for \
      `postseal decrypt --into`. A second run goes on where the first one ended; what is locked is not written until a run can unlock \
      it. The exit status is the highest of all messages.
      """)

  static let examples = [
    "postseal reseal ~/Mail/Archive --into ~/Mail/New --to alice@example.org",
    "postseal reseal old.mbox --into new.mbox --dry-run",
  ]

  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp("Write every message into this Maildir or mbox.", valueName: "mailbox"), completion: .file())
  var into: String

  @Option(
    help: ArgumentHelp("Seal for this key of your own, by address or fingerprint; may be repeated.", valueName: "key"))
  var to: [KeyName] = []

  @Flag(help: "Tell what would be sealed anew and for which key, and write nothing.")
  var dryRun = false

  @OptionGroup var mailbox: MailboxOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    if into == "" { throw ValidationError("--into must not be empty.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let recipients = try session.ownCertificates(to, with: &gpg)
    let messages = try session.anyMessages(of: input, mailbox.chosen)
    for certificate in recipients.certificates {
      session.console.note("sealing for \(certificate.name), \(certificate.algorithm) \(certificate.fingerprint.short)")
    }
    let run = MailboxRun(session, messages, mailbox)
    if dryRun { return try run.tellResealing(for: recipients) }
    return try run.reseal(into: MailboxOutput.open(into, from: input.file), for: recipients)
  }
}

extension Certificate {
  /// What its owner calls it.
  fileprivate var name: String { userIDs.first { $0.isUsable }?.address ?? fingerprint.hex }
}

extension Session {
  /// The certificates of the person's own keys that are named; without names that of the account, or the only one that can encrypt.
  ///
  /// - Throws: `Failure` 30 when there is none, 20 when it is another person's, 32 when it cannot be used, 64 when several could be meant; `GPGMEError`.
  fileprivate func ownCertificates(_ names: [KeyName], with gpg: inout Context) throws -> RecipientList {
    var names = names
    if names.isEmpty, let account {
      names = [account.key ?? account.from.first].compactMap { $0.flatMap { KeyName(argument: Self.address(in: $0)) } }
    }
    var chosen: [Certificate] = []
    if names.isEmpty { chosen.append(try own(nil, among: try gpg.certificates(in: .secretKeys), nil)) }
    for name in names {
      let found = try name.certificates(in: .secretKeys, with: &gpg)
      if found.isEmpty, let other = try name.certificates(in: .certificates, with: &gpg).first {
        throw Failure(
          .noSecretKey,
          "cannot seal for certificate \(other.fingerprint.short): its secret key is not here, and you could not read what is sealed for it",
          hint: "see your own keys with `postseal key list --secret`")
      }
      chosen.append(try own(name, among: found, name.address.map { try AddrSpec($0) }))
    }
    guard let recipients = RecipientList(chosen) else { throw Failure.noOwnKey("you") }
    return recipients
  }

  /// `alice@example.org` of `Alice <alice@example.org>`.
  private static func address(in text: String) -> String { (try? Mailbox(text).address.text) ?? text }

  private func own(_ name: KeyName?, among found: [Certificate], _ address: AddrSpec?) throws -> Certificate {
    let fingerprint: Fingerprint? = if case .fingerprint(let fingerprint) = name { fingerprint } else { nil }
    switch CertificateChoice.own(address, for: .encryption, among: found, named: fingerprint, at: now) {
    case .success(let certificate): return certificate
    case .failure(.none), .failure(.missing): throw Failure.noOwnKey(name?.text ?? "encryption")
    case .failure(.unusable(let certificate, let problem)):
      throw Failure(
        .unusableCertificate, "cannot seal for certificate \(certificate.fingerprint.short): it \(problem.words)",
        hint: "name another key of your own with `--to`, or make one with `postseal key new`")
    case .failure(.ambiguous(let certificates)):
      throw Failure(
        .usage, "several keys of your own could be meant",
        hint: "name one: " + certificates.map { "`--to \($0.fingerprint.hex)`" }.joined(separator: " or "))
    }
  }
}
