import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `reseal` leaves, whatever happens.
@Suite struct ResealTranscripts {
  let stage: Stage
  /// Bob with his old key and a new one, which is Carol's in truth.
  let bob: TemporaryKeyring
  /// Bob with the new key alone.
  let later: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try TemporaryKeyring(own: [.bob, .carol], accepted: [.alice])
    later = try TemporaryKeyring(own: [.carol], accepted: [.alice])
    try stage.writeMailbox()
    try stage.remove("mail/cur/7.dangling:2,")
  }

  private func reseal(_ source: String = "mail", _ target: String = "new", _ others: String...) throws -> ChildRun {
    var child = postseal(
      ["reseal", source, "--into", target, "--to", "carol@example.net"] + others, keyring: bob)
    child.directory = stage.folder.path
    return try child.run()
  }

  private func messages(_ name: String = "new") throws -> [String] { try stage.messages(of: name) }

  private static let all = [
    "cur/1.sealed:2,S", "cur/4.forged:2,FS", "cur/5.altered:2,", "cur/6.others:2,", "new/2.signed", "new/3.clear",
  ]

  @Test func `sealed messages are sealed for the new key alone, and keep their signatures and all else`() throws {
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    try FileManager.default.setAttributes(
      [.modificationDate: time], ofItemAtPath: stage.folder.appending("mail/cur/1.sealed:2,S").string)
    let run = try reseal()
    let name = "rsa3072 \(try #require(run.stderr.firstMatch(of: /rsa3072 (.*)\n/)).1)"
    expect(
      run,
      stderr: """
        postseal: sealing for carol@example.net, \(name)
        postseal: 5.altered:2,: cannot open it: the message was altered or cut on the way; it was copied as it is
        postseal: 6.others:2,: cannot open it: no secret key here fits; it is for \(try stage.othersRecipients(as: bob)); it was copied as it is
        postseal: 6 messages: 1 sealed anew into new, 5 copied as they are

        """, status: 22)
    #expect(try messages() == Self.all)
    for name in Self.all.dropFirst() {
      #expect(try stage.folder.read("new/\(name)") == stage.folder.read("mail/\(name)"), "\(name)")
    }
    let sealed = try stage.run("verify", "new", "--message", "1", keyring: later)
    #expect(sealed.status == 0 && sealed.text.hasPrefix("╭ encrypted to you · good signature by Alice Example"))
    #expect(try stage.run("verify", "new", "--message", "1", keyring: Stage.bob()).status == 20)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: stage.folder.appending("new/cur/1.sealed:2,S").string)
    #expect(attributes[.modificationDate] as? Date == time)
  }

  @Test func `a second run writes only what is missing`() throws {
    _ = try reseal()
    try stage.remove("new/cur/1.sealed:2,S")
    let end = "postseal: 6 messages: 1 sealed anew into new, 0 copied as they are, 5 there already\n"
    #expect(try reseal().stderr.hasSuffix(end))
    let again = try reseal("new", "newer")
    #expect(again.stderr.hasSuffix("postseal: 6 messages: 0 sealed anew into newer, 6 copied as they are\n"))
    #expect(try stage.folder.read("newer/cur/1.sealed:2,S") == stage.folder.read("new/cur/1.sealed:2,S"))
  }

  @Test func `an mbox keeps its order, its dates and every line of what is copied`() throws {
    let quoted = "From a@example.org Sun Nov 22 17:02:00 2026\nStatus: RO\nSubject: q\n\n>From x\n>>From y\n\n"
    try stage.folder.write(stage.folder.read("mbox") + Array(quoted.utf8), to: "mbox")
    let run = try reseal("mbox", "new.mbox")
    let end = "postseal: 7 messages: 1 sealed anew into new.mbox, 6 copied as they are\n"
    #expect(run.stderr.hasSuffix(end), "\(run.stderr)")
    let text = String(decoding: try stage.folder.read("new.mbox"), as: UTF8.self)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("From ") }
    #expect(lines.count == 7 && lines.allSatisfy { $0.hasSuffix(" Sun Nov 22 17:02:00 2026") })
    #expect(text.hasSuffix("\nStatus: RO\nSubject: q\n\n>From x\n>>From y\n\n"))
    let verdicts = try stage.run("verify", "new.mbox", keyring: later).text.split(separator: "\n").map {
      $0.split(separator: " ")[4]
    }
    #expect(verdicts == ["good", "good", "unsigned", "bad", "no-key", "no-key", "unsigned"])
  }

  @Test func `a dry run says what would be done, and does nothing`() throws {
    let before = try stage.folder.contents()
    let run = try reseal("mail", "new", "--dry-run")
    #expect(run.status == 0)
    #expect(run.stderr.hasSuffix("postseal: 6 messages: 3 would be sealed anew, 3 would be copied as they are\n"))
    #expect(try stage.folder.contents() == before)
  }

  @Test func `JSON has a line for each message, with what was done`() throws {
    let run = try reseal("mail", "new", "--json")
    let lines = try run.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.compactMap { $0["deed"] as? String } == ["written"] + Array(repeating: "copied", count: 5))
    #expect(lines.compactMap { $0["status"] as? Int } == [0, 0, 0, 0, 22, 20])
    #expect(lines.allSatisfy { $0["version"] as? Int == 1 && $0["message"] is String && $0["number"] is Int })
    #expect(run.stderr.isEmpty)
  }

  @Test func `what is locked waits for a run that can unlock it`() throws {
    try stage.writeLocked(count: 2)
    let keyring = try TemporaryKeyring(own: [.carol, .locked], accepted: [.alice])
    var child = stage.command(
      "reseal", "locked", "--into", "new", "--to", "carol@example.net", "--batch", keyring: keyring)
    #expect(try child.run().status == 21)
    #expect(try messages() == [])
    child.arguments.removeLast()
    child.arguments += ["--passphrase-fd", "0"]
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    let run = try child.run()
    let end = "postseal: 2 messages: 2 sealed anew into new, 0 copied as they are\n"
    #expect(run.stderr.hasSuffix(end), "\(run.stderr)")
    #expect(run.status == 0)
    #expect(try messages().count == 2)
  }

  @Test(arguments: [
    (["--to", "dave@example.com"], "postseal: no key for dave@example.com in your keyring\n", Int32(30)),
    (
      ["--to", "alice@example.org"],
      "postseal: cannot seal for certificate AEA2 6172 … 7682 21D1: its secret key is not here, and you could not read",
      20
    ),
    ([], "postseal: several keys of your own could be meant\n", 64),
    (["--to", "bob"], "postseal: the value 'bob' is invalid for '--to <key>'\n", 64),
  ])
  func `a key that is nobody's or another person's is refused`(
    arguments: [String], stderr: String, status: Int32
  ) throws {
    var child = postseal(["reseal", "mail", "--into", "new"] + arguments, keyring: bob)
    child.directory = stage.folder.path
    let run = try child.run()
    #expect(run.stderr.hasPrefix(stderr), "\(run.stderr)")
    #expect(run.status == status)
    #expect(try !stage.folder.contents().contains("new"))
  }

  @Test func `a signature around the encryption breaks, and its message is named`() throws {
    let file = Corpus.folder.appending("signature-outside-encryption.eml")
    try stage.folder.write(Array(try Data(contentsOf: URL(filePath: file.string))), to: "two/cur/1.signed:2,")
    try stage.folder.write(try stage.folder.read("mail/cur/1.sealed:2,S"), to: "two/new/2.sealed")
    let words =
      "postseal: 1.signed:2,: a signature stands around its encryption, and does not fit the new one; the old message has it still\n"
    let trial = try reseal("two", "new", "--dry-run")
    #expect(trial.status == 0 && trial.stderr.contains(words) && !trial.stderr.contains("2.sealed"), "\(trial.stderr)")
    let run = try reseal("two", "new")
    #expect(run.status == 0 && run.stderr.contains(words) && !run.stderr.contains("2.sealed"), "\(run.stderr)")
    #expect(run.stderr.hasSuffix("2 messages: 2 sealed anew into new, 0 copied as they are\n"))
    let json = try reseal("two", "other", "--json")
    #expect(json.text.split(separator: "\n").filter { $0.contains("\"note\":\"a signature stands around") }.count == 1)
  }

  @Test func `without a name the key is the account's, or the only one`() throws {
    let only = try stage.run("reseal", "mail", "--into", "new", "--dry-run", keyring: later)
    #expect(only.stderr.hasPrefix("postseal: sealing for carol@example.net, "))
    let config = try stage.folder.write(
      Array("default-account = \"a\"\n[account.a]\nfrom = [\"Carol <carol@example.net>\"]\n".utf8), to: "config.toml")
    let run = try stage.run(
      "reseal", "mail", "--into", "new", "--dry-run", "--config", config.string, keyring: bob)
    #expect(run.stderr.hasPrefix("postseal: sealing for carol@example.net, "), "\(run.stderr)")
  }

  @Test func `recipients that gpg adds end the run`() throws {
    let keyring = try TemporaryKeyring(
      own: [.bob, .carol], accepted: [.alice], options: ["throw-keyids"])
    let run = try stage.run("reseal", "mail", "--into", "new", "--to", "carol@example.net", keyring: keyring)
    #expect(run.status == 78, "\(run.stderr)")
    #expect(try !messages().contains("cur/1.sealed:2,S"))
  }

  // MARK: Failures

  @Test func `a full disk ends the run, and the next one goes on`() throws {
    try stage.write(Letter(body: String(repeating: "a line of text\n", count: 4000)), as: "mail/cur/0.big:2,")
    for target in ["new", "new.mbox"] {
      var child = stage.command("reseal", "mail", "--into", target, "--to", "carol@example.net", keyring: bob)
      child.fileSizeLimit = 20
      let run = try child.run()
      #expect(run.status == 74 && !run.stderr.contains(" messages: "), "\(run.stderr)")
      let again = try reseal("mail", target)
      #expect(again.stderr.contains("postseal: 7 messages: "), "\(again.stderr)")
      let verified = try stage.run("verify", target, keyring: later)
      let end = "postseal: 7 messages: 2 good, 2 unsigned, 1 bad, 2 no-key\n"
      #expect(verified.stderr.hasSuffix(end), "\(verified.stderr)")
    }
  }

  @Test func `kill -9 at any moment loses nothing and doubles nothing`() throws {
    for number in 10..<20 {
      try stage.folder.write(stage.folder.read("sealed.eml"), to: "mail/cur/\(number).more:2,")
    }
    for target in ["new", "new.mbox"] {
      for moment in 1...5 {
        var child = stage.command("reseal", "mail", "--into", target, "--to", "carol@example.net", keyring: bob)
        child.arguments = ["-s", "KILL", String(Double(moment) * 0.08), child.program] + child.arguments
        child.program = "timeout"
        _ = try child.run()
      }
      let last = try reseal("mail", target)
      #expect(last.stderr.contains("postseal: 16 messages: "), "\(last.stderr)")
      let verified = try stage.run("verify", target, keyring: later)
      let end = "postseal: 16 messages: 12 good, 1 unsigned, 1 bad, 2 no-key\n"
      #expect(verified.stderr.hasSuffix(end), "\(verified.stderr)")
    }
  }
}
