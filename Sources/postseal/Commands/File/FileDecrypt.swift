import ArgumentParser
import ByteStreams
import GPGME
import SealedMail

/// `postseal file decrypt`.
struct FileDecrypt: Command {
  static let configuration = CommandConfiguration(
    commandName: "decrypt", abstract: "Decrypt a file, and tell who signed it.",
    discussion: """
      The content goes into a file beside, without the ending .gpg, .pgp or .asc; the name that the encrypted file carries inside is \
      never used. Nothing is written unless all of it was found unaltered, and an existing file stays unless --force is given. \
      Who signed it is told on standard error; that does not change the exit status unless a signature is required.
      """)

  static let examples = [
    "postseal file decrypt report.pdf.gpg",
    "postseal file decrypt --require-signer alice@example.org -o - notes.txt.asc",
  ]

  @OptionGroup var input: FileInputOptions
  @OptionGroup var output: FileOutputOptions
  @OptionGroup var requirements: FileRequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let (sink, path) = try session.sink(output, of: input.file, named: FileName.content)
    var gpg = try session.gpg()
    let opened = try open(on: session, into: sink, with: &gpg)
    let report = FileVerdictReport(verdict: opened.verdict)
    if let refusal = opened.verdict.encryption.refusal {
      throw Failure(refusal, ofFile: Input.name(of: input.file))
    }
    if let failure = report.unmet(requirements) {
      session.explain(report)
      throw failure
    }
    try opened.write(into: sink)
    try sink.finish()
    session.explain(report, written: path, count: opened.count)
    return .done
  }

  private func open(on session: Session, into sink: any ByteSink, with gpg: inout Context) throws -> OpenedFile {
    let store = try Input.bytes(of: input.file, console: session.console)
    var options = OpenOptions(now: session.now)
    if let limit = expansion.expansionLimit { options.expansionFloor = limit }
    let progress = Progress("decrypting", on: session.console)
    defer { progress.finish() }
    options.progress = { progress.advance(to: $0, of: $1) }
    do throws(OpenError) {
      return try FileOpener.open(
        store, into: sink.stagedFile, signer: requirements.signer, options: options, with: &gpg)
    } catch {
      guard case .expansion(let limit) = error else { throw error }
      throw Failure(
        .decryptionFailed, "the file grows past \(ByteCount(limit)) when it is decrypted; nothing was written",
        hint: "if you expect that, raise the limit with `--expansion-limit BYTES`")
    }
  }
}
