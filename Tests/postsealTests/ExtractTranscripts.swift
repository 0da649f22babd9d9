import SystemPackage
import TestSupport
import Testing

/// What `extract` saves, and where.
@Suite struct ExtractTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    var letter = Letter()
    letter.attachments = [
      ("../../escape.txt", "text/plain", Array("one".utf8)), ("escape.txt", "text/plain", Array("two".utf8)),
      ("data.bin", "application/octet-stream", (0...255).map { UInt8($0) }),
    ]
    try stage.seal(letter)
  }

  @Test func `all attachments land in the folder, and none replaces another`() throws {
    try stage.folder.write(Array("mine".utf8), to: "out/data.bin")
    let run = try stage.run("extract", "sealed.eml", "--to", "out", keyring: bob)
    #expect(run.status == 0)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.hasSuffix("saved out/escape.txt\nsaved out/escape-2.txt\nsaved out/data-2.bin\n"))
    #expect(
      try stage.folder.contents() == [
        "letter.eml", "out", "out/data-2.bin", "out/data.bin", "out/escape-2.txt", "out/escape.txt", "sealed.eml",
      ])
    #expect(try stage.folder.read("out/data.bin") == Array("mine".utf8))
    #expect(try stage.folder.read("out/escape-2.txt") == Array("two".utf8))
    #expect(try stage.folder.read("out/data-2.bin") == (0...255).map { UInt8($0) })
  }

  @Test func `more attachments than a shell lets a program have open are saved, too`() throws {
    let part = "--a\nContent-Type: application/octet-stream\n\nx\n"
    let message =
      "From: alice@example.org\nContent-Type: multipart/mixed; boundary=a\n\n" + String(repeating: part, count: 300)
    try stage.folder.write(Array((message + "--a--\n").utf8), to: "many.eml")
    var child = postseal(["extract", "many.eml", "--to", "out"], keyring: bob)
    child.arguments = ["-c", #"ulimit -S -n 200 && exec "$0" "$@""#, child.program] + child.arguments
    child.program = "/bin/sh"
    child.directory = stage.folder.path
    try stage.folder.write([], to: "out/.keep")
    try child.run().succeeded()
    #expect(try stage.folder.contents().count { $0.hasPrefix("out/part-") } == 300)
  }

  @Test func `one is chosen by its number or name`() throws {
    try stage.folder.write([], to: "out/.keep")
    #expect(try stage.run("extract", "sealed.eml", "3", "--to", "out", keyring: bob).status == 0)
    #expect(try stage.folder.contents().filter { $0.hasPrefix("out/") } == ["out/.keep", "out/data.bin"])
  }

  @Test func `one that is not there saves nothing`() throws {
    try stage.folder.write([], to: "out/.keep")
    expect(
      try stage.run("extract", "sealed.eml", "1", "9", "--to", "out", keyring: bob),
      stderr: """
        postseal: there is no attachment `9`
        hint: see the list with `postseal read sealed.eml`

        """, status: 66)
    #expect(try stage.folder.contents().filter { $0.hasPrefix("out/") } == ["out/.keep"])
  }

  /// A text in two forms.
  private static let alternative = """
    Content-Type: multipart/alternative; boundary=b

    --b
    Content-Type: text/plain

    plain
    --b
    Content-Type: text/html

    <p>rich
    --b--
    """

  @Test func `a section names any part, also one that is only another form of the text`() throws {
    let message = """
      From: alice@example.org
      Content-Type: multipart/mixed; boundary=a

      --a
      \(Self.alternative)
      --a
      Content-Type: message/rfc822

      Subject: inside

      text
      --a--

      """
    try stage.folder.write(Array(message.utf8), to: "mail.eml")
    try stage.folder.write([], to: "out/.keep")
    #expect(try stage.run("extract", "mail.eml", "1.2", "1", "--to", "out", keyring: bob).status == 0)
    #expect(try stage.folder.read("out/text-1.2.html") == Array("<p>rich".utf8))
    #expect(try stage.folder.read("out/message-1.eml") == Array("Subject: inside\n\ntext".utf8))
    #expect(try stage.run("extract", "mail.eml", "1.3", "--to", "out", keyring: bob).status == 66)
  }

  @Test func `a section without a dot names a part where no attachment has that number`() throws {
    let message = """
      From: alice@example.org
      \(Self.alternative)

      """
    try stage.folder.write(Array(message.utf8), to: "mail.eml")
    try stage.run("extract", "mail.eml", "2", keyring: bob).succeeded()
    #expect(try stage.folder.read("text-2.html") == Array("<p>rich".utf8))
    #expect(try stage.run("extract", "mail.eml", "3", keyring: bob).status == 66)
  }

  @Test func `one part goes to standard output or into a file, and never several`() throws {
    let run = try stage.run("extract", "sealed.eml", "2", "-o", "-", keyring: bob)
    #expect(run.status == 0 && run.text == "two")
    #expect(run.stderr.contains("good signature by Alice Example") && !run.stderr.contains("saved"))
    let saved = try stage.run("extract", "sealed.eml", "data.bin", "-o", "my.bin", keyring: bob)
    #expect(saved.status == 0 && saved.stderr.hasSuffix("\nsaved my.bin\n"))
    #expect(try stage.folder.read("my.bin") == (0...255).map { UInt8($0) })
    #expect(try stage.run("extract", "sealed.eml", "1", "-o", "my.bin", keyring: bob).status == 73)
    try stage.run("extract", "sealed.eml", "1", "-o", "my.bin", "--force", keyring: bob).succeeded()
    #expect(try stage.folder.read("my.bin") == Array("one".utf8))
    let both = try stage.run("extract", "sealed.eml", "escape.txt", "-o", "-", keyring: bob)
    expect(
      both,
      stderr: """
        postseal: 2 attachments are called `escape.txt`
        hint: name one by its number: see the list with `postseal read sealed.eml`

        """, status: 64)
    for wrong in [["-o", "x"], ["1", "2", "-o", "x"], ["1", "-o", "x", "--to", "."], ["1", "--force"]] {
      var child = stage.command("extract", "sealed.eml", keyring: bob)
      child.arguments += wrong
      #expect(try child.run().status == 64, "\(wrong)")
    }
    let missing = try stage.run("extract", "sealed.eml", "9", "-o", "none", keyring: bob)
    #expect(missing.status == 66)
    #expect(try !stage.folder.contents().contains("none"))
  }

  @Test func `a folder that is not there is named`() throws {
    expect(
      try stage.run("extract", "sealed.eml", "--to", "out", keyring: bob),
      stderr: """
        postseal: cannot create a file in out: no such file or directory
        hint: name another folder with `--to DIR`

        """, status: 73)
  }

  @Test func `an output in a folder that is not there is named`() throws {
    expect(
      try stage.run("decrypt", "sealed.eml", "-o", "no/opened.eml", keyring: bob),
      stderr: "postseal: cannot create no/opened.eml: no such file or directory\n", status: 73)
  }
}
