import ArgumentParser
import ByteStreams
import MIME
import SealedMail
import SystemPackage

/// `postseal extract`: save attachments.
struct Extract: Command {
  static let configuration = CommandConfiguration(
    abstract: "Save attachments of a message into a folder.",
    discussion: """
      All of them, or those named by number or name as `postseal read` lists them, or by section such as 1.2, which names any \
      part, another form of the text too; a section without a dot only where no attachment has that number. Names lose path \
      parts and control characters, and get a number when they are taken: nothing is ever replaced, nothing lands outside the \
      folder. With --output the one part that is named goes there, to standard output for "-". \
      A message on an IMAP server is named imaps://USER@HOST/MAILBOX/;UID=N.
      """)

  static let examples = [
    "postseal extract mail.eml --to .",
    "postseal extract mail.eml 2 -o figures.pdf",
  ]

  @OptionGroup var input: InputOptions

  @Argument(help: "Numbers, names or sections of parts; all attachments when none is given.")
  var attachments: [String] = []

  @Option(help: ArgumentHelp("The folder to save into (default: .).", valueName: "dir"), completion: .directory)
  var to: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the one part that is named to this file, for \"-\" to standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace an existing output file.")
  var force = false

  @OptionGroup var part: PartOptions
  @OptionGroup var chosen: MessageOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  private var folder: FilePath { FilePath(to ?? ".") }

  mutating func validate() throws {
    try OptionValue.checkIsThere("--to", to)
    try OptionValue.checkIsThere("--output", output)
    guard output != nil else {
      if force { throw ValidationError("--force is for --output.") }
      return
    }
    if to != nil { throw ValidationError("--output and --to exclude each other.") }
    if attachments.count != 1 { throw ValidationError("--output takes one part: name it.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try await Session(options, passphrase: passphrase).bringing(input, connection)
    try session.refuseMailbox(input, chosen, hint: "name one with `--message N`")
    var gpg = try session.gpg()
    let sink = try output.map { try Output.sink(to: $0, policy: Output.policy(forced: force)) }
    let scratch = output == nil ? folder : (sink as? OutputFile)?.folder
    let opened = try session.open(input, part, expansion, chosen, scratch: scratch, with: &gpg)
    let content = try session.content(of: opened, from: input, chosen)
    if let failure = try VerdictReport(opened: opened).unmet(requirements) { throw failure }
    let chosen = try choose(from: MessageParts(of: content))
    let saved: [String]
    if let sink {
      try write(chosen, of: content, into: sink)
      saved = output.map { $0 == "-" ? [] : [$0] } ?? []
    } else {
      saved = try save(chosen, of: content, into: AttachmentFolder(path: folder))
    }
    report(saved, opened: opened, on: session)
    return .done
  }

  private func choose(from parts: MessageParts) throws(Failure) -> [MessagePart] {
    let all = parts.attachments
    guard !attachments.isEmpty else { return all }
    // A section names any part, the text too; what could be a number or a name is taken for that.
    let sections = attachments.filter { wanted in
      !all.contains { $0.isCalled(wanted) } && parts.all.contains { $0.section == wanted }
    }
    let missing = attachments.filter { wanted in !sections.contains(wanted) && !all.contains { $0.isCalled(wanted) } }
    guard missing.isEmpty else {
      throw Failure(
        .noInput, sentences: missing.map { "there is no attachment `\($0)`" },
        hints: ["see the list with `postseal read \(name)`"])
    }
    // A number is a number: no sender can have another file saved by giving it the name "2".
    let names = attachments.filter { wanted in !all.contains { $0.hasNumber(wanted) } }
    return parts.all.filter { part in
      sections.contains(part.section) || attachments.contains { part.hasNumber($0) }
        || part.number != nil && names.contains(part.name.text)
    }
  }

  private var name: String { MessageName(message: input.words(chosen), part: part.part).words }

  /// Writes the one part that was named.
  private func write(_ chosen: [MessagePart], of content: OpenedContent, into sink: any ByteSink) throws {
    guard let part = chosen.first, chosen.count == 1 else {
      throw Failure(
        .usage, "\(chosen.count) attachments are called `\(attachments[0])`",
        hint: "name one by its number: see the list with `postseal read \(name)`")
    }
    try content.withSources([part.entity.body]) { _, source in
      try part.entity.transferEncoding.decoding(source).copy(to: sink)
    }
    try sink.finish()
  }

  /// Writes every file first and gives them their names only then.
  ///
  /// - Returns: the paths.
  private func save(
    _ chosen: [MessagePart], of content: OpenedContent, into folder: AttachmentFolder
  ) throws -> [String] {
    var names: [String] = []
    var taken: Set<String> = []
    var files: [OutputFile] = []
    ProcessSetup.allowManyFiles()
    try content.withSources(chosen.map(\.entity.body)) { index, source in
      let part = chosen[index]
      let (name, file) = try folder.create(part.name, besides: taken)
      try part.entity.transferEncoding.decoding(source).copy(to: file)
      names.append(name)
      taken.insert(name)
      files.append(file)
    }
    for file in files { try file.finish() }
    return names.map { folder.path.appending($0).string }
  }

  private func report(_ saved: [String], opened: OpenedMessage, on session: Session) {
    let console = session.console
    if console.format == .json {
      return console.explain(JSONValue.report(VerdictReport(opened: opened).json).adding("saved", .strings(saved)))
    }
    session.explain(opened)
    console.explain(saved.map { "saved \(TerminalText.visible($0))" })
    if saved.isEmpty, output == nil { console.note("the \(part.part == nil ? "message" : "part") has no attachments") }
  }
}

extension MessagePart {
  fileprivate func hasNumber(_ text: String) -> Bool { number.map(String.init) == text }

  /// Whether the person means this one by `text`: its number, or its name.
  fileprivate func isCalled(_ text: String) -> Bool { hasNumber(text) || text == name.text }
}
