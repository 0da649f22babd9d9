import ByteStreams
import MIME
import SealedMail
import SystemPackage
import TestSupport
import Testing

@testable import postseal

/// The text that an editor gets, and what is made of it.
@Suite struct LetterTemplateTests {
  private let types = MediaTypes([])

  private func read(_ text: String, base: Composition = Composition()) throws -> Composition {
    try LetterTemplate.read(text, base: base, types: types)
  }

  @Test func `what is not changed is read as it was`() throws {
    var letter = Composition()
    letter.from = try Mailbox("Alice Example <alice@example.org>")
    letter.to = [try Mailbox("\"Meyer, Bob\" <bob@example.org>"), try Mailbox("Größe <erin@example.org>")]
    letter.bcc = [try Mailbox("carol@example.net")]
    letter.subject = "# Re: = ?"
    letter.text = "\n# a title\n\nTo: nobody\n  indented\n-- \nAlice\n"
    let found = try read(LetterTemplate.commented(LetterTemplate(letter).text, ["one", "two"]))
    #expect(found.from == letter.from && found.to == letter.to && found.cc == [] && found.bcc == letter.bcc)
    #expect(found.subject == letter.subject && found.text == letter.text)
  }

  @Test func `comments are replaced, and only those in front`() {
    let text = "# old\n#older\nTo: x\n\n# mine\n"
    #expect(LetterTemplate.commented(text, ["new"]) == "# new\nTo: x\n\n# mine\n")
    #expect(LetterTemplate.uncommented("# only") == "")
  }

  @Test func `fields may be folded, repeated where mail has lists, and in any case`() throws {
    let found = try read("to: a@example.org,\n  b@example.org\nTO: c@example.org\nsubject: x\n\ntext")
    #expect(found.to.map(\.address.localPart) == ["a", "b", "c"] && found.text == "text\n")
  }

  @Test(arguments: [
    ("Hello Bob\n\ntext\n", ["line 1: `Hello Bob` is no field; put an empty line between fields and text"]),
    ("To: bob\n\n", ["line 1: `bob` is no address"]),
    ("From: a@x.org\nFrom: b@x.org\n\n", ["line 2: a message has one From field"]),
    ("X-Spam: yes\n\n", ["line 1: there is no field `x-spam`"]),
    ("Attach: /no/such/file\n\n", ["line 1: cannot attach /no/such/file: no such file or directory"]),
    ("Enclosed: 1 x\n\n", ["line 1: there is no enclosed part `1 x`; attach files with `Attach:`"]),
    ("To: a@x.org\n\nte\u{1B}xt\n", ["the text is no text: it holds the control character 27"]),
    ("To: bob\nCc: erin\n\n", ["line 1: `bob` is no address", "line 2: `erin` is no address"]),
  ])
  func `every mistake is told with its line`(text: String, sentences: [String]) {
    #expect(throws: LetterTemplate.Problems(sentences: sentences)) { try read(text) }
  }

  @Test func `what goes along stays or goes with its line`() throws {
    var letter = Composition()
    let store = ByteStore([])
    letter.enclosures = [.message(.received(store, subject: "a\u{202E}b")), .message(.received(store, subject: "two"))]
    let text = LetterTemplate(letter).text
    #expect(text.contains("Enclosed: 1 forwarded message \"a<U+202E>b\"\nEnclosed: 2 forwarded message \"two\"\n"))
    let found = try read(text.replacing("Enclosed: 1 forwarded message \"a<U+202E>b\"\n", with: ""), base: letter)
    #expect(found.enclosures.map(\.words) == ["forwarded message \"two\""])
  }

  @Test(arguments: [
    ("a.ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("A.ODS", "application/vnd.oasis.opendocument.spreadsheet"),
    ("a.eml", "application/octet-stream"), ("a", "application/octet-stream"), (".ods", "application/octet-stream"),
    ("a.xyz", "application/octet-stream"), ("a.htm", "text/html"),
  ])
  func `the type of a file is what the system's table says, never one that base64 is forbidden for`(
    name: String, type: String
  ) {
    let table = """
      # comment
      application/vnd.oasis.opendocument.spreadsheet\t\t\tods
      message/rfc822 eml mime
      text/html\thtml htm
      broken
      not a/type xyz
      """
    #expect(MediaTypes(Array(table.utf8)).type(ofFile: name).mediaType == type)
  }

  @Test func `without a folder in memory the text of a sealed message goes to no disk unless that is said`() throws {
    let (memory, disk) = (FilePath("/dev/shm"), Spool.defaultDirectory)
    #expect(throws: Failure.self) { try Workplace.base(for: .sealed, disk: .ownTextOnly, memory: nil) }
    #expect(try Workplace.base(for: .sealed, disk: .ownTextOnly, memory: memory) == memory)
    #expect(try Workplace.base(for: .sealed, disk: .everything, memory: nil) == disk)
    #expect(try Workplace.base(for: .clear, disk: .ownTextOnly, memory: nil) == disk)
  }

  @Test func `a folder on a disk is none in memory`() {
    #expect(MemoryFileSystem.first(of: ["/no/such/folder", Repository.root]) == nil)
  }
}
