import ByteStreams
import SystemPackage
import TestSupport
import Testing

@testable import postseal

@Suite struct AttachmentNameTests {
  @Test(arguments: [
    ("report.pdf", "report.pdf"),
    ("Käse 漢字.txt", "Käse 漢字.txt"),
    ("../../etc/cron.d/x", "x"),
    ("C:\\Users\\me\\a.doc", "a.doc"),
    ("/etc/passwd", "passwd"),
    ("..", "part-3"), (".", "part-3"), ("", "part-3"), ("/", "part-3"), ("...---~~", "part-3"),
    (".bashrc", "bashrc"), ("-rf", "rf"), ("~root", "root"), (" .-~x", "x"),
    ("a\u{0}b\nc\u{1B}[0m", "abc[0m"),
    ("photo\u{202E}gpj.exe", "photogpj.exe"),
    ("name.txt. . ", "name.txt"),
  ])
  func `a name keeps only what names a file here`(proposed: String, name: String) {
    #expect(AttachmentName(proposed, number: 3).text == name)
  }

  @Test func `a nameless attachment is called by its number`() {
    #expect(AttachmentName(nil, number: 7).text == "part-7")
  }

  @Test(arguments: [
    String(repeating: "é", count: 300) + ".pdf", String(repeating: "x", count: 5000),
    "a." + String(repeating: "y", count: 400),
  ])
  func `a name has at most 200 bytes`(proposed: String) {
    let name = AttachmentName(proposed, number: 1).text
    #expect(name.utf8.count <= 200)
    #expect(proposed.hasSuffix(".pdf") == name.hasSuffix(".pdf"))
  }

  @Test func `a taken name gets a number before its suffix`() {
    #expect(AttachmentName("a.tar.gz", number: 1).numbered(2) == "a.tar-2.gz")
    #expect(AttachmentName("plain", number: 1).numbered(3) == "plain-3")
  }

  @Test func `nothing is replaced and no link is followed`() throws {
    let folder = try TemporaryFolder()
    let outside = try TemporaryFolder()
    try folder.write(Array("old".utf8), to: "a.txt")
    try ChildProcess(
      "ln", ["-s", outside.appending("target").string, folder.appending("a-2.txt").string], environment: testEnvironment
    )
    .run().succeeded()
    let (name, file) = try AttachmentFolder(path: folder.path).create(AttachmentName("a.txt", number: 1))
    try file.finish()
    #expect(name == "a-3.txt")
    #expect(try folder.read("a.txt") == Array("old".utf8))
    #expect(try outside.contents() == [])
  }
}
