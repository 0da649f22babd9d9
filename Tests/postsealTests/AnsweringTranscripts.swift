import SystemPackage
import TestSupport
import Testing

/// Answers and forwarded messages: to whom, and what of the original goes along.
@Suite struct AnsweringTranscripts {
  private let desk: ComposeStage
  private let bob: TemporaryKeyring
  private static let letter = Letter(
    cc: "Erin <erin@example.org>", bcc: "carol@example.net", body: "The canary.\n\nSecond line.\n-- \nAlice\n")

  init() throws {
    desk = try ComposeStage()
    bob = try TemporaryKeyring(own: [.bob], accepted: [.alice, .erin, .carol])
  }

  private func answer(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    try desk.compose(arguments, keyring: keyring ?? bob).run()
  }

  /// A letter from alice to bob and erin, as `sealed.eml`.
  private func seal() throws {
    var letter = Self.letter
    letter.fields.removeAll { $0.name == "Bcc" }
    try desk.stage.seal(letter)
  }

  @Test func `an answer repeats the text behind marks, sealed for the author`() throws {
    try seal()
    let run = try answer("--reply", "sealed.eml", "--body", "Yes.", "-o", "answer.eml").succeeded()
    #expect(run.stderr.hasPrefix("╭ encrypted to you · good signature by Alice Example"))
    #expect(!run.stderr.contains("erin"))
    let opened = try desk.opened("answer.eml").replacing(/On 20\S+ \S+ \S+,/, with: "On DATE,")
    #expect(
      opened.hasSuffix(
        "\r\n\r\nYes.\r\n\r\nOn DATE, Alice Example wrote:\r\n\r\n> The canary.\r\n>\r\n> Second line.\r\n"
      ),
      "\(opened)")
    #expect(opened.contains("To: Alice Example <alice@example.org>\r\n") && opened.contains("Subject: Re: Budget\r\n"))
    #expect(opened.contains("In-Reply-To: <letter@example.org>\r\n") && opened.contains("From: Bob Meyer <bob@"))
  }

  @Test func `an answer to all goes to all, in the one mailbox message that was chosen`() throws {
    try seal()
    let sealed = try desk.folder.read("sealed.eml")
    try desk.folder.write(sealed, to: "mail/cur/1.x:2,S")
    try desk.folder.write([], to: "mail/new/.keep")
    let run = try answer("--reply", "mail", "--message", "1", "--reply-all", "--body", "Yes.", "--send", "--dry-run")
    #expect(run.status == 0 && run.text.contains("✓ alice@example.org") && run.text.contains("✓ erin@example.org"))
  }

  @Test(arguments: [["--clear"], ["--sign-only"]])
  func `what repeats a sealed message does not go in clear`(options: [String]) throws {
    try seal()
    for ending in [["-o", "answer.eml"], ["--send"] + desk.via] {
      let run = try desk.compose(["--reply", "sealed.eml", "--body", "x"] + options + ending, keyring: bob).run()
      #expect(run.status == 33 && run.stderr.contains("it repeats a message that came sealed"), "\(run.stderr)")
      let forward = ["--forward", "sealed.eml", "--to", "alice@example.org", "--body", "x"]
      #expect(try desk.compose(forward + options + ending, keyring: bob).run().status == 33)
    }
    #expect(try desk.delivered() == [] && !desk.folder.contents().contains("answer.eml"))
    let bare = ["--reply", "sealed.eml", "--no-quote", "--body", "x", "-o", "answer.eml"] + options
    try desk.compose(bare, keyring: bob).run().succeeded()
    let text = String(decoding: try desk.folder.read("answer.eml"), as: UTF8.self)
    #expect(!text.contains("canary") && text.contains("Subject: Re: [...]"), "\(text)")
  }

  @Test func `a rule that asks for less than sealing does not let it go either`() throws {
    try seal()
    let rule = "[[rule]]\nto = [\"alice@example.org\"]\nprotection = \"signed\"\n"
    try desk.folder.write(Array(rule.utf8), to: "c.toml")
    let arguments = ["--reply", "sealed.eml", "--body", "x", "--config", "c.toml", "--send"] + desk.via
    let run = try desk.compose(arguments, keyring: bob).run()
    #expect(run.status == 33 && run.stderr.contains("not sent: it repeats a message that came sealed"), "\(run.stderr)")
    #expect(try desk.delivered() == [])
    try desk.folder.write(Array("From: alice@example.org\nTo: bob@example.org\n\nclear\n".utf8), to: "clear.eml")
    let clear = ["--reply", "clear.eml", "--body", "x", "--config", "c.toml", "--send"] + desk.via
    try desk.compose(clear, keyring: bob).run().succeeded()
  }

  /// Messages that hold a ciphertext which is none of theirs, or text that no reader may see as theirs.
  @Test(
    arguments: Corpus.readings.filter {
      $0.reader == .bob && $0.part == nil && $0.hides?.contains("canary") == true
    })
  func `nothing that is hidden from readers reaches an answer or a forwarded message`(reading: CorpusReading) throws {
    let keyring = try reading.reader.keyring()
    let arguments = ["--reply", reading.file.string, "--from", "bob@example.org", "--body", "x", "--draft"]
    let run = try desk.compose(arguments, keyring: keyring).run()
    guard run.status == 0 else {
      #expect([11, 20, 22, 23].contains(run.status), "\(run.stderr)")
      return
    }
    #expect(try !desk.openedDraft(by: keyring).contains("canary"))
  }

  @Test(arguments: [
    "escapes-in-header", "escapes-in-body", "escapes-in-flowed", "subject-with-newlines", "verdict-in-subject",
  ])
  func `nothing that moves a cursor reaches the editor or the answer`(name: String) throws {
    let keyring = try CorpusReader.bob.keyring()
    let file = Corpus.folder.appending("\(name).eml").string
    let run = try desk.edit(
      "cp \"$1\" seen.txt; echo x >> \"$1\"\n", "--reply", file, "--from", "bob@example.org", "--draft",
      keyring: keyring
    ).run()
    #expect(run.status == 0, "\(run.stderr)")
    let seen = String(decoding: try desk.folder.read("seen.txt"), as: UTF8.self)
    let draft = try desk.openedDraft(by: keyring)
    for text in [seen, draft.replacing("\r\n", with: "\n")] {
      for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" {
        #expect(scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format)
      }
    }
    // Not one line of the fields is foreign.
    let fields = seen.split(separator: "\n\n", maxSplits: 1)[0].split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(fields.map { $0.prefix { $0 != ":" } } == ["From", "To", "Cc", "Bcc", "Subject", "Attach"])
  }

  @Test func `what was not opened is answered without its text only`() throws {
    try desk.stage.write(Letter(to: "erin@example.org"))
    try desk.stage.run("encrypt", "letter.eml", "-o", "other.eml", keyring: desk.stage.alice).succeeded()
    let run = try answer("--reply", "other.eml", "--body", "x", "-o", "answer.eml")
    #expect(
      run.status == 20 && run.stderr.contains("hint: answer without its text, with `--no-quote`"), "\(run.stderr)")
    try answer("--reply", "other.eml", "--no-quote", "--body", "x", "-o", "answer.eml").succeeded()
    #expect(try desk.opened("answer.eml", by: bob).hasSuffix("\r\n\r\nx\r\n"))
    #expect(try answer("--forward", "other.eml", "--to", "erin@example.org", "--body", "x").status == 20)
    try answer(
      "--forward", "other.eml", "--forward-as-is", "--to", "erin@example.org", "--body", "x", "-o", "on.eml"
    ).succeeded()
    #expect(try desk.opened("on.eml", by: bob).contains("-----BEGIN PGP MESSAGE-----"))
  }

  @Test func `a ciphertext that somebody else sends on is not given to them`() throws {
    try seal()
    let sealed = String(decoding: try desk.folder.read("sealed.eml"), as: UTF8.self)
    let stolen = sealed.replacing("From: Alice Example <alice@example.org>", with: "From: erin@example.org")
    try desk.folder.write(Array(stolen.utf8), to: "stolen.eml")
    let run = try answer("--reply", "stolen.eml", "--body", "x", "-o", "answer.eml").succeeded()
    #expect(run.stderr.contains("✓ alice@example.org") && !run.stderr.contains("✓ erin@example.org"), "\(run.stderr)")
  }

  @Test(arguments: ["ciphertext-alone-in-mixed", "inner-from-by-other", "inner-from-unproven"])
  func `text that another than its sender wrote is not repeated to the sender`(name: String) throws {
    let arguments = [
      "--reply", Corpus.folder.appending("\(name).eml").string, "--from", "bob@example.org", "--body", "x",
    ]
    let run = try desk.compose(arguments + ["--draft"], keyring: CorpusReader.bob.keyring()).run()
    #expect(run.status == 11 && run.stderr.contains("cannot repeat the text of"), "\(run.stderr)")
    #expect(try desk.drafts() == [])
    try desk.compose(arguments + ["--draft", "--no-quote"], keyring: CorpusReader.bob.keyring()).run().succeeded()
  }

  @Test func `clear mail is forwarded as it came, its signature with it`() throws {
    var letter = Self.letter
    letter.fields.removeAll { $0.name == "Bcc" }
    try desk.stage.write(letter)
    try desk.stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: desk.stage.alice).succeeded()
    try answer(
      "--forward", "signed.eml", "--to", "erin@example.org", "--body", "See.", "--clear", "-o", "on.eml"
    ).succeeded()
    let page = try desk.command(["verify", "on.eml", "--part", "2"], keyring: bob).run()
    #expect(page.status == 0 && page.text.contains("good signature by Alice"), "\(page.text)\(page.stderr)")
    let on = String(decoding: try desk.folder.read("on.eml"), as: UTF8.self)
    #expect(on.contains(String(decoding: try desk.folder.read("signed.eml"), as: UTF8.self)))
  }

  @Test func `a sealed message is forwarded opened, and its hidden recipients are not told`() throws {
    // What alice kept of her own letter names carol.
    try desk.compose(
      [
        "--to", "bob@example.org", "--bcc", "carol@example.net", "--subject", "Budget", "--body", "The canary.",
        "--draft",
      ]
    ).run().succeeded()
    let kept = "state/postseal/drafts/\(try desk.drafts()[0]).eml"
    let run = try desk.compose(
      ["--forward", kept, "--to", "erin@example.org", "--body", "See.", "-o", "on.eml"]
    ).run().succeeded()
    #expect(run.stderr.contains("it is forwarded opened, without its signature, and goes sealed or not at all"))
    let opened = try desk.opened("on.eml")
    #expect(opened.contains("Subject: Fwd: Budget") && opened.contains("The canary."))
    #expect(!opened.contains("carol") && !opened.contains("Draft-State"), "\(opened)")
  }

  @Test func `of a huge message the start is repeated`() throws {
    let body = String(repeating: "a line of a long letter\n", count: 200_000)
    try desk.folder.write(Array("From: alice@example.org\nTo: bob@example.org\n\n\(body)".utf8), to: "huge.eml")
    let run = try answer("--reply", "huge.eml", "--body", "x", "-o", "answer.eml").succeeded()
    #expect(run.stderr.contains("the text is long, and only its start is repeated"))
    #expect(try desk.folder.read("answer.eml").count < 1 << 20)
  }

  @Test func `a signature that does not hold is told, and the message can be answered`() throws {
    let file = Corpus.folder.appending("altered-text.eml").string
    let run = try desk.compose(
      ["--reply", file, "--from", "bob@example.org", "--body", "x", "--draft"], keyring: CorpusReader.bob.keyring()
    ).run()
    #expect(run.status == 0 && run.stderr.contains("does not match the message"), "\(run.stderr)")
  }
}
