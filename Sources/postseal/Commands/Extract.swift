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
      All of them, or those named by number or name as `postseal read` lists them. Names lose path parts and control \
      characters, and get a number when they are taken: nothing is ever replaced, nothing lands outside the folder.
      """)

  static let examples = [
    "postseal extract mail.eml --to .",
    "postseal extract mail.eml 2 --to ~/Downloads",
  ]

  @OptionGroup var input: InputOptions

  @Argument(help: "Numbers or names of attachments; all when none is given.")
  var attachments: [String] = []

  @Option(help: ArgumentHelp("The folder to save into.", valueName: "dir"), completion: .directory)
  var to = "."

  @OptionGroup var part: PartOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let opened = try session.open(input, part, expansion, scratch: FilePath(to), with: &gpg)
    let content = try session.content(of: opened, from: input)
    if let failure = try VerdictReport(opened: opened).unmet(requirements) { throw failure }
    let parts = MessageParts(of: content.structure, root: content.root, hidden: content.hiddenParts)
    let chosen = try choose(from: parts.attachments)
    let saved = try save(chosen, of: content, into: AttachmentFolder(path: FilePath(to)))
    report(saved, opened: opened, on: session)
    return .done
  }

  private func choose(from all: [Attachment]) throws(Failure) -> [Attachment] {
    guard !attachments.isEmpty else { return all }
    let missing = attachments.filter { wanted in !all.contains { $0.isCalled(wanted) } }
    guard missing.isEmpty else {
      throw Failure(
        .noInput, sentences: missing.map { "there is no attachment `\($0)`" },
        hints: ["see the list with `postseal read \(Input.name(of: input.file))`"])
    }
    // A number is a number: no sender can have another file saved by giving it the name "2".
    let names = attachments.filter { wanted in !all.contains { String($0.number) == wanted } }
    return all.filter { attachments.contains(String($0.number)) || names.contains($0.name.text) }
  }

  /// Writes every file first and gives them their names only then.
  private func save(
    _ chosen: [Attachment], of content: OpenedContent, into folder: AttachmentFolder
  ) throws -> [(attachment: Attachment, name: String)] {
    var names: [String] = []
    var files: [OutputFile] = []
    try content.withSources(chosen.map(\.entity.body)) { index, source in
      let attachment = chosen[index]
      let (name, file) = try folder.create(attachment.name, besides: Set(names))
      try attachment.entity.transferEncoding.decoding(source).copy(to: file)
      names.append(name)
      files.append(file)
    }
    for file in files { try file.finish() }
    return Array(zip(chosen, names))
  }

  private func report(_ saved: [(attachment: Attachment, name: String)], opened: OpenedMessage, on session: Session) {
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

extension Attachment {
  /// Whether the person means this one by `text`: its number, or its name.
  fileprivate func isCalled(_ text: String) -> Bool { text == String(number) || text == name.text }
}
