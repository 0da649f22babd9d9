import SystemPackage
import TestSupport
import Testing

/// What sealing and sending say and leave when they refuse.
@Suite struct SealingTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  @Test func `every missing recipient is named with the reason and the next step, and nothing is sent`() throws {
    try stage.write(Letter(to: "bob@example.org, dave@example.com", cc: "carol@example.net, expired@example.org"))
    try stage.folder.write([], to: "box/new/.keep")
    let run = try stage.run("send", "letter.eml", "--via", "maildir:\(stage.folder.path)/box", keyring: stage.alice)
    expect(
      run,
      stderr: """
        postseal: not sent: no certificate for dave@example.com
        postseal: not sent: cannot encrypt to carol@example.net: certificate F19C 23ED … 6BD5 821F is neither verified nor accepted
        postseal: not sent: cannot encrypt to expired@example.org: certificate C991 72C1 … 7466 321C expired on 2025-03-01
        hint: looked in your keyring only; try `postseal key find dave@example.com`
        hint: compare the fingerprint with its owner, then `postseal key accept carol@example.net \(Identity.carol.hexFingerprint)`
        hint: ask expired@example.org for a current certificate, then `postseal key import FILE`

        """, status: 30)
    #expect(try stage.folder.contents() == ["box", "box/new", "box/new/.keep", "letter.eml"])
  }

  @Test(arguments: [
    ("expired@example.org", Identity.expired, "expired on 2025-03-01"),
    ("revoked@example.org", .revoked, "was revoked by its owner"),
    ("sign-only@example.org", .signOnly, "has no key for encryption"),
  ])
  func `an unusable certificate says why, and nothing is written`(
    address: String, identity: Identity, reason: String
  ) throws {
    try stage.write(Letter(to: address))
    let hex = identity.hexFingerprint
    let short = "\(hex.prefix(4)) \(hex.dropFirst(4).prefix(4)) … \(hex.suffix(8).prefix(4)) \(hex.suffix(4))"
    let run = try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: stage.alice)
    expect(
      run,
      stderr: """
        postseal: cannot encrypt to \(address): certificate \(short) \(reason)
        hint: ask \(address) for a current certificate, then `postseal key import FILE`

        """, status: 32)
    #expect(try stage.folder.contents() == ["letter.eml"])
  }

  @Test func `a certificate that nobody accepted is refused with the command that accepts it`() throws {
    try stage.write(Letter(to: "carol@example.net"))
    let run = try stage.run("encrypt", "letter.eml", keyring: stage.alice)
    #expect(run.status == 31)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.contains("`postseal key accept carol@example.net \(Identity.carol.hexFingerprint)`"))
  }

  @Test func `with Bcc and no folder nothing is written`() throws {
    try stage.write(Letter(bcc: "erin@example.org"))
    expect(
      try stage.run("encrypt", "letter.eml", keyring: stage.alice),
      stderr: """
        postseal: the message has Bcc recipients, so there are 2 copies to write
        hint: name a folder for them with `-o DIR`, or use `postseal send`

        """, status: 64)
  }

  @Test func `a message to a Bcc recipient alone is not written to standard output`() throws {
    try stage.write(Letter(to: nil, bcc: "erin@example.org"))
    let run = try stage.run("encrypt", "letter.eml", keyring: stage.alice)
    #expect(run.status == 64)
    #expect(run.stdout.isEmpty)
    #expect(try stage.run("sign", "letter.eml", keyring: stage.alice).text.contains("multipart/signed"))
  }

  @Test func `two Bcc recipients never share a file`() throws {
    try stage.folder.write(
      Array("[keys]\n\"*@example.org\" = \"\(Identity.erin.hexFingerprint)\"\n".utf8), to: "c.toml")
    try stage.write(Letter(bcc: "a/b@Example.org, a_b@example.org, A_B@example.org"))
    try stage.folder.write([], to: "out/.keep")
    let run = try stage.run("encrypt", "letter.eml", "-o", "out", "--force", "--config", "c.toml", keyring: stage.alice)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.folder.contents().filter { $0.hasPrefix("out/") && $0.hasSuffix(".eml") }.count == 4)
  }

  @Test func `each Bcc recipient gets a file of their own, and the shared one does not know of them`() throws {
    try stage.write(Letter(bcc: "erin@example.org"))
    try stage.folder.write([], to: "out/.keep")
    let run = try stage.run("encrypt", "letter.eml", "-o", "out", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.contains("erin@example.org"))
    #expect(
      try stage.folder.contents().filter { $0.hasSuffix(".eml") } == [
        "letter.eml", "out/bcc-erin@example.org.eml", "out/shared.eml",
      ])
    let shared = String(decoding: try stage.folder.read("out/shared.eml"), as: UTF8.self)
    // Letters of the ciphertext may spell anything, but never a domain.
    #expect(!shared.lowercased().contains("erin@") && !shared.lowercased().contains("\r\nbcc"))
  }

  @Test func `a sealed message tells its plan on standard error and only the message on standard output`() throws {
    try stage.write(Letter())
    let run = try stage.run("encrypt", "letter.eml", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.text.contains("Subject: [...]") && !run.text.contains("Budget"))
    let lines = run.stderr.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("  ✓ bob@example.org    ed25519  4FE1 D2B8 … 5CF9 2FA2  accepted by you, "))
    #expect(lines[1] == "  ✓ alice@example.org  ed25519  AEA2 6172 … 7682 21D1  copy to self")
    #expect(lines[2].hasPrefix("sealed: signed as alice@example.org, encrypted, subject hidden, "))
  }

  @Test func `a sender without a key is told so`() throws {
    try stage.write(Letter(from: "nobody@example.org"))
    expect(
      try stage.run("encrypt", "letter.eml", keyring: stage.alice),
      stderr: """
        postseal: cannot sign as nobody@example.org: you have no secret key for that address
        hint: name a key with `--as`, or make one with `postseal key new`

        """, status: 34)
  }

  @Test func `a locked key without a terminal fails at once`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    try stage.write(Letter(from: "locked@example.org"))
    let run = try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: locked)
    #expect(run.status == 21)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.contains("the key is locked and nobody can be asked for its passphrase"))
    #expect(
      run.stderr.contains(
        "hint: run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`"))
    #expect(try stage.folder.contents() == ["letter.eml"])
  }

  @Test func `a passphrase comes by descriptor`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    try stage.write(Letter(from: "locked@example.org"))
    var child = stage.command("sign", "letter.eml", "-o", "signed.eml", "--passphrase-fd", "0", keyring: locked)
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    #expect(try child.run().status == 0)
    #expect(try stage.folder.contents() == ["letter.eml", "signed.eml"])
  }

  @Test func `an existing output is kept unless it is forced`() throws {
    try stage.write(Letter())
    try stage.folder.write(Array("old".utf8), to: "sealed.eml")
    expect(
      try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: stage.alice),
      stderr: """
        postseal: cannot write sealed.eml: it exists
        hint: add `--force` to replace it, or name another file

        """, status: 73)
    #expect(try stage.folder.read("sealed.eml") == Array("old".utf8))
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", "--force", keyring: stage.alice).status == 0)
    #expect(try stage.folder.read("sealed.eml").count > 100)
  }

  @Test func `sending in clear has to be said, even when a rule says it`() throws {
    try stage.write(Letter())
    try stage.folder.write(Array("[[rule]]\nto = [\"*@example.org\"]\nprotection = \"clear\"\n".utf8), to: "c.toml")
    try stage.folder.write([], to: "box/new/.keep")
    let url = "maildir:\(stage.folder.path)/box"
    expect(
      try stage.run("send", "letter.eml", "--via", url, "--config", "c.toml", keyring: stage.alice),
      stderr: """
        postseal: not sent: it would go in clear to bob@example.org
        hint: add `--clear` if that is what you want

        """, status: 33)
    #expect(try stage.folder.contents().filter { $0.hasPrefix("box/new/") } == ["box/new/.keep"])
  }

  @Test(arguments: [("--clear", "text/plain"), ("--sign-only", "multipart/signed")])
  func `clear and sign-only send readable text, and only when they are said`(option: String, type: String) throws {
    try stage.write(Letter())
    let url = "maildir:\(stage.folder.path)/box"
    let run = try stage.run("send", "letter.eml", "--via", url, option, keyring: stage.alice)
    #expect(run.status == 0)
    let delivered = try stage.folder.contents().filter { $0.hasPrefix("box/new/") }
    #expect(delivered.count == 1)
    let text = String(decoding: try stage.folder.read(try #require(delivered.first)), as: UTF8.self)
    #expect(text.contains("the figures.") && text.contains("Subject: Budget") && text.contains(type))
  }

  @Test func `a dry run sends nothing and tells what would be sent`() throws {
    try stage.write(Letter())
    try stage.folder.write([], to: "box/new/.keep")
    let url = "maildir:\(stage.folder.path)/box"
    let run = try stage.run("send", "letter.eml", "--via", url, "--dry-run", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stderr.isEmpty)
    #expect(run.text.contains("would be sent: signed as alice@example.org, encrypted, subject hidden"))
    #expect(try stage.folder.contents().filter { $0.hasPrefix("box/new/") } == ["box/new/.keep"])
  }
}
