import ArgumentParser
import ByteStreams
import GPGME
import MIME
import SealedMail
import SystemPackage

/// `postseal file encrypt`.
struct FileEncrypt: Command {
  static let configuration = CommandConfiguration(
    commandName: "encrypt", abstract: "Encrypt a file or a folder, and sign it.",
    discussion: """
      Every recipient needs a certificate that is verified or accepted; when one lacks it, nothing is written. The file is also \
      encrypted to its sender: the key that --as or the account names, else the only own key here. With --symmetric a passphrase \
      opens it instead, and nobody signs. A folder is packed by tar first. The result goes into FILE.gpg beside (a folder's into \
      FOLDER.tar.gpg), or .asc with --armor; gpg and other OpenPGP programs decrypt it.
      """)

  static let examples = [
    "postseal file encrypt --to bob@example.org report.pdf",
    "postseal file encrypt --symmetric --armor < notes.txt > notes.txt.asc",
  ]

  @OptionGroup var input: FileInputOptions

  @Option(help: ArgumentHelp("Recipient; may be repeated.", valueName: "address"))
  var to: [String] = []

  @Flag(name: .shortAndLong, help: "Encrypt with a passphrase, for whoever knows it; nothing is signed.")
  var symmetric = false

  @OptionGroup var output: FileOutputOptions

  @Flag(name: .shortAndLong, help: "Write ASCII armor instead of binary.")
  var armor = false

  @Flag(help: "Encrypt without a signature.")
  var noSign = false

  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    if symmetric {
      if !to.isEmpty { throw ValidationError("--symmetric and --to exclude each other.") }
      if signer.signer != nil || noSign { throw ValidationError("with --symmetric nothing is signed.") }
    } else if to.isEmpty {
      throw ValidationError(
        "nobody is named who could decrypt it; add `--to ADDRESS`, or `--symmetric` for a passphrase.")
    }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let addresses = try HeaderOptions.mailboxes(to).map(\.address)
    let folder = input.file.flatMap { Folders.exists(FilePath($0)) ? FilePath($0) : nil }
    if symmetric { try session.checkNewPassphrase() }
    let (sink, path) = try session.sink(output, of: try folder.map(Self.name) ?? input.file) {
      $0 + (folder == nil ? "" : ".tar") + (armor ? ".asc" : ".gpg")
    }
    if let folder, let path { try Self.refuse(path, in: folder) }
    var gpg = try session.gpg()
    let (sealing, sender) = try session.fileSealing(noSign ? .encryptedOnly : .sealed, signer: signer)
    let plan =
      symmetric ? nil : try FileSealer.plan(for: addresses, sender: sender, options: sealing, with: &gpg)
    // Nothing is read before it is known that it can be sealed.
    let packing = try folder.map(FolderArchive.pack)
    let content =
      try packing.map { FileSealer.Content($0.source) }
      ?? FileSealer.Content(try Input.bytes(of: input.file, console: session.console))
    let bar = Progress("encrypting", on: session.console)
    defer { bar.finish() }
    let progress: FileSealer.Progress = { bar.advance(to: $0, of: $1) }
    // An output that nobody sees before it is finished collects the ciphertext itself.
    let file = sink.stagedFile
    let storage: any StoringSink = file ?? Spool(memoryLimit: Sealer.spoolInMemory)
    let form: FileSealer.Form = armor ? .armored : .binary
    let count =
      if let plan {
        try FileSealer.encrypt(
          content, plan: plan, as: form, options: sealing, into: storage, with: &gpg, progress: progress)
      } else {
        try FileSealer.encryptWithPassphrase(content, as: form, into: storage, with: &gpg, progress: progress)
      }
    try await packing?.finish()
    if file == nil { try storage.store().source().copy(to: sink) }
    try sink.finish()
    session.explain(FileSealReport(plan: plan, size: count), opening: "sealed", written: path)
    return .done
  }

  /// What the archive of a folder is named after: where it lies, also for `.` and the like.
  private static func name(of folder: FilePath) throws -> String {
    folder.lastComponent?.kind == .regular ? folder.string : try Folders.resolved(folder).string
  }

  /// tar would pack its own output.
  private static func refuse(_ path: String, in folder: FilePath) throws {
    guard try Folders.resolved(FilePath(path)).starts(with: try Folders.resolved(folder)) else { return }
    throw Failure(.usage, "\(path) lies in the folder that is packed", hint: "name another place with `-o FILE`")
  }
}
