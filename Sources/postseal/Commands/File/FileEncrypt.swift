import ArgumentParser
import ByteStreams
import GPGME
import MIME
import SealedMail
import SystemPackage

/// `postseal file encrypt`.
struct FileEncrypt: Command {
  static let configuration = CommandConfiguration(
    commandName: "encrypt", abstract: "Encrypt a file, and sign it.",
    discussion: """
      Every recipient needs a certificate that is verified or accepted; when one lacks it, nothing is written. The file is also \
      encrypted to its sender: the key that --as or the account names, else the only own key here. The result goes into FILE.gpg \
      beside, or FILE.asc with --armor; gpg and other OpenPGP programs decrypt it.
      """)

  static let examples = [
    "postseal file encrypt --to bob@example.org report.pdf",
    "postseal file encrypt --to bob@example.org --armor < notes.txt > notes.txt.asc",
  ]

  @OptionGroup var input: FileInputOptions

  @Option(help: ArgumentHelp("Recipient; may be repeated.", valueName: "address"))
  var to: [String] = []

  @OptionGroup var output: FileOutputOptions

  @Flag(name: .shortAndLong, help: "Write ASCII armor instead of binary.")
  var armor = false

  @Flag(help: "Encrypt without a signature.")
  var noSign = false

  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    if to.isEmpty { throw ValidationError("nobody is named who could decrypt it; add `--to ADDRESS`.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    try refuseFolder()
    let addresses = try HeaderOptions.mailboxes(to).map(\.address)
    let (sink, path) = try session.sink(output, of: input.file) { $0 + (armor ? ".asc" : ".gpg") }
    var gpg = try session.gpg()
    let (sealing, sender) = try session.fileSealing(noSign ? .encryptedOnly : .sealed, signer: signer)
    let plan = try FileSealer.plan(for: addresses, sender: sender, options: sealing, with: &gpg)
    let store = try Input.bytes(of: input.file, console: session.console)
    let progress = Progress("encrypting", on: session.console)
    defer { progress.finish() }
    // An output that nobody sees before it is finished collects the ciphertext itself.
    let file = sink.stagedFile
    let storage: any StoringSink = file ?? Spool(memoryLimit: Sealer.spoolInMemory)
    try FileSealer.encrypt(
      store, plan: plan, as: armor ? .armored : .binary, options: sealing, into: storage, with: &gpg,
      progress: { progress.advance(to: $0, of: $1) })
    if file == nil { try storage.store().source().copy(to: sink) }
    try sink.finish()
    session.explain(FileSealReport(plan: plan, size: store.count), opening: "sealed", written: path)
    return .done
  }

  private func refuseFolder() throws(Failure) {
    guard let file = input.file, Folders.exists(FilePath(file)) else { return }
    let name = ShellWord.quoted(file)
    throw Failure(
      .noInput, "cannot encrypt \(file): it is a folder",
      hint: "pack it: `tar -c \(name) | postseal file encrypt --to ADDRESS -o FILE.tar.gpg`")
  }
}
