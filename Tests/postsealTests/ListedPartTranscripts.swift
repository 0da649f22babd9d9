import SystemPackage
import TestSupport
import Testing

/// The commands that `read` tells beside what it lists: each does what it is told for.
@Suite struct ListedPartTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
  }

  private static let header = "From: alice@example.org\nMIME-Version: 1.0\n"

  /// What `read` says of a message.
  private func page(_ message: String, _ arguments: String...) throws -> String {
    try stage.folder.write(Array(message.utf8), to: "mail.eml")
    var child = stage.command("read", "mail.eml", keyring: bob)
    child.arguments += arguments
    return try child.run().succeeded().text
  }

  private static func multipart(_ subtype: String, _ parts: String...) -> String {
    "Content-Type: multipart/\(subtype); boundary=\(subtype)\n\n"
      + parts.map { "--\(subtype)\n\($0)\n" }.joined() + "--\(subtype)--\n"
  }

  @Test func `what is listed of a part alone is saved and read by commands about that part`() throws {
    func file(_ text: String) -> String { "Content-Type: application/x; name=\(text).bin\n\n\(text)" }
    let innermost = "Content-Type: message/rfc822\n\nSubject: innermost\n\nthe end"
    let middle = "Content-Type: message/rfc822\n\nSubject: middle\n" + Self.multipart("related", file("in"), innermost)
    let outer = Self.header + Self.multipart("mixed", file("out"), middle)
    let clear = try page(outer, "--part", "2")
    #expect(clear.contains("[1] in.bin         application/x   2 bytes   postseal extract mail.eml --part 2 1\n"))
    #expect(clear.contains("\n    \"innermost\" from nobody named  postseal read mail.eml --part 2.2\n"), "\(clear)")
    #expect(try page(outer, "--part", "2.2").hasSuffix("\n│ the end\n\n"))
    try stage.folder.write([], to: ".keep")
    try stage.run("extract", "mail.eml", "--part", "2", "1", keyring: bob).succeeded()
    #expect(try stage.folder.read("in.bin") == Array("in".utf8))
    // What is encrypted has numbers of its own.
    try stage.folder.write(Array(outer.utf8), to: "letter.eml")
    try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", "--to", "bob@example.org", keyring: stage.alice)
      .succeeded()
    let sealed = String(decoding: try stage.folder.read("sealed.eml"), as: UTF8.self).replacing("\r\n", with: "\n")
    let forwarded = Self.header + Self.multipart("report", "\ntext", "Content-Type: message/rfc822\n\n\(sealed)")
    let opened = try page(forwarded, "--part", "2")
    #expect(
      opened.contains("\"middle\" from nobody named  postseal decrypt mail.eml --part 2 | postseal read --part 2\n"),
      "\(opened)")
    let alone = try stage.run("decrypt", "mail.eml", "--part", "2", "-o", "opened.eml", keyring: bob)
    #expect(alone.status == 0)
    #expect(try stage.run("read", "opened.eml", "--part", "2", keyring: bob).text.contains("Subject: middle\n"))
  }

  @Test func `a key is listed with the command that takes it, and what was encrypted alone with the one that opens it`()
    throws
  {
    let armor = try stage.alice.gpg("--armor", "--export", "alice@example.org").succeeded().text
    let key = "Content-Type: application/pgp-keys; name=alice.asc\n\n\(armor)"
    let file = try stage.alice.gpg(
      "--armor", "--trust-model", "always", "--set-filename", "inside.txt", "--recipient", "bob@example.org",
      "--encrypt", stdin: Array("the figures".utf8)
    ).succeeded().text
    let message = Self.multipart("mixed", key, "Content-Type: application/x; name=inside.txt.PGP\n\n\(file)")
    let page = try page(Self.header + message)
    #expect(
      page.contains("\n    a key; when it is saved: postseal key import alice.asc\n[2] inside.txt.PGP"), "\(page)")
    #expect(page.contains("\n    OpenPGP, by its name  postseal read mail.eml --part 2\n"), "\(page)")
    let opened = try stage.run("read", "mail.eml", "--part", "2", keyring: bob)
    #expect(opened.status == 0)
    #expect(opened.text.contains("the figures") || opened.text.contains("[1] inside.txt"), "\(opened.text)")
  }

  @Test(arguments: ["base64", "quoted-printable"])
  func `a message that a server encoded is listed with the commands that read it`(encoding: String) throws {
    let inner = "From: carol@example.net\nSubject: inside\n\nthe figures\n"
    let body = encoding == "base64" ? base64Lines(Array(inner.utf8)).joined(separator: "\n") : inner
    let type = "Content-Type: message/rfc822\nContent-Transfer-Encoding: \(encoding)\n\n"
    let page = try page(Self.header + Self.multipart("mixed", "\ntext", type + body))
    let pipe = "postseal extract mail.eml 1 -o - | postseal read"
    #expect(page.contains("\n    a message in \(encoding)  \(pipe)\n"), "\(page)")
    try stage.run("extract", "mail.eml", "1", "-o", "inner.eml", keyring: bob).succeeded()
    #expect(try stage.run("read", "inner.eml", keyring: bob).text.contains("Subject: inside\n\n│ the figures\n"))
  }

  @Test func `a part that is no message has no header that lacks anything`() throws {
    let message = Self.header + Self.multipart("mixed", "Content-Type: text/plain\n\nplain")
    #expect(try page(message, "--part", "1") == "– part 1 alone · not signed, not encrypted\n\n│ plain\n\n")
  }

  @Test func `text of another kind is read as it stands where there is nothing else to read`() throws {
    let invitation = "Content-Type: text/calendar\n\nSUMMARY:Budget"
    let shown = "[1] invitation-1.ics:\n│ SUMMARY:Budget\n\n[1] invitation-1.ics  text/calendar  14 bytes  "
    #expect(try page(Self.header + invitation).contains("\n\n\(shown)"))
    let empty = "Content-Type: text/plain\n\n \n"
    #expect(try page(Self.header + Self.multipart("alternative", empty, invitation)).contains(shown))
    let plain = "Content-Type: text/plain\n\nplain"
    let both = try page(Self.header + Self.multipart("alternative", plain, invitation))
    #expect(both.contains("│ plain\n\n[1] invitation-1.ics  text/calendar") && !both.contains("│ SUMMARY"))
    let named = "Content-Type: text/html; name=body.html\n\n<p>rich"
    #expect(try page(Self.header + named).contains("│ rich\n\n[1] body.html"))
    let style = "Content-Type: text/css\n\np {}"
    #expect(try page(Self.header + style).contains("\n\n(no text)\n\n[1] part-1  text/css"))
    let attached = "Content-Type: text/csv\nContent-Disposition: attachment\n\na,b"
    #expect(try page(Self.header + attached).contains("\n\n(no text)\n"))
  }
}
