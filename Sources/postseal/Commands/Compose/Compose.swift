import ArgumentParser
import ByteStreams
import GPGME
import MIME
import SealedMail
import SystemPackage

/// `postseal compose`: write a message, then seal, send or keep it.
struct Compose: Command {
  static let configuration = CommandConfiguration(
    abstract: "Write a message, or an answer to one; then seal, send or keep it.",
    discussion: """
      The text comes from --body, --body-file or standard input; at a terminal, and with --edit, $VISUAL or $EDITOR opens with a template \
      that shows for whom the message will be sealed, and afterwards you are asked what to do with it. --send sends it, --draft keeps it \
      sealed to yourself, else the sealed message is written; `compose … | postseal send` sends that as it is.

      An answer goes to whom the protected header names. What repeats or forwards the text of a sealed message is sealed or refused. The file \
      that the editor opens lies in memory ($XDG_RUNTIME_DIR or /dev/shm) and is removed with all that the editor leaves beside it, such as \
      swap and backup files; what an editor remembers elsewhere (undo files, registers, lists of recent files) is for you to turn off.
      """)

  static let examples = [
    "postseal compose --to bob@example.org --subject Figures --attach q3.ods --send",
    "postseal compose --reply mail.eml --reply-all",
  ]

  @OptionGroup(title: "Message Options") var letter: LetterOptions
  @OptionGroup(title: "Answer Options") var answering: AnsweringOptions

  @Flag(help: "Open the editor, whatever else gives the text.")
  var edit = false

  @Flag(help: "List your drafts.")
  var listDrafts = false

  @Option(help: ArgumentHelp("Remove this draft for ever; may be repeated.", valueName: "draft"))
  var dropDraft: [String] = []

  @OptionGroup(title: "Ending Options") var ending: EndingOptions

  @Option(help: ArgumentHelp("Submit through this server, program or folder, as `send` does.", valueName: "url"))
  var via: String?

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Keeping Options") var keeping: KeepingOptions
  @OptionGroup var signer: SignerOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws {
    try signer.check()
    try keeping.check()
    try connection.checkFiles()
    let isWriting = [
      listDrafts, edit, ending.send, ending.draft, ending.output.output != nil, letter.body != nil,
      answering.reply != nil, answering.forward != nil, answering.resume != nil,
    ].contains(true)
    if !dropDraft.isEmpty, isWriting { throw ValidationError("--drop-draft removes drafts, and does nothing else.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try await Session(options, passphrase: passphrase)
      .bringing(answering.reply ?? answering.forward, connection)
    if !dropDraft.isEmpty { return try session.dropDrafts(dropDraft) }
    var gpg = try session.gpg()
    if listDrafts { return try session.listDrafts(expansion, with: &gpg) }
    let usesEditor = try usesEditor(at: session.console.terminal)
    let draft = try answering.resume.map { name throws(Failure) in try Draft.named(name) }
    var composition = try begin(session, draft, with: &gpg)
    let text = usesEditor ? try givenText() : try givenText() ?? standardText(session)
    if let text {
      // The own words come first, above what an answer repeats.
      composition.text = composition.text.isEmpty ? text : "\(text)\n\(composition.text)"
    }
    try refuseClear(composition)
    if usesEditor {
      return try await edit(composition, draft, isOwnText: text != nil || draft != nil, session, with: &gpg)
    }
    guard !composition.text.isEmpty || !composition.enclosures.isEmpty else {
      throw Failure(
        .usage, "the message has no text",
        hint: "give it with `--body TEXT` or `--body-file FILE`, on standard input, or open an editor with `--edit`")
    }
    return try await finish(composition, chosenAct ?? .write, draft, session, with: &gpg).status
  }

  /// What is to become of the message, where the command line says it.
  var chosenAct: Act? {
    if ending.send { return ending.dryRun ? .show : .send }
    if ending.draft { return .keep }
    if ending.dryRun { return .show }
    return ending.output.output != nil ? .write : nil
  }

  // MARK: What it starts with

  private func begin(_ session: Session, _ draft: Draft?, with gpg: inout Context) throws -> Composition {
    var composition = Composition()
    if let draft {
      composition = try session.composition(of: draft, expansion, with: &gpg)
    } else if let reply = answering.reply {
      try session.answer(reply, answering, expansion, in: &composition, with: &gpg)
    } else if let forward = answering.forward {
      try session.forward(forward, answering, expansion, in: &composition, with: &gpg)
    }
    try letter.complete(&composition)
    if composition.from == nil {
      let own = try session.ownMailboxes(with: &gpg)
      // Of several accounts the one of this run is meant; of several keys none is.
      composition.from = session.account?.from.isEmpty == false || own.count == 1 ? own.first : nil
    }
    return composition
  }

  /// Whether an editor is opened.
  ///
  /// - Throws: `Failure` 64 where nobody could say afterwards what is to become of the message.
  private func usesEditor(at terminal: Terminal) throws(Failure) -> Bool {
    let hasText = letter.body != nil || letter.bodyFile != nil || answering.resume != nil && chosenAct != nil
    let isWanted = edit || !hasText && terminal.canAsk && !options.batch
    if isWanted, chosenAct == nil, options.batch || !terminal.canAsk {
      throw Failure(
        .usage, "nobody can be asked what to do with the message", hint: "add `--send`, `--draft` or `--output FILE`")
    }
    return isWanted
  }

  private func givenText() throws -> String? {
    let bytes: [UInt8]
    if let body = letter.body {
      bytes = Array(body.utf8)
    } else if let file = letter.bodyFile {
      bytes = try Input.bytes(of: file, limit: Self.textLimit, console: options.console).readAll()
    } else {
      return nil
    }
    return Self.ended(try Composition.text(bytes, of: letter.bodyFile ?? "the text"))
  }

  /// The text on standard input; empty where a message comes there, or a draft has one.
  private func standardText(_ session: Session) throws -> String? {
    guard !answering.takesStandardInput, answering.resume == nil, !session.console.terminal.inputIsTerminal else {
      return nil
    }
    let bytes = try Input.bytes(of: nil, limit: Self.textLimit, console: session.console).readAll()
    let text = try Composition.text(bytes, of: "standard input")
    return text.isEmpty ? nil : Self.ended(text)
  }

  /// More than anybody writes; what is larger is attached.
  private static let textLimit = 16 << 20

  private static func ended(_ text: String) -> String { text.isEmpty || text.hasSuffix("\n") ? text : text + "\n" }
}

extension ByteStore {
  fileprivate func readAll() throws(StreamError) -> [UInt8] { try read(0..<count) }
}
