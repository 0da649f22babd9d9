import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `decrypt --into` leaves, whatever happens.
@Suite struct ArchiveTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    try stage.writeMailbox()
  }

  private static let written = ["new/2.signed", "new/3.clear", "cur/1.sealed:2,S", "cur/4.forged:2,FS"].sorted()

  private func archived(_ name: String = "opened") throws -> [String] { try stage.messages(of: name) }

  private func text(_ name: String) throws -> String {
    String(decoding: try stage.folder.read("opened/\(name)"), as: UTF8.self)
  }

  @Test func `every message that opens is written with its verdict, its flags and its time`() throws {
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    try FileManager.default.setAttributes(
      [.modificationDate: time], ofItemAtPath: stage.folder.appending("mail/cur/1.sealed:2,S").string)
    expect(
      try stage.run("decrypt", "mail", "--into", "opened", keyring: bob),
      stderr: """
        postseal: 5.altered:2,: cannot open it: the message was altered or cut on the way; nothing was written
        postseal: 6.others:2,: cannot open it: no secret key here fits; it is for \(try stage.othersRecipients(as: bob))
        postseal: 7.dangling:2,: cannot open mail/cur/7.dangling:2,: it is a symbolic link, and none is followed
        postseal: 7 messages: 4 written into opened, 3 not written

        """, status: 66)
    #expect(try archived() == Self.written)
    let signer = Identity.alice.hexFingerprint
    let sealed = try text("cur/1.sealed:2,S")
    #expect(
      sealed.hasPrefix(
        "X-Postseal-Verdict: encrypted=whole; signature=good; trusted=yes; signer=\(signer); address=alice@example.org\r\n"
      ))
    #expect(sealed.contains("Subject: Sealed\r\n") && sealed.hasSuffix("\r\nHello Bob,\r\nthe figures.\r\n"))
    #expect(try text("new/3.clear").hasPrefix("X-Postseal-Verdict: encrypted=no; signature=unsigned; trusted=no\n"))
    #expect(try text("cur/4.forged:2,FS").hasPrefix("X-Postseal-Verdict: encrypted=no; signature=bad; trusted=no\r\n"))
    let attributes = try FileManager.default.attributesOfItem(
      atPath: stage.folder.appending("opened/cur/1.sealed:2,S").string)
    #expect(attributes[.modificationDate] as? Date == time)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `the verdict names a signer for a good signature alone, and no mark of protection is left`() throws {
    let reader = try CorpusReader.bob.keyring()
    for name in ["signed-by-other", "sealed-good"] {
      let message = Corpus.folder.appending("\(name).eml").string
      try stage.run("decrypt", message, "--into", name, keyring: reader).succeeded()
      let file = try #require(try archived(name).first)
      let text = String(decoding: try stage.folder.read("\(name)/\(file)"), as: UTF8.self)
      #expect(!text.contains("hp=") && !text.contains("HP-Outer"))
      let bare = "X-Postseal-Verdict: encrypted=no; signature=sender-mismatch; trusted=no\r\n"
      #expect(text.hasPrefix(bare) == (name == "signed-by-other"), "\(text)")
    }
  }

  @Test func `a second run writes only what is missing, and what is seen meanwhile stays`() throws {
    _ = try stage.run("decrypt", "mail", "--into", "opened", keyring: bob)
    try stage.remove("opened/cur/4.forged:2,FS")
    try FileManager.default.moveItem(
      atPath: stage.folder.appending("opened/new/2.signed").string,
      toPath: stage.folder.appending("opened/cur/2.signed:2,RS").string)
    let again = try stage.run("decrypt", "mail", "--into", "opened", keyring: bob)
    #expect(again.stderr.hasSuffix("postseal: 7 messages: 1 written into opened, 3 there already, 3 not written\n"))
    #expect(try archived() == ["cur/1.sealed:2,S", "cur/2.signed:2,RS", "cur/4.forged:2,FS", "new/3.clear"])
  }

  @Test func `messages of an mbox and of standard input are named by what they hold`() throws {
    _ = try stage.run("decrypt", "mbox", "--into", "opened", keyring: bob)
    let names = try archived()
    #expect(names.count == 4 && names.allSatisfy { $0.hasPrefix("new/postseal-") })
    let run = try stage.run("decrypt", "mbox", "--into", "opened", keyring: bob)
    #expect(run.stderr.hasSuffix("postseal: 6 messages: 0 written into opened, 4 there already, 2 not written\n"))
    var child = stage.command("decrypt", "--into", "opened", keyring: bob)
    child.stdin = .pipe(try stage.folder.read("signed.eml"))
    #expect(try child.run().status == 0)
    #expect(try archived().count == 4)
  }

  @Test func `requirements are met by each message that is written`() throws {
    let run = try stage.run("decrypt", "mail", "--into", "opened", "--require-signature", keyring: bob)
    #expect(run.status == 1)
    #expect(try archived() == ["cur/1.sealed:2,S", "new/2.signed"])
  }

  @Test func `JSON has a line for each message, with what was done`() throws {
    let run = try stage.run("decrypt", "mail", "--into", "opened", "--json", keyring: bob)
    let deeds = try run.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(
      deeds.compactMap { $0["deed"] as? String } == Array(repeating: "written", count: 4)
        + Array(repeating: "refused", count: 3))
    #expect(deeds.compactMap { $0["status"] as? Int } == [0, 0, 0, 0, 22, 20, 66])
    #expect(run.stderr.isEmpty)
  }

  @Test(arguments: [
    (
      ["mail", "--into", "mail"],
      "postseal: mail is where the messages come from\nhint: name another mailbox with `--into`\n", Int32(64)
    ),
    (
      ["mail", "--into", "mail/.Opened"],
      "postseal: mail/.Opened lies within mail\nhint: name another mailbox with `--into`\n", 64
    ),
    (
      ["mail", "--into", "."],
      "postseal: cannot write into .: it holds other things than a Maildir\nhint: name a new folder, or an mbox, with `--into`\n",
      73
    ),
    (["mail", "--into", "no/where"], "postseal: cannot create no/where: no such file or directory\n", 73),
    (
      ["mail", "--into", "x", "-o", "y"],
      "postseal: --into excludes --output and --force\nhint: see `postseal decrypt --help`\n", 64
    ),
  ])
  func `a target that makes no sense is refused, and nothing is written`(
    arguments: [String], stderr: String, status: Int32
  ) throws {
    let before = try stage.folder.contents()
    var child = postseal(["decrypt"] + arguments, keyring: bob)
    child.directory = stage.folder.path
    expect(try child.run(), stderr: stderr, status: status)
    #expect(try stage.folder.contents() == before)
  }

  @Test func `a link to the source is the source`() throws {
    try FileManager.default.createSymbolicLink(
      atPath: stage.folder.appending("link").string, withDestinationPath: "mail")
    #expect(try stage.run("decrypt", "mail", "--into", "link", keyring: bob).status == 64)
  }

  @Test func `a full disk ends the run, and leaves no half message`() throws {
    try stage.write(Letter(body: String(repeating: "a line of text\n", count: 4000)), as: "mail/cur/0.big:2,")
    var child = stage.command("decrypt", "mail", "--into", "opened", keyring: bob)
    child.fileSizeLimit = 20
    let run = try child.run()
    #expect(run.status == 74 && !run.stderr.contains(" messages: "), "\(run.stderr)")
    #expect(try archived().allSatisfy(Self.written.contains))
    _ = try stage.run("decrypt", "mail", "--into", "opened", keyring: bob)
    #expect(try archived() == ["cur/0.big:2,"] + Self.written)
  }

  @Test func `kill -9 at any moment leaves whole messages and nothing else`() throws {
    for number in 10..<30 {
      try stage.folder.write(stage.folder.read("sealed.eml"), to: "mail/cur/\(number).more:2,")
    }
    _ = try stage.run("decrypt", "mail", "--into", "whole", keyring: bob)
    let whole = try archived("whole")
    for moment in 1...12 {
      var child = stage.command("decrypt", "mail", "--into", "opened", keyring: bob)
      child.arguments = ["-s", "KILL", String(Double(moment) * 0.02), child.program] + child.arguments
      child.program = "timeout"
      _ = try child.run()
      for name in try archived() {
        #expect(try stage.folder.read("opened/\(name)") == stage.folder.read("whole/\(name)"))
      }
    }
    _ = try stage.run("decrypt", "mail", "--into", "opened", keyring: bob)
    #expect(try archived() == whole)
  }

  @Test func `two runs at once do each other no harm`() async throws {
    let (stage, bob) = (stage, bob)
    let runs = try await withThrowingTaskGroup(of: ChildRun.self) { group in
      for _ in 0..<2 { group.addTask { try stage.run("decrypt", "mail", "--into", "opened", keyring: bob) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(runs.allSatisfy { $0.status == 66 || $0.status == 75 })
    #expect(runs.contains { $0.status == 66 })
    #expect(try archived() == Self.written)
  }

  @Test(arguments: [
    "X-Postseal-Verdict:", "x-POSTSEAL-verdict :", "X-Postseal-Verdict\t:",
    "X-Postseal-Verdict: a\n b\nX-Postseal-Verdict:",
  ])
  func `a verdict that came with the message is dropped, outside and inside`(name: String) throws {
    let forged = "\(name) encrypted=whole; signature=good; trusted=yes"
    let clear = String(decoding: Letter().bytes(), as: UTF8.self)
    try stage.folder.write(Array("\(forged)\n\(clear)".utf8), to: "forged.eml")
    try stage.run("encrypt", "forged.eml", "-o", "inside.eml", keyring: stage.alice).succeeded()
    let sealed = String(decoding: try stage.folder.read("sealed.eml"), as: UTF8.self)
    try stage.folder.write(Array("\(forged)\r\n\(sealed)".utf8), to: "outside.eml")
    for file in ["forged.eml", "inside.eml", "outside.eml"] {
      let single = try stage.run("decrypt", file, keyring: bob)
      #expect(single.status == 0)
      #expect(!single.text.lowercased().contains("x-postseal"))
      try stage.run("decrypt", file, "--into", "opened", keyring: bob).succeeded()
    }
    let names = try archived()
    #expect(names.count == 3)
    for name in names {
      let verdicts = try text(name).lowercased().split(whereSeparator: \.isNewline).filter { $0.contains("postseal") }
      #expect(verdicts.count == 1 && verdicts[0].hasPrefix("x-postseal-verdict: encrypted="))
      #expect(try text(name).hasPrefix("X-Postseal-Verdict: "))
    }
  }

  @Test func `a part below the root keeps its own header`() throws {
    let inner = "X-Postseal-Verdict: mine\nFrom: bob@example.org\n\ninner\n"
    let text = "From: alice@example.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n\(inner)"
    try stage.folder.write(Array(text.utf8), to: "forwarded.eml")
    #expect(try stage.run("decrypt", "forwarded.eml", keyring: bob).text.hasSuffix("\n\n\(inner)"))
  }
}
