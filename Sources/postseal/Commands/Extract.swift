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
      part, another form of the text too. Names lose path parts and control \
      characters, and get a number when they are taken: nothing is ever replaced, nothing lands outside the folder. \
      A message on an IMAP server is named imaps://USER@HOST/MAILBOX/;UID=N.
      """)

  static let examples = [
    "postseal extract mail.eml --to .",
    "postseal extract mail.eml 2 --to ~/Downloads",
  ]

  @OptionGroup var input: InputOptions

  @Argument(help: "Numbers, names or sections of parts; all attachments when none is given.")
  var attachments: [String] = []

  @Option(help: ArgumentHelp("The folder to save into.", valueName: "dir"), completion: .directory)
  var to = "."

  @OptionGroup var part: PartOptions
  @OptionGroup var chosen: MessageOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try await Session(options, passphrase: passphrase).bringing(input, connection)
    try session.refuseMailbox(input, chosen, hint: "name one with `--message N`")
    var gpg = try session.gpg()
    let opened = try session.open(input, part, expansion, chosen, scratch: FilePath(to), with: &gpg)
    let content = try session.content(of: opened, from: input)
    if let failure = try VerdictReport(opened: opened).unmet(requirements) { throw failure }
    let chosen = try choose(from: MessageParts(of: content))
    let saved = try save(chosen, of: content, into: AttachmentFolder(path: FilePath(to)))
    report(saved, opened: opened, on: session)
    return .done
  }

  private func choose(from parts: MessageParts) throws(Failure) -> [MessagePart] {
    let all = parts.attachments
    guard !attachments.isEmpty else { return all }
    // A section with a dot names any part, the text too; one without could be a number, and is taken for that.
    let sections = attachments.filter { wanted in
      wanted.contains(".") && !all.contains { $0.isCalled(wanted) } && parts.all.contains { $0.section == wanted }
    }
    let missing = attachments.filter { wanted in !sections.contains(wanted) && !all.contains { $0.isCalled(wanted) } }
    guard missing.isEmpty else {
      throw Failure(
        .noInput, sentences: missing.map { "there is no attachment `\($0)`" },
        hints: ["see the list with `postseal read \(input.words(chosen))`"])
    }
    // A number is a number: no sender can have another file saved by giving it the name "2".
    let names = attachments.filter { wanted in !all.contains { $0.hasNumber(wanted) } }
    return parts.all.filter { part in
      sections.contains(part.section) || attachments.contains { part.hasNumber($0) }
        || part.number != nil && names.contains(part.name.text)
    }
  }

  /// Writes every file first and gives them their names only then.
  private func save(
    _ chosen: [MessagePart], of content: OpenedContent, into folder: AttachmentFolder
  ) throws -> [(part: MessagePart, name: String)] {
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
    return Array(zip(chosen, names))
  }

  private func report(_ saved: [(part: MessagePart, name: String)], opened: OpenedMessage, on session: Session) {
    let console = session.console
    if console.format == .json {
      let files = saved.map { FilePath(to).appending($0.name).string }
      return console.explain(JSONValue.report(VerdictReport(opened: opened).json).adding("saved", .strings(files)))
    }
    session.explain(opened)
    console.explain(saved.map { "saved \(TerminalText.visible(FilePath(to).appending($0.name).string))" })
    if saved.isEmpty { console.note("the message has no attachments") }
  }
}

extension MessagePart {
  fileprivate func hasNumber(_ text: String) -> Bool { number.map(String.init) == text }

  /// Whether the person means this one by `text`: its number, or its name.
  fileprivate func isCalled(_ text: String) -> Bool { hasNumber(text) || text == name.text }
}
