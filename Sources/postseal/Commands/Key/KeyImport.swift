import ArgumentParser
import ByteStreams
import GPGME

/// `postseal key import`.
struct KeyImport: Command {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take certificates or keys into your keyring.",
    discussion: """
      Shows fingerprint, user IDs, algorithm and dates, and asks. Nothing becomes trusted by it: compare the fingerprint with \
      its owner, then use `postseal key accept`.
      """)

  static let examples = [
    "postseal key import bob.asc",
    "postseal key import bob.asc --fingerprint 4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2",
  ]

  /// More than any certificate worth having; a bound so that nobody can fill memory and keyring.
  private static let sizeLimit = 16 << 20

  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp("Import only if this is the certificate, without asking; may be repeated.", valueName: "hex"))
  var fingerprint: [String] = []

  @Flag(help: "Import without asking.")
  var yes = false

  @Flag(help: "Show what would be imported, and import nothing.")
  var dryRun = false

  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let store = try Input.bytes(of: input.file, limit: Self.sizeLimit, console: session.console)
    let found = try gpg.preview(store.source())
    for certificate in found {
      session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines() + [""])
    }
    try warnOfChanges(found, with: &gpg, on: session)
    if dryRun { return .done }
    try confirm(found, on: session)
    let report = try gpg.importKeys(store)
    if let failed = report.entries.first(where: { $0.failure != nil }) {
      throw Failure(.malformedInput, "cannot import \(failed.fingerprint.hex): \(failed.failure ?? "")")
    }
    try session.list(try gpg.certificates(with: report.entries.map(\.fingerprint)))
    return .done
  }

  /// An address that already has another certificate is a change that its owner should confirm.
  private func warnOfChanges(_ found: [Certificate], with gpg: inout Context, on session: Session) throws {
    for certificate in found {
      let addresses = certificate.userIDs.compactMap(\.address)
      for (address, known) in zip(addresses, try gpg.certificates(for: addresses)) {
        for other in known where other.fingerprint != certificate.fingerprint {
          session.console.note(
            "\(address) already has another certificate, \(other.fingerprint.short); it stays in use until you accept the new one"
          )
        }
      }
    }
  }

  private func confirm(_ found: [Certificate], on session: Session) throws(Failure) {
    guard fingerprint.isEmpty else {
      let named = Set(fingerprint.compactMap { Fingerprint($0) })
      guard named.count == Set(fingerprint).count else {
        throw Failure(.usage, "--fingerprint takes a whole fingerprint of 40 or 64 hexadecimal digits")
      }
      let others = found.map(\.fingerprint).filter { !named.contains($0) }
      guard others.isEmpty else {
        throw Failure(.badVerdict, "the input holds another certificate, \(others[0].hex), nothing was imported")
      }
      return
    }
    guard !yes else { return }
    try Question.confirm(
      found.count == 1 ? "Import this certificate?" : "Import these \(found.count) certificates?", on: session.console,
      options: options, otherwise: "name it with `--fingerprint HEX`, or add `--yes`")
  }
}
