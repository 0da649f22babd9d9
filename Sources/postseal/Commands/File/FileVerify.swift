import ArgumentParser
import ByteStreams
import GPGME
import SealedMail
import SystemPackage

/// `postseal file verify`.
struct FileVerify: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Judge the signature on a file: who made it, and is the file whole.",
    discussion: """
      A detached signature is about another file: DATA, or without it the file of the same name without .sig, .asc, .sign or .gpg. \
      The exit status is the number of the finding: 0 for a good signature by a verified or accepted certificate. A file that carries \
      its own signed text says nothing about the file beside it, so it is judged alone only when none is there, or with --clear. \
      Nobody is named as the sender of a file: --require-signer names who should have signed it. With --checksums what is signed is a \
      list such as SHA256SUMS, and the files that it names are compared with it once its signature is good.
      """)

  static let examples = [
    "postseal file verify postseal-1.0.tar.xz.asc",
    "postseal file verify --checksums SHA256SUMS.asc",
  ]

  @Argument(help: "The signature, or a file that carries its own; standard input when \"-\".", completion: .file())
  var signature: String

  @Argument(help: "The file that is signed; standard input when \"-\".", completion: .file())
  var data: String?

  @Flag(help: "Judge a text that carries its own signature, whatever lies beside it.")
  var clear = false

  @Flag(help: "Also compare the files that a signed list of checksums names, as far as they lie beside it.")
  var checksums = false

  @Option(
    help: ArgumentHelp("Compare this file alone, which the list must name; may be repeated.", valueName: "file"),
    completion: .file())
  var checksumOf: [String] = []

  @OptionGroup var requirements: FileRequirementOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// A signature that comes in a pipe is held in memory, and so is a signed text.
  private static let pipeLimit = 16 << 20

  mutating func validate() throws {
    if clear, data != nil { throw ValidationError("--clear excludes DATA: the text stands in the file itself.") }
    if signature == "-", data == "-" { throw ValidationError("only one of both can be standard input.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let store = try signatureBytes(on: session)
    let (verdict, name, list) = try judge(store, on: session)
    let report = FileVerdictReport(verdict: verdict)
    let unmet = report.unmet(requirements)
    let isList = checksums || !checksumOf.isEmpty
    guard isList, let list, unmet == nil, verdict.status == .done else {
      try session.report(report, on: name)
      if let unmet { throw unmet }
      if isList { session.console.note("no file was compared with the list, as its signature is not enough") }
      return verdict.status
    }
    let check = try compare(list, beside: name ?? signature, on: session)
    try session.report(report, on: name, checksums: check)
    if let failure = check.failure { throw failure }
    return .done
  }

  /// The verdict, the name of the file that a detached signature is about, and what is signed where that is a list of checksums.
  private func judge(
    _ store: ByteStore, on session: Session
  ) throws -> (verdict: Verdict, name: String?, list: ByteStore?) {
    var gpg = try session.gpg()
    var judging = OpenOptions(now: session.now)
    let progress = Progress("verifying", on: session.console)
    defer { progress.finish() }
    judging.progress = { progress.advance(to: $0, of: $1) }
    switch try SignedFileKind(of: store) {
    case .detached where !clear:
      let name = try dataName()
      let data = try Input.bytes(of: name, console: session.console)
      let verdict = try FileVerifier.verify(
        store, over: data, signer: requirements.signer, options: judging, with: &gpg)
      return (verdict, name, data)
    case .embedded:
      try refuseOther()
      let content = Spool(memoryLimit: Self.pipeLimit)
      let verdict = try FileVerifier.verify(
        embeddedIn: store, signer: requirements.signer, into: checksums || !checksumOf.isEmpty ? content : NullSink(),
        options: judging, with: &gpg)
      return (verdict, nil, try content.store())
    case .encrypted:
      throw Failure(
        .nothingSigned, "\(Input.name(of: signature)) is encrypted, and a signature would be inside",
        hint: "open it with `postseal file decrypt`, which tells who signed it")
    case .detached:
      throw Failure(
        .usage, "\(Input.name(of: signature)) carries no text: it is a signature on another file",
        hint: "leave `--clear` out")
    case .unsigned:
      throw Failure(.nothingSigned, "there is no signature in \(Input.name(of: signature))")
    }
  }

  /// Compares the files that the list names; of standard input those of the folder where one stands.
  private func compare(_ list: ByteStore, beside name: String, on session: Session) throws -> ChecksumCheck {
    let text = try list.source().readAll(limit: Self.pipeLimit, what: "a list of checksums")
    let progress = Progress("comparing", counting: .files, on: session.console)
    defer { progress.finish() }
    let folder = name == "-" ? "." : FilePath(name).removingLastComponent()
    return try ChecksumCheck(ChecksumList(text), in: folder, wanted: checksumOf) {
      progress.advance(to: $0, of: $1)
    }
  }

  private func signatureBytes(on session: Session) throws -> ByteStore {
    signature == "-"
      ? try Input.bytes(of: signature, limit: Self.pipeLimit, console: session.console)
      : try Input.bytes(of: signature, console: session.console)
  }

  /// The file that a detached signature is about.
  private func dataName() throws(Failure) -> String {
    if let data { return data }
    guard signature != "-", let beside = FileName.signed(by: signature) else {
      throw Failure(
        .usage, "cannot tell which file \(Input.name(of: signature)) signs",
        hint: "name it: `postseal file verify \(ShellWord.quoted(signature)) DATA`")
    }
    guard Folders.holdsFile(FilePath(beside)) else {
      throw Failure(
        .noInput, "there is no \(beside), which \(signature) would be about",
        hint: "name the file that is signed: `postseal file verify \(ShellWord.quoted(signature)) DATA`")
    }
    return beside
  }

  /// Whoever puts a signed text in the place of a detached signature must not have it taken for one.
  private func refuseOther() throws(Failure) {
    guard !clear else { return }
    let beside = data ?? FileName.signed(by: signature).flatMap { Folders.holdsFile(FilePath($0)) ? $0 : nil }
    guard let beside else { return }
    let options = checksums ? "--clear --checksums" : "--clear"
    throw Failure(
      .badVerdict, "\(Input.name(of: signature)) says nothing about \(beside): it carries a signed text of its own",
      hint: "judge that text with `postseal file verify \(options) \(ShellWord.quoted(signature))`")
  }
}
