import ArgumentParser
import GPGME
import SealedMail

/// `postseal key rotate`.
struct KeyRotate: Command {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Replace the subkeys of your own key by new ones.",
    discussion: """
      Adds a subkey for encryption, and one for signing when the key signs with a subkey, then lets the old one for encryption \
      expire, or revokes it. Old subkeys stay, so that old mail can be read and old signatures be checked; your fingerprint \
      and what others certified stay too. Where the key would expire before its new subkeys, it is extended to the same day.

      Nothing old ends before the new is there: a run that is interrupted leaves a key that works, and the same command again \
      does what is left. For that, a subkey \
      of the last day beside an older one in use counts as the new one. GnuPG asks for your passphrase for each new subkey.
      """)

  static let examples = [
    "postseal key rotate alice@example.org",
    "postseal key rotate alice@example.org --expires 2y --revoke",
  ]

  @Argument(help: "The key: an address, or a whole fingerprint.")
  var name: KeyName

  @Option(
    help: ArgumentHelp(
      "When the new subkeys expire: a day (2031-06-30), a number of days (90d) or years (2y) from now, or never.",
      valueName: "time"))
  var expires = Expiry.lifetime(.years(3))

  @Option(help: "The algorithm of the new subkeys (default: RSA for an RSA key, else ed25519).")
  var algorithm: KeyNew.Algorithm?

  @Flag(help: "Revoke the old subkey for encryption, for ever, instead of letting it expire.")
  var revoke = false

  @Flag(help: "Revoke without asking.")
  var yes = false

  @Flag(help: "Show what would be done, and change nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let end = try expires.time(from: session.now)
    let key = try name.ownKey(for: .certificate, with: &gpg)
    let plan = RotationPlan.of(
      key, expires: end, algorithm: algorithm?.request ?? key.subkeyAlgorithm, old: revoke ? .revoke : .expire,
      at: session.now)
    if let card = plan.card {
      throw Failure(
        .usage,
        "cannot rotate key \(key.fingerprint.short): its subkeys are on card \(card), and new ones would not be",
        hint: "add one that is not on the card with `postseal key subkey add \(key.fingerprint.hex)`")
    }
    if dryRun || revoke {
      session.console.explain(CertificateReport(certificate: key, now: session.now).lines())
    }
    if dryRun {
      for step in plan.steps { session.console.note("would \(step.words)") }
      try session.listUnchanged([key])
      return .done
    }
    if revoke, !yes {
      try Question.confirm(
        "Revoke the old subkey for encryption for ever?", on: session.console, options: options,
        otherwise: "add `--yes`, or leave out `--revoke`")
    }
    try report(try rotate(key, by: plan, with: &gpg), after: plan, of: key, on: session)
    return .done
  }

  /// Does one step after the other.
  ///
  /// - Throws: `Failure`, which says what is done and what is left.
  private func rotate(
    _ key: Certificate, by plan: RotationPlan, with gpg: inout Context
  ) throws(Failure) -> (certificate: Certificate, added: [Subkey]) {
    var changed = key
    var added: [Subkey] = []
    for (index, step) in plan.steps.enumerated() {
      do throws(GPGMEError) {
        let outcome = try step.perform(on: changed, with: &gpg)
        changed = outcome.certificate
        added += [outcome.added].compactMap(\.self)
      } catch {
        throw Failure(error, done: plan.steps[..<index], left: plan.steps[index...])
      }
    }
    let new = added.last { $0.uses.contains(.encryption) } ?? plan.kept.last { $0.uses.contains(.encryption) }
    guard changed.encryptionKey(at: currentTime())?.fingerprint == new?.fingerprint else {
      throw Failure(
        .systemError,
        "key \(key.fingerprint.short) was changed, but its new subkey is not the one that is encrypted to",
        hint: "see what it is with `postseal key show \(key.fingerprint.hex)`")
    }
    return (changed, added)
  }

  private func report(
    _ outcome: (certificate: Certificate, added: [Subkey]), after plan: RotationPlan, of key: Certificate,
    on session: Session
  ) throws(Failure) {
    let changed = outcome.certificate
    // The change is younger than this run.
    let row = CertificateReport(certificate: changed, now: currentTime())
    switch session.console.format {
    case .json:
      try session.console.report(
        .report([
          "certificates": .array([row.json]), "added": .strings(outcome.added.map(\.fingerprint.hex)),
          "ended": .strings(plan.steps.flatMap(\.ended).map(\.hex)),
        ]))
    case .text:
      let terminal = session.console.terminal
      try session.console.report(
        Table.lines([row.row(style: terminal.outputStyle)], columns: terminal.outputColumns))
    }
    for subkey in plan.kept { session.console.note("\(subkey.words) is new enough, and is kept as the new one") }
    var added = outcome.added.makeIterator()
    for step in plan.steps {
      switch step {
      case .extend: session.console.note("key \(changed.fingerprint.short) now \(KeyExpire.words(changed.expires))")
      case .add:
        guard let subkey = added.next() else { continue }
        session.console.note(
          "added: \(subkey.words), \(subkey.algorithm), \(KeyExpire.words(subkey.expires))")
      case .expire, .revoke:
        for subkey in key.subkeys where step.ended.contains(subkey.fingerprint) {
          session.console.note(
            "\(subkey.words) \(revoke ? "is revoked as superseded" : "has expired now"); it still opens old mail")
        }
      }
    }
    let hex = changed.fingerprint.hex
    session.console.note(
      "next: publish the new certificate with `postseal key publish --keyserver \(hex)`, or give it to others with `postseal key export \(hex)`"
    )
    session.console.note("next: renew your backup, which lacks the new subkeys: `postseal key backup FILE`")
  }
}

extension RotationPlan.Step {
  /// The subkeys that end by it.
  fileprivate var ended: [Fingerprint] {
    switch self {
    case .expire(let subkeys), .revoke(let subkeys): subkeys
    case .extend, .add: []
    }
  }

  /// What is to be done, as a person is told.
  fileprivate var words: String {
    let old = ended.map { "old subkey \($0.short)" }.joined(separator: " and ")
    return switch self {
    case .extend(let expires): "extend the key: it \(KeyExpire.words(expires))"
    case .add(let request): "add a subkey for \(request.use.rawValue), which \(KeyExpire.words(request.expires))"
    case .expire: "let the \(old) expire"
    case .revoke: "revoke the \(old)"
    }
  }
}

extension Failure {
  /// The failure of a rotation between two steps.
  fileprivate init(
    _ error: GPGMEError, done: ArraySlice<RotationPlan.Step>, left: ArraySlice<RotationPlan.Step>
  ) {
    let failure = Failure(error)
    let words = error.cause == .cancelled ? ["interrupted"] : failure.sentences
    let before = done.isEmpty ? "nothing was changed" : "done: " + done.map(\.words).joined(separator: "; ")
    self.init(
      failure.status,
      sentences: words + [before, "left: \(left.map(\.words).joined(separator: "; ")); the key works as it is"],
      hints: failure.hints.filter { $0 != "run it again" } + ["run it again: what is done is not done twice"])
  }
}
