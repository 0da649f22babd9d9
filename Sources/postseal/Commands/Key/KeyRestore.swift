import ArgumentParser
import ByteStreams
import GPGME
import SealedMail
import SystemPackage

/// `postseal key restore`.
struct KeyRestore: Command {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring your own keys back from a backup.",
    discussion: """
      Opens a file of `postseal key backup` with its passphrase, shows the keys in it, and asks. Secret keys and certificates go into your \
      keyring, the keys are marked as your own as they were before, and their revocation certificates are stored. \
      What is there already is never replaced: a key that is here keeps its passphrase and its trust, and gets only what it lacks. \
      Each key is locked with the passphrase that it had when the backup was made.

      With --paper one key is put together from the numbered lines of a paper backup, typed, scanned or read from its QR code, and its \
      certificate, which must be in your keyring before; the program paperkey does that (`apt install paperkey`).
      """)

  static let examples = [
    "postseal key restore /media/stick/keys.gpg",
    "postseal key restore --paper alice-key.txt",
  ]

  @Argument(help: "The encrypted backup; standard input when \"-\".", completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("Restore one key from the text of a paper backup, in this file.", valueName: "file"),
    completion: .file())
  var paper: String?

  @OptionGroup var passphrase: BackupPassphraseOptions

  @Flag(help: "Restore without asking.")
  var yes = false

  @Flag(help: "Show what is in the backup, and restore nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    guard let paper else {
      if file == nil { throw ValidationError("name the backup.") }
      return
    }
    if file != nil { throw ValidationError("--paper names the file already.") }
    if paper == "-" { throw ValidationError("--paper needs a file; put the lines into one.") }
    if passphrase.passphraseFD != nil { throw ValidationError("a paper backup has no passphrase of its own.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try Context.open(try session.engine(answeredFrom: passphrase.passphraseFD))
    if let paper { return try await restore(from: FilePath(paper), on: session, with: &gpg) }
    let backup = try open(on: session, with: &gpg)
    let keys = try keys(of: backup, with: &gpg)
    guard try agree(to: keys, on: session, rivals: try rivals(of: keys, with: &gpg)) else { return .done }
    let restored = try backup.restore(keys, with: &gpg)
    try session.list(restored.map(\.certificate))
    for key in restored { key.words.forEach(session.console.note) }
    BackupRecord.note(keys.map(\.fingerprint), madeAt: backup.date, on: session)
    return .done
  }

  /// Shows what would come in and asks; false for a dry run.
  func agree(to keys: [Certificate], on session: Session, rivals: [Rival] = []) throws(Failure) -> Bool {
    for key in keys {
      let report = CertificateReport(certificate: key, now: session.now)
      session.console.explain(
        [report.fingerprintLine] + key.userIDs.map { "user ID      \(TerminalText.visible($0.text))" } + [""])
    }
    for rival in rivals {
      session.console.note(
        "\(rival.address) already has another certificate, \(rival.other.fingerprint.short); a key that is marked as your own may take its place"
      )
    }
    if dryRun {
      session.console.note("would restore \(keys.count == 1 ? "this key" : "these \(keys.count) keys")")
      return false
    }
    if !yes {
      try Question.confirm(
        keys.count == 1 ? "Restore this key?" : "Restore these \(keys.count) keys?", on: session.console,
        options: options, otherwise: "add `--yes`")
    }
    return true
  }

  /// Certificates of the keyring that have an address which a key of the backup would get beside them.
  private func rivals(of keys: [Certificate], with gpg: inout Context) throws(GPGMEError) -> [Rival] {
    let known = try gpg.certificates(with: keys.map(\.fingerprint))
    return try Rival.all(
      of: keys.map { key in (key, known.first { $0.fingerprint == key.fingerprint }) }, with: &gpg)
  }

  private func open(on session: Session, with gpg: inout Context) throws -> KeyringBackup {
    let name = Input.name(of: file)
    // Encrypted bytes are hardly more than the clear ones.
    let store = try Input.bytes(of: file, limit: 2 * KeyringBackup.sizeLimit, console: session.console)
    var options = OpenOptions(now: session.now)
    options.holdLimit = KeyringBackup.sizeLimit
    let opened = try FileOpener.open(store, options: options, with: &gpg)
    if let refusal = opened.verdict.encryption.refusal { throw Self.failure(refusal, name) }
    let archive = MemorySink(limit: KeyringBackup.sizeLimit, what: "the backup in \(name)")
    try opened.write(into: archive)
    do throws(StreamError) {
      return try KeyringBackup(archive: archive.bytes)
    } catch {
      guard case .malformed(let how) = error else { throw error }
      throw Self.noBackup(name, "what is encrypted in it is something else, \(how)")
    }
  }

  private func keys(of backup: KeyringBackup, with gpg: inout Context) throws -> [Certificate] {
    do throws(GPGMEError) {
      return try backup.keys(with: &gpg)
    } catch {
      guard error.cause == .noData || error.cause == .malformed else { throw error }
      throw Self.noBackup(Input.name(of: file), "its keys are damaged, or others are among them")
    }
  }

  private static func failure(_ refusal: DecryptionRefusal, _ name: String) -> Failure {
    switch refusal {
    case .notEncrypted: return noBackup(name, "it is not encrypted")
    case .noSecretKey: return noBackup(name, "it is encrypted to a key, and not with a passphrase")
    case .integrity(let how):
      return Failure(
        .integrityFailed, "cannot open the backup \(name): \(how); nothing was restored",
        hint: "take another copy of it")
    case .passphrase(let why):
      return Failure(
        .passphrase, "cannot open the backup \(name): \(why)",
        hint:
          "give the passphrase that was chosen for the backup, which is not that of a key: to pinentry at a terminal, or with `--passphrase-fd N`"
      )
    case .unreadable, .other:
      return Failure(refusal, of: "the backup \(name)")
    }
  }

  private static func noBackup(_ name: String, _ why: String) -> Failure {
    Failure(
      .malformedInput, "\(name) is no backup of keys: \(why)",
      hint: "name a file that `postseal key backup` made; of exported keys use `postseal key import FILE`")
  }
}

extension RestoredKey {
  /// What became of it, a sentence each.
  fileprivate var words: [String] {
    let short = certificate.fingerprint.short
    let first =
      switch arrival {
      case .new: "key \(short) is new here"
      case .completed: "key \(short) was here, and got what it lacked"
      case .unchanged: "key \(short) was here already, unchanged"
      }
    var words = [first]
    if let raisedTrust {
      words.append(
        raisedTrust == .ultimate
          ? "key \(short) is marked as your own"
          : "the trust in key \(short) is \(Ownertrust(raisedTrust).rawValue) now")
    }
    if storedRevocation { words.append("the revocation certificate of key \(short) is stored") }
    return words
  }
}
