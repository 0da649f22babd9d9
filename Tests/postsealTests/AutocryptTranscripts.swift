import Foundation
import SystemPackage
import TestSupport
import Testing

/// Collecting keys from mail, and what becomes of them: alice receives, bob and others write.
@Suite struct AutocryptTranscripts {
  let folder: TemporaryFolder
  let alice: TemporaryKeyring

  init() throws {
    folder = try TemporaryFolder()
    alice = try TemporaryKeyring(own: [.alice])
    try configure()
  }

  private func configure(_ lines: String...) throws {
    let account = ["default-account = \"home\"", "[account.home]", #"from = ["alice@example.org"]"#]
    try folder.write(Array((account + lines + [""]).joined(separator: "\n").utf8), to: "config.toml")
  }

  private func run(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = postseal(arguments + ["--config", "config.toml"], keyring: keyring ?? alice)
    child.directory = folder.path
    child.environment["XDG_STATE_HOME"] = folder.path.string + "/state"
    return try child.run()
  }

  /// The field that carries a certificate, in one line.
  private func field(_ identity: Identity, _ address: String, name: String = "Autocrypt", wish: String = "") throws
    -> String
  {
    let data = Data(try TemporaryKeyring(certificates: [identity]).gpg("--export").stdout)
    return "\(name): addr=\(address); \(wish)keydata=\(data.base64EncodedString(options: .lineLength76Characters))"
      .replacing("\r\n", with: "\r\n ")
  }

  private func mail(_ from: String, day: Int, _ fields: String...) -> String {
    (["From: \(from)", "To: alice@example.org", "Date: \(day) Nov 2025 12:00:00 +0000"] + fields
      + ["Subject: hello", "", "Hello.", ""]).joined(separator: "\r\n")
  }

  private func box(_ mails: String..., name: String = "mail.mbox") throws {
    let text = mails.map { "From somebody@example.org Sat Nov 22 12:00:00 2025\r\n\($0)\r\n" }.joined()
    try folder.write(Array(text.utf8), to: name)
  }

  @Test func `a mailbox is collected once, listed, shown and forgotten`() throws {
    try box(
      mail("Bob <Bob@example.org>", day: 20, try field(.bob, "bob@example.org", wish: "prefer-encrypt=mutual; ")),
      mail("dave@example.com", day: 21), mail("alice@example.org", day: 21),
      mail("robot@example.org", day: 21, "Auto-Submitted: auto-replied"))
    let counts = "4 messages: 1 with a key, 2 told something new; passed over: 1 by programs, 1 your own\n"
    expect(try run("autocrypt", "collect", "mail.mbox"), stdout: counts, status: 0)
    let again = try run("autocrypt", "collect", "mail.mbox", "--json")
    #expect(
      again.text == """
        {"version":1,"messages":4,"keys":1,"gossip":0,"changed":0,"passedOver":{"by programs":1,"your own":1}}

        """)
    expect(
      try run("autocrypt", "list"), stdout: "bob@example.org  mutual  key of 2025-11-20  seen 2025-11-20\n",
      stderr: "postseal: 1 other wrote without a key\n", status: 0)
    expect(
      try run("autocrypt", "show", "BOB@example.org"),
      stdout: """
        bob@example.org
        advice      available: you can encrypt to them
        key         4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2
                    ed25519, in their mail of 2025-11-20
        wish        mutual: encrypt when both sides wish it
        last seen   2025-11-20
        use         none: `locate` under [crypto] of the configuration has no "autocrypt"

        """, status: 0)
    // The keyring and who is trusted stay as they were.
    #expect(
      try alice.gpg("--list-keys", "--with-colons").text.split(separator: "\n").filter { $0.hasPrefix("pub") }.count
        == 1)
    expect(
      try run("autocrypt", "forget", "bob@example.org"), stderr: "postseal: forgot what mail told of bob@example.org\n",
      status: 0)
    let unknown = """
      postseal: no mail that was collected told anything of bob@example.org
      hint: collect what you received with `postseal autocrypt collect MAILBOX`

      """
    expect(try run("autocrypt", "forget", "bob@example.org"), stderr: unknown, status: 30)
    expect(try run("autocrypt", "show", "bob@example.org"), stderr: unknown, status: 30)
  }

  @Test(.enabled(if: optionalTool("sq"), "needs sq"))
  func `the field that sq writes is read`() throws {
    let field = try ChildProcess(
      "sq",
      [
        "autocrypt", "encode-sender", "--email", "bob@example.org", "--prefer-encrypt", "mutual",
        Identity.bob.certificateFile.string,
      ], environment: testEnvironment
    ).run().succeeded().text
    try box(mail("bob@example.org", day: 20, field.filter { !$0.isNewline }))
    #expect(try run("autocrypt", "collect", "mail.mbox").text == "1 message: 1 with a key, 1 told something new\n")
    #expect(try run("autocrypt", "show", "bob@example.org").text.contains("4FE1 D2B8 AAD4 D0AD FDE6 B676"))
  }

  @Test func `before anything was collected nothing is made`() throws {
    expect(try run("autocrypt", "list"), stderr: "postseal: nothing was collected yet\n", status: 0)
    #expect(try folder.contents() == ["config.toml"])
  }

  @Test func `what is no mail is said, and the rest goes on`() throws {
    try folder.write(Array(mail("bob@example.org", day: 20, try field(.bob, "bob@example.org")).utf8), to: "m/cur/1:2,")
    try folder.write([], to: "m/new/.keep")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path.string + "/m/cur/2:2,", withDestinationPath: "/dev/null")
    let run = try run("autocrypt", "collect", "m")
    #expect(run.status == 66)
    #expect(run.text == "2 messages: 1 with a key, 1 told something new; passed over: 1 unreadable\n")
    #expect(run.stderr.contains("2:2,: cannot open m/cur/2:2,: it is a symbolic link, and none is followed"))
    #expect(try self.run("autocrypt", "collect", "nowhere").status == 66)
  }

  @Test func `a broken database is named`() throws {
    let file = try folder.write([UInt8](repeating: 7, count: 5000), to: "state/postseal/state.sqlite")
    expect(
      try run("autocrypt", "list"),
      stderr: """
        postseal: cannot use \(file): it is no database of postseal, or a broken one
        hint: move it away; a new one is made, and `postseal autocrypt collect` fills it from your mail

        """, status: 65)
  }

  @Test func `attacks leave bob's key what it was`() throws {
    let impostor = try field(.mallory, "bob@example.org")
    try box(mail("bob@example.org", day: 20, try field(.bob, "bob@example.org")), name: "good.mbox")
    #expect(try run("autocrypt", "collect", "good.mbox").status == 0)
    try box(
      // Older than what is known; of another sender; two fields; too large; critical; gossip for all to write; the future.
      mail("bob@example.org", day: 1, impostor),
      mail("mallory@evil.example", day: 22, impostor),
      mail("bob@example.org", day: 22, impostor, try field(.bob, "bob@example.org")),
      mail("bob@example.org", day: 22, impostor + String(repeating: "\r\n AAAAAAAAAAAAAAAAAAAA", count: 500)),
      mail("bob@example.org", day: 22, impostor.replacing("keydata", with: "level=2; keydata")),
      mail("mallory@evil.example", day: 22, try field(.mallory, "bob@example.org", name: "Autocrypt-Gossip")),
      mail("bob@example.org, mallory@evil.example", day: 22, impostor),
      mail("bob@example.org", day: 22, "Autocrypt: addr=bob@example.org; keydata=AAAA"),
      name: "bad.mbox")
    let run = try run("autocrypt", "collect", "--gossip", "bad.mbox")
    #expect(run.text.hasPrefix("8 messages: 1 with a key, 2 told something new; "), "\(run.text)")
    let shown = try self.run("autocrypt", "show", "bob@example.org").text
    #expect(shown.contains("4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2"))
    #expect(!shown.contains("gossip"))
    let list = try self.run("autocrypt", "list").text
    #expect(list == "bob@example.org  nopreference  key of 2025-11-20  seen 2025-11-22\n")
  }

  @Test func `a date in the future counts as the day of delivery, the same each time`() throws {
    try box(
      mail("bob@example.org", day: 20, try field(.bob, "bob@example.org"))
        .replacing("Nov 2025", with: "Nov 2095"))
    #expect(try run("autocrypt", "collect", "mail.mbox").text.contains("1 told something new"))
    #expect(try run("autocrypt", "collect", "mail.mbox").text.contains("0 told something new"))
    #expect(try run("autocrypt", "list").text.hasSuffix("key of 2025-11-22  seen 2025-11-22\n"))
  }

  @Test func `send and why use the key where the configuration says so, and say that it is not verified`() throws {
    try box(mail("bob@example.org", day: 20, try field(.bob, "bob@example.org", wish: "prefer-encrypt=mutual; ")))
    #expect(try run("autocrypt", "collect", "mail.mbox").status == 0)
    try folder.write(Letter().bytes(), to: "letter.eml")
    let refused = try run("encrypt", "letter.eml")
    #expect(refused.status == 30)
    let why = try run("key", "why", "bob@example.org")
    #expect(why.status == 30)
    #expect(why.text.hasSuffix("mail  Autocrypt: available: you can encrypt to them, key 4FE1 D2B8 … 5CF9 2FA2\n"))
    #expect(
      try run("key", "find", "bob@example.org").stderr.hasPrefix(
        "postseal: Autocrypt: available: you can encrypt to them, key 4FE1 D2B8 … 5CF9 2FA2; see `postseal autocrypt"))
    try configure("autocrypt = \"mutual\"", "[crypto]", "locate = [\"local\", \"autocrypt\"]")
    let decided = try run("key", "why", "bob@example.org")
    #expect(decided.status == 0)
    #expect(decided.text.contains("\n3  autocrypt      4FE1 D2B8 … 5CF9 2FA2 came with mail, which decides\n"))
    #expect(decided.text.contains("mail  Autocrypt: encrypt: both sides wish it, key"))
    // A rehearsal leaves the keyring alone.
    #expect(try run("send", "letter.eml", "--dry-run", "--via", "maildir:\(folder.path)/box").status == 0)
    #expect(try alice.gpg("--list-keys", Identity.bob.hexFingerprint).status != 0)
    let sealed = try run("encrypt", "letter.eml", "-o", "sealed.eml")
    #expect(sealed.status == 0, "\(sealed.stderr)")
    #expect(
      sealed.stderr.hasPrefix(
        """
        postseal: took 4FE1 D2B8 … 5CF9 2FA2, which came with mail, into your keyring; nothing became trusted
          ? bob@example.org    ed25519  4FE1 D2B8 … 5CF9 2FA2  not verified, came with mail (Autocrypt)

        """))
    #expect(try run("decrypt", "sealed.eml", keyring: try TemporaryKeyring(own: [.bob])).status == 0)
    // With the setting gone the key in the keyring is a stranger's again.
    try configure()
    #expect(try run("encrypt", "letter.eml").status == 31)
  }

  @Test func `gossip is taken from inside sealed mail when that is asked for, and is doubted`() throws {
    let bob = try TemporaryKeyring(own: [.bob], accepted: [.alice, .carol])
    try folder.write(
      Array("[account.b]\nfrom = [\"bob@example.org\"]\nautocrypt-gossip = true\n".utf8), to: "bob.toml")
    try folder.write(
      Letter(from: "bob@example.org", to: "alice@example.org", cc: "carol@example.net").bytes(), to: "letter.eml")
    var child = postseal(["encrypt", "letter.eml", "-o", "sealed.eml", "--config", "bob.toml"], keyring: bob)
    child.directory = folder.path
    #expect(try child.run().status == 0)
    #expect(try run("autocrypt", "collect", "sealed.eml").text == "1 message: 0 with a key, 1 told something new\n")
    #expect(try run("autocrypt", "list").text.isEmpty)
    #expect(
      try run("autocrypt", "collect", "--gossip", "sealed.eml").text
        == "1 message: 0 with a key, 1 keys of others told, 1 told something new\n")
    let list = try run("autocrypt", "list").text
    #expect(list.hasPrefix("carol@example.net  gossip  key of "))
    try configure("[crypto]", "locate = [\"autocrypt\"]")
    try folder.write(Letter(to: "carol@example.net").bytes(), to: "letter.eml")
    let sealed = try run("encrypt", "letter.eml", "-o", "carol.eml")
    #expect(sealed.status == 0, "\(sealed.stderr)")
    #expect(
      sealed.stderr.hasPrefix(
        "postseal: carol@example.net may be unable to read it; Autocrypt says discourage: only others told of their key\n"
      ))
    // Somebody who cannot open it hears nothing.
    let erin = try TemporaryKeyring(own: [.erin])
    #expect(
      try run("autocrypt", "collect", "--gossip", "sealed.eml", keyring: erin).text.hasSuffix(
        "passed over: 1 not opened\n"))
  }
}
