import ArgumentParser
import ByteStreams
import GPGME
import SealedMail
import SystemPackage

/// `postseal key backup`.
struct KeyBackup: Command {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Put all your own keys into one encrypted file, or one onto paper.",
    discussion: """
      The file holds your secret keys, their certificates, how far they are trusted, and their stored revocation certificates; not \
      the certificates of others. It is a tar archive that gpg encrypted with a passphrase of its own: `gpg --decrypt FILE | tar -x` \
      opens it where there is no postseal. It is decrypted again and compared before it gets its name.

      Two passphrases are asked for by GnuPG's pinentry: first that of each key that has one, without which gpg-agent hands out no \
      secret key; then, twice, a new one for the file. Inside the file each key keeps its own passphrase, and it keeps that one \
      when you change it later. In scripts --passphrase-fd gives the passphrase of the file and --key-passphrase-fd that of the \
      keys; both may be the same descriptor, then the first line is for the file and the second for the keys.

      Keep the file away from this machine, and its passphrase away from the file: both lost is the keys lost, and whoever has both \
      and the keys' passphrase can read your mail. `postseal key restore FILE` brings the keys back. When a backup was made is noted, so that \
      `postseal key check` can say when a key has none.

      With --paper one secret key becomes text to be printed, by the program paperkey (`apt install paperkey`), with a QR code if \
      qrencode is installed. It holds only what the certificate does not, as locked as the key is, and no ownertrust or revocation \
      certificate.
      """)

  static let examples = [
    "postseal key backup /media/stick/keys.gpg",
    "postseal key backup --paper alice-key.txt --key alice@example.org",
  ]

  @Argument(help: "The encrypted file to make.", completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp(
      "Make text for paper of one key, in this file, or on standard output for \"-\" (not on a terminal).",
      valueName: "file"),
    completion: .file())
  var paper: String?

  @Option(
    help: ArgumentHelp("The key for --paper, an address or a fingerprint, where you have several.", valueName: "key"))
  var key: KeyName?

  @Flag(help: "Replace an existing file.")
  var force = false

  @OptionGroup var passphrase: BackupPassphraseOptions

  @Option(
    help: ArgumentHelp("Read the passphrase of the keys from this descriptor, up to its next line end.", valueName: "n")
  )
  var keyPassphraseFD: Int32?

  @Flag(help: "Show what would be backed up, and write nothing.")
  var dryRun = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    guard paper != nil else {
      if file == nil { throw ValidationError("name the file to make.") }
      if key != nil { throw ValidationError("--key is for --paper: the file holds all your keys.") }
      return
    }
    if file != nil { throw ValidationError("--paper names the file already.") }
    if passphrase.passphraseFD != nil {
      throw ValidationError("a paper backup has no passphrase of its own; the key's comes by --key-passphrase-fd.")
    }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    if let paper {
      var gpg = try Context.open(try session.engine(answeredFrom: keyPassphraseFD))
      return try await printOut(to: paper, on: session, with: &gpg)
    }
    return try write(to: file ?? "", on: session)
  }

  private func write(to file: String, on session: Session) throws -> ExitStatus {
    let engine = try session.engine(answeredFrom: passphrase.passphraseFD)
    var gpg = try Context.open(try session.engine(answeredFrom: keyPassphraseFD))
    let keys = try gpg.certificates(in: .secretKeys)
    guard !keys.isEmpty else { throw Self.nothingToBackUp }
    if dryRun {
      try session.list(keys)
      session.console.note("would back up \(keys.count == 1 ? "this key" : "these \(keys.count) keys")")
      return .done
    }
    try session.checkNewPassphrase(of: engine)
    let output = try Output.file(FilePath(file), policy: Output.policy(forced: force))
    guard output.placement == .atomic else {
      throw Failure(.usage, "cannot back up into \(file): it is no file that could be read again", hint: "name a file")
    }
    if case .pinentry = gpg.configuration.passphrases {
      session.console.note(
        "GnuPG asks for the passphrase of each key that has one, then twice for a new one for the backup")
    }
    let backup = try Self.explainingPassphrase { () throws(GPGMEError) in
      try KeyringBackup.make(of: keys, at: session.now, with: &gpg)
    }
    try Self.write(backup.archive, to: output, engine: engine, on: session)
    try session.list(keys)
    tell(keys, backup, in: file, on: session)
    return .done
  }

  static let nothingToBackUp = Failure(
    .noSecretKey, "there is no secret key in your keyring to back up",
    hint: "see what is there with `postseal key list`")

  /// The act, with the way out where the passphrase of a key was missing: it is not that of the backup.
  static func explainingPassphrase<Value>(_ act: () throws(GPGMEError) -> Value) throws -> Value {
    do throws(GPGMEError) {
      return try act()
    } catch {
      guard case .passphrase(let problem) = error.cause else { throw error }
      let hint =
        problem == .wrong || problem == .cancelled || problem == .notGiven
        ? "run it again with the passphrase of the key, which is not that of the backup"
        : problem == .noPinentry
          ? "install a pinentry, or give the passphrase of the key with `--key-passphrase-fd N`"
          : "run it at a terminal without `--batch`, or give the passphrase of the key with `--key-passphrase-fd N`"
      throw Failure(.passphrase, "\(error)", hint: hint)
    }
  }

  /// Encrypts the archive into the output, and gives that its name when it was decrypted again.
  private static func write(
    _ archive: [UInt8], to output: OutputFile, engine: EngineConfiguration, on session: Session
  ) throws {
    var gpg = try Context.open(engine)
    _ = try FileSealer.encryptWithPassphrase(
      FileSealer.Content(ByteStore(archive)), as: .binary, into: output, with: &gpg)
    let opened = try FileOpener.open(try output.store(), options: OpenOptions(now: session.now), with: &gpg)
    let again = MemorySink(limit: archive.count, what: "the backup")
    if opened.verdict.encryption.refusal == nil { try opened.write(into: again) }
    guard again.bytes == archive else {
      throw Failure(
        .inputOutput, "the backup could not be decrypted again, nothing was written",
        hint: "run it again, and give the same passphrase each time it is asked for")
    }
    try output.finish()
  }

  private func tell(_ keys: [Certificate], _ backup: KeyringBackup, in file: String, on session: Session) {
    let console = session.console
    let what = keys.count == 1 ? "this key" : "these \(keys.count) keys"
    console.note("backed up \(what) into \(file), which was decrypted again and compared")
    for key in keys {
      let short = key.fingerprint.short
      if backup.revocations[key.fingerprint] == nil {
        console.note("key \(short) has no stored revocation certificate, so there is none in the backup")
      }
      if key.subkeys.contains(where: { $0.card != nil }) {
        console.note("of key \(short) parts are on a smartcard, which hands out none: they are not in the backup")
      }
      if !key.primary.hasSecret {
        console.note("the primary key of \(short) is not here, and so not in the backup")
      }
    }
    console.note("keep it elsewhere than this machine, and its passphrase elsewhere than the file")
    BackupRecord.note(keys.map(\.fingerprint), madeAt: session.now, on: session)
  }
}

/// How a backup is opened without a person.
struct BackupPassphraseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the passphrase of the backup from this descriptor, up to its first line end.", valueName: "n"))
  var passphraseFD: Int32?
}
