import SystemPackage
import TestSupport
import Testing

@testable import postseal

/// Drafts: kept, listed, continued, sent.
@Suite struct DraftTranscripts {
  private let desk: ComposeStage
  private let bob: TemporaryKeyring

  init() throws { (desk, bob) = (try ComposeStage(), try Stage.bob()) }

  private func keep(_ arguments: String...) throws -> String {
    let before = Set(try desk.drafts())
    try desk.compose(arguments + ["--draft"]).run().succeeded()
    return try #require(try desk.drafts().first { !before.contains($0) })
  }

  @Test func `a draft is sealed to oneself, recipients and subject inside`() throws {
    let name = try keep(
      "--to", "dave@example.com", "--bcc", "erin@example.org", "--subject", "Noon", "--body", "canary")
    let file = String(decoding: try desk.folder.read("state/postseal/drafts/\(name).eml"), as: UTF8.self)
    for word in ["dave", "erin", "Noon", "canary"] { #expect(!file.contains(word), "\(word)") }
    let opened = try desk.openedDraft()
    for word in ["To: dave@example.com", "Bcc: erin@example.org", "Subject: Noon", "canary"] {
      #expect(opened.contains(word), "\(word)")
    }
    #expect(
      try desk.command(["decrypt", "state/postseal/drafts/\(name).eml"], keyring: bob).run().status == 20)
  }

  @Test func `drafts are listed`() throws {
    expect(try desk.compose(["--list-drafts"]).run(), stderr: "postseal: there are no drafts\n", status: 0)
    let name = try keep("--to", "bob@example.org", "--subject", "a\u{202E}b", "--body", "x")
    let text = try desk.compose(["--list-drafts"]).run().succeeded().text
    #expect(text.hasPrefix("\(name)  20") && text.hasSuffix("  bob@example.org  a<U+202E>b\n"), "\(text)")
    let json = try desk.compose(["--list-drafts", "--json"]).run().succeeded().text
    #expect(json.contains(#""draft":"\#(name)""#) && json.contains(#""recipients":["bob@example.org"]"#))
    let other = try desk.compose(["--list-drafts"], keyring: bob).run()
    #expect(other.status == 0 && other.text.contains("\(name)  20") && other.text.contains("cannot open the draft"))
    #expect(try desk.compose(["--list-drafts", "--home", desk.folder.path.string + "/x"]).run().status != 0)
  }

  @Test func `a draft that is given up is removed by its name, and no other file is`() throws {
    let (first, second) = (try keep("--to", "bob@example.org", "--body", "a"), try keep("--body", "b"))
    #expect(try desk.compose(["--drop-draft", first, "--drop-draft", "nosuch"]).run().status == 66)
    try desk.folder.write([1], to: "mine.eml")
    let other = try desk.compose(["--drop-draft", first, "--drop-draft", "mine.eml"]).run()
    #expect(other.status == 64 && other.stderr.contains("mine.eml is no draft of postseal's, nothing was removed"))
    #expect(try desk.compose(["--drop-draft", first, "--send"]).run().status == 64)
    #expect(try desk.drafts().count == 2)
    expect(
      try desk.compose(["--drop-draft", first]).run(), stderr: "postseal: removed draft \(first)\n", status: 0)
    #expect(try desk.drafts() == [second])
    #expect(try desk.folder.read("mine.eml") == [1])
  }

  @Test func `a draft that was sent is gone, with all that belonged to it sent`() throws {
    try desk.folder.write([1, 2, 3], to: "a.bin")
    let name = try keep("--to", "bob@example.org", "--bcc", "erin@example.org", "--body", "Hi", "--attach", "a.bin")
    let run = try desk.compose(["--resume", name, "--send"] + desk.via).run().succeeded()
    #expect(run.text.contains("erin@example.org") && run.text.contains("1 attachment"))
    #expect(try desk.delivered().count == 2 && desk.drafts() == [])
    let copy = try #require(try desk.delivered().first { $0.contains("Delivered-To: bob@") })
    try desk.folder.write(Array(copy.utf8), to: "got.eml")
    let opened = try desk.opened("got.eml", by: bob)
    #expect(opened.contains("filename=a.bin") && opened.contains("\r\nAQID\r\n") && opened.contains("\r\nHi\r\n"))
    #expect(!opened.contains("erin") && !opened.contains("Draft-State"))
  }

  @Test func `a draft that fails to be sent stays`() throws {
    let name = try keep("--to", "dave@example.com", "--body", "Hi")
    #expect(try desk.compose(["--resume", name, "--send"] + desk.via).run().status == 30)
    #expect(try desk.drafts() == [name])
  }

  @Test func `a draft is continued in the editor, and kept again in its place`() throws {
    try desk.folder.write([1, 2, 3], to: "a.bin")
    let name = try keep("--to", "bob@example.org", "--body", "Hi", "--attach", "a.bin")
    let script = "cp \"$1\" seen.txt; sed -i -e '/^Enclosed: 1/d' \"$1\"; echo more >> \"$1\"\n"
    try desk.edit(script, "--resume", name, "--draft").run().succeeded()
    let seen = String(decoding: try desk.folder.read("seen.txt"), as: UTF8.self)
    #expect(seen.contains("\nEnclosed: 1 a.bin (6 bytes)\nAttach:\n\nHi\n"), "\(seen)")
    #expect(try desk.drafts() == [name])
    let opened = try desk.openedDraft()
    #expect(opened.hasSuffix("\r\n\r\nHi\r\nmore\r\n") && !opened.contains("a.bin"), "\(opened)")
  }

  @Test func `what was taken out of a draft stays out when sending it fails`() throws {
    try desk.folder.write([1], to: "a.bin")
    try desk.folder.write([2], to: "b.bin")
    let name = try keep(
      "--to", "dave@example.com", "--body", "Hi", "--attach", "a.bin", "--attach", "b.bin", "--subject", "Two")
    let script = "sed -i '/^Enclosed: 1/d' \"$1\"; echo more >> \"$1\"\n"
    #expect(try desk.edit(script, "--resume", name, "--send").run().status == 30)
    #expect(try desk.drafts() == [name])
    let opened = try desk.openedDraft()
    #expect(opened.contains("b.bin") && !opened.contains("a.bin") && opened.contains("Subject: Two"), "\(opened)")
    #expect(opened.contains("\r\n\r\nHi\r\nmore\r\n"))
  }

  @Test func `what repeats a sealed message is sealed after it was a draft, too`() throws {
    try desk.stage.seal()
    try desk.compose(["--reply", "sealed.eml", "--body", "Yes", "--draft"], keyring: bob).run().succeeded()
    let name = try #require(try desk.drafts().first)
    let clear = try desk.compose(["--resume", name, "--clear", "-o", "clear.eml"], keyring: bob).run()
    expect(
      clear,
      stderr: """
        postseal: not sealed: it repeats a message that came sealed, and would be readable by everybody
        hint: let it be sealed, or answer without the text, with `--no-quote`

        """, status: 33)
    // What does not say whose it is may be anybody's.
    let own = try keep("--to", "bob@example.org", "--body", "own")
    #expect(try desk.compose(["--resume", own, "--sign-only", "-o", "signed.eml"]).run().status == 0)
    try desk.stage.write(Letter(to: "alice@example.org"))
    try desk.command(["encrypt", "letter.eml", "-o", "foreign.eml"]).run().succeeded()
    let foreign = try desk.compose(["--resume", "foreign.eml", "--sign-only", "-o", "signed2.eml"]).run()
    #expect(foreign.status == 33, "\(foreign.stderr)")
  }

  @Test func `a draft that another program made in a form of its own is refused`() throws {
    let html = "From: alice@example.org\nMIME-Version: 1.0\nContent-Type: text/html\nBcc: erin@example.org\n\n<p>x\n"
    try desk.folder.write(Array(html.utf8), to: "other.eml")
    let run = try desk.compose(["--resume", "other.eml", "-o", "sealed.eml"]).run()
    #expect(run.status == 65 && run.stderr.contains("cannot be continued here"), "\(run.stderr)")
  }
}
