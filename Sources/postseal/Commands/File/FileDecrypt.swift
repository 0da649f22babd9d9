import ArgumentParser
import ByteStreams
import GPGME
import SealedMail
import SystemPackage

/// `postseal file decrypt`.
struct FileDecrypt: Command {
  static let configuration = CommandConfiguration(
    commandName: "decrypt", abstract: "Decrypt a file, and tell who signed it.",
    discussion: """
      The content goes into a file beside, without the ending .gpg, .pgp or .asc; the name that the encrypted file carries inside is \
      never used. Nothing is written unless all of it was found unaltered, and an existing file stays unless --force is given. \
      With --unpack a tar archive becomes a folder beside, without the ending .tar too, which must not exist; nothing outside it \
      is written. \
      Who signed it is told on standard error; that does not change the exit status unless a signature is required.
      """)

  static let examples = [
    "postseal file decrypt --unpack photos.tar.gpg",
    "postseal file decrypt --require-signer alice@example.org report.pdf.gpg",
  ]

  @OptionGroup var input: FileInputOptions
  @OptionGroup var output: FileOutputOptions
  @Flag(help: "Unpack the content, a tar archive, into a new folder.")
  var unpack = false

  @OptionGroup var requirements: FileRequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    guard unpack else { return }
    if output.output == "-" { throw ValidationError("--unpack makes a folder, which is no output stream.") }
    if output.force { throw ValidationError("--unpack replaces no folder; leave out `--force`.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    return unpack ? try await unpack(on: session) : try decrypt(on: session)
  }

  private func decrypt(on session: Session) throws -> ExitStatus {
    let (sink, path) = try session.sink(output, of: input.file, named: FileName.content)
    let opened = try open(on: session, into: sink.stagedFile)
    let report = try judged(opened, on: session)
    try opened.write(into: sink)
    try sink.finish()
    session.explain(report, written: path, count: opened.count)
    return .done
  }

  private func unpack(on session: Session) async throws -> ExitStatus {
    let path = try session.path(output, of: input.file) { FileName.folder(of: FileName.content(of: $0) ?? $0) }
    guard let path else {
      throw Failure(
        .usage, "cannot tell a name for the folder of standard input", hint: "name it with `-o FOLDER`")
    }
    let opened = try open(on: session, into: nil)
    let report = try judged(opened, on: session)
    try await FolderArchive.unpack(into: FilePath(path)) { try opened.write(into: $0) }
    session.explain(report, written: path, count: opened.count)
    return .done
  }

  /// The report on what may be released.
  ///
  /// - Throws: `Failure` for what may not.
  private func judged(_ opened: OpenedFile, on session: Session) throws(Failure) -> FileVerdictReport {
    let report = FileVerdictReport(verdict: opened.verdict)
    if let refusal = opened.verdict.encryption.refusal {
      throw Failure(refusal, ofFile: Input.name(of: input.file))
    }
    if let failure = report.unmet(requirements) {
      session.explain(report)
      throw failure
    }
    return report
  }

  /// - Parameter staged: see ``FileOpener``.
  private func open(on session: Session, into staged: OutputFile?) throws -> OpenedFile {
    var gpg = try session.gpg()
    let store = try Input.bytes(of: input.file, console: session.console)
    var options = OpenOptions(now: session.now)
    if let limit = expansion.expansionLimit { options.expansionFloor = limit }
    let progress = Progress("decrypting", on: session.console)
    defer { progress.finish() }
    options.progress = { progress.advance(to: $0, of: $1) }
    do throws(OpenError) {
      return try FileOpener.open(
        store, into: staged, signer: requirements.signer, options: options, with: &gpg)
    } catch {
      guard case .expansion(let limit) = error else { throw error }
      throw Failure(
        .decryptionFailed, "the file grows past \(ByteCount(limit)) when it is decrypted; nothing was written",
        hint: "if you expect that, raise the limit with `--expansion-limit BYTES`")
    }
  }
}
