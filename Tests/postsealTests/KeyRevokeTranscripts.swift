import SystemPackage
import TestSupport
import Testing

/// What `key revoke` says and changes.
@Suite struct KeyRevokeTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let short = "AEA2 6172 … 7682 21D1"
  private static let revokedRow =
    "✗  Alice Example <alice@example.org>  ed25519  \(short)  was revoked by its owner\n"
  private static let stillToDo = """
    postseal: others learn of it only when they get it: `postseal key publish --keyserver \(Identity.alice.hexFingerprint)`, and `postseal key export \(Identity.alice.hexFingerprint)` for those whom you write to

    """
  private static let shown = """
    fingerprint  AEA2 6172 02EC 1A3C 97B6 75EA D688 83EC 7682 21D1
    user ID      Alice Example <alice@example.org> (your own)
    primary key  ed25519, certification + signing, made 2025-01-01
    subkey       cv25519, encryption, made 2025-01-01
    secret key   here

    """

  private func revoke(_ arguments: String..., keyring: TemporaryKeyring) throws -> ChildRun {
    try run(arguments, keyring: keyring)
  }

  private func run(_ arguments: [String], keyring: TemporaryKeyring) throws -> ChildRun {
    var child = postseal(["key", "revoke"] + arguments, keyring: keyring)
    child.directory = stage.folder.path
    return try child.run()
  }

  private func isRevoked(_ identity: Identity, in keyring: TemporaryKeyring) throws -> Bool {
    try keyring.gpg("--with-colons", "--list-keys", identity.hexFingerprint).text.contains("pub:r:")
  }

  /// A revocation of the identity that GnuPG made, as it is stored.
  private func stored(_ identity: Identity) throws -> [UInt8] {
    let owner = try TemporaryKeyring(own: [identity])
    // It is made by hand, as the identities were imported.
    var child = ChildProcess(
      "gpg",
      ["--homedir", owner.home.string, "--no-tty", "--command-fd", "0", "--gen-revoke", identity.hexFingerprint],
      environment: testEnvironment)
    child.stdin = .file(Array("y\n0\n\ny\n".utf8))
    let armor = try child.run().succeeded().text
    return Array("This is a revocation certificate.\n\n:\(armor)".utf8)
  }

  @Test(arguments: [("compromised", 2), ("superseded", 1), ("retired", 3), ("none", 0)])
  func `a revoked key says why, and what is left to do is told`(reason: String, code: Int) throws {
    expect(
      try revoke("alice@example.org", "--reason", reason, "--comment", "läptop left", "--yes", keyring: stage.alice),
      stdout: Self.revokedRow,
      stderr: Self.shown + "postseal: key \(Self.short) is revoked"
        + (code == 0 ? ", without a reason" : " as \(reason)") + "\n" + Self.stillToDo,
      status: 0)
    let certificate = try stage.alice.gpg("--export", Identity.alice.hexFingerprint).stdout
    let packets = try stage.alice.gpg("--list-packets", stdin: certificate).text
    #expect(packets.contains("revocation reason 0x0\(code) (läptop left)"), "\(packets)")
  }

  @Test func `nothing is encrypted to a revoked key or signed by it, and old mail still opens`() throws {
    try stage.write(Letter(to: "alice@example.org"))
    try stage.run("encrypt", "letter.eml", "-o", "old.eml", keyring: stage.alice).succeeded()
    #expect(try revoke("alice@example.org", "--reason", "retired", "--yes", keyring: stage.alice).status == 0)
    let sealed = try stage.run("encrypt", "letter.eml", "-o", "new.eml", keyring: stage.alice)
    #expect(sealed.status == 32 && sealed.stderr.contains("was revoked by its owner"))
    #expect(try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: stage.alice).status == 34)
    #expect(try stage.run("decrypt", "old.eml", keyring: stage.alice).status == 0)
    expect(
      try revoke("alice@example.org", "--reason", "none", "--yes", keyring: stage.alice),
      stderr: """
        postseal: key \(Self.short) is revoked already, nothing was changed
        hint: others learn of it only from its certificate: `postseal key publish --keyserver \(Identity.alice.hexFingerprint)`, or `postseal key export \(Identity.alice.hexFingerprint)`

        """, status: 32)
  }

  @Test func `it is asked before, and a dry run does nothing`() throws {
    let asked = try revoke("alice@example.org", "--reason", "none", keyring: stage.alice)
    expect(
      asked, stderr: Self.shown + "postseal: nobody can be asked: Revoke this key for ever?\nhint: add `--yes`\n",
      status: 1)
    for (answer, status) in [("yes\n", Int32(1)), ("\n", 1), ("7682 21d1\n", 0)] {
      #expect(try !isRevoked(.alice, in: stage.alice))
      var child = stage.command("key", "revoke", "alice@example.org", "--reason", "none", keyring: stage.alice)
        .onTerminal()
      child.stdin = .pipe(Array(answer.utf8))
      let run = try child.run()
      #expect(run.text.contains("Revoke this key for ever? Type the last eight digits of its fingerprint: "))
      #expect(run.status == status, "\(run.text)")
    }
    #expect(try isRevoked(.alice, in: stage.alice))
    let bob = try Stage.bob()
    let dry = try revoke("bob@example.org", "--reason", "superseded", "--dry-run", keyring: bob)
    #expect(dry.status == 0 && dry.stdout.isEmpty)
    #expect(dry.stderr.hasSuffix("\npostseal: would be revoked as superseded\n"))
    #expect(try !isRevoked(.bob, in: bob))
  }

  @Test func `a stored certificate revokes without the secret key`() throws {
    let stored = try stored(.alice)
    let file = try stage.folder.write(stored, to: "revocation.asc")
    let public_ = try TemporaryKeyring(own: [.bob], certificates: [.alice])
    let run = try revoke("alice@example.org", "--from-certificate", file.string, "--yes", keyring: public_)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text == Self.revokedRow)
    #expect(run.stderr.contains("\npostseal: key \(Self.short) is revoked by \(file)\n"))
    #expect(try isRevoked(.alice, in: public_))
    #expect(try !isRevoked(.bob, in: public_))
  }

  @Test func `the one that GnuPG stored is found, and needs no passphrase`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    expect(
      try revoke("locked@example.org", "--from-certificate", "--yes", keyring: locked),
      stderr: """
        postseal: no revocation certificate of key ED70 EF5E … 5079 F8D7 is stored in this GnuPG home
        hint: name the file where you keep it: `--from-certificate FILE`

        """, status: 66)
    let unlocked = try TemporaryKeyring()
    try stage.run("key", "new", "--no-passphrase", "New <new@example.org>", keyring: unlocked).succeeded()
    let run = try revoke("new@example.org", "--from-certificate", "--yes", "--batch", keyring: unlocked)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.hasSuffix("  was revoked by its owner\n"))
    #expect(run.stderr.contains("is revoked by \(unlocked.home)/openpgp-revocs.d/"))
  }

  @Test func `what is no revocation of the key revokes nothing and takes nothing in`() throws {
    let owner = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var forged = try stored(.alice)
    // The signature ends before the checksum line, which would tell of the change.
    let end = try #require(forged.lastIndex(of: UInt8(ascii: "=")))
    forged.removeSubrange(end..<end + 5)
    forged[end - 6] = forged[end - 6] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    let block = try readFile(Identity.mallory.certificateFile)
    let own = try stored(.alice)
    let cases: [(String, [UInt8], String)] = [
      ("of bob", try stored(.bob), "that is the revocation certificate of another key, 4B045AAC5CF92FA2"),
      ("a certificate", block, "that is no good revocation certificate of the key"),
      ("both", own + block, "that is no good revocation certificate of the key"),
      ("forged", forged, "that is no good revocation certificate of the key"),
      ("text", Array("nothing\n".utf8), "that is no good revocation certificate of the key"),
      ("nothing", [], "that is no good revocation certificate of the key"),
    ]
    for (name, bytes, words) in cases {
      try stage.folder.write(bytes, to: "\(name).asc")
      let run = try revoke("alice@example.org", "--from-certificate", "\(name).asc", "--yes", keyring: owner)
      #expect(run.status == 65, "\(name): \(run.stderr)")
      #expect(
        run.stderr.hasSuffix(
          """
          postseal: cannot revoke \(Identity.alice.hexFingerprint): \(words)
          hint: name the file that was made for this key, `--from-certificate FILE`

          """), "\(name): \(run.stderr)")
    }
    #expect(try !isRevoked(.alice, in: owner) && !isRevoked(.bob, in: owner))
    #expect(try owner.gpg("--list-keys", Identity.mallory.hexFingerprint).status != 0)
    let missing = try revoke("alice@example.org", "--from-certificate", "none.asc", "--yes", keyring: owner)
    #expect(missing.status == 66)
  }

  @Test func `keys of others, of nobody, and without their primary key are not revoked`() throws {
    expect(
      try revoke("bob@example.org", "--reason", "none", "--yes", keyring: stage.alice),
      stderr: """
        postseal: cannot change certificate 4FE1 D2B8 … 5CF9 2FA2: its secret key is not here, and only its owner can change it
        hint: see your own keys with `postseal key list --secret`

        """, status: 20)
    #expect(try revoke("dave@example.com", "--reason", "none", "--yes", keyring: stage.alice).status == 30)
    let two = try revoke(
      "shared@example.org", "--reason", "none", "--yes", keyring: try TemporaryKeyring(own: [.sharedA, .sharedB]))
    #expect(two.status == 64 && two.stderr.contains("hint: name one: \(Identity.sharedA.hexFingerprint), "))
    let subkeys = try stage.alice.gpg("--export-secret-subkeys", Identity.alice.hexFingerprint).succeeded().stdout
    let daily = try TemporaryKeyring()
    try daily.gpg("--import", stdin: subkeys).succeeded()
    let offline = try revoke("alice@example.org", "--reason", "none", "--yes", keyring: daily)
    #expect(offline.status == 20)
    #expect(offline.stderr.contains("its primary key is elsewhere\n"))
    #expect(offline.stderr.hasSuffix("; or revoke it by a stored certificate, `--from-certificate FILE`\n"))
  }

  @Test(
    arguments: [
      (FakePinentry.Answer.cancel, "the question for the passphrase was cancelled"),
      (.passphrase("wrong"), "the passphrase is wrong"), (.passphrase(Identity.passphrase), nil),
    ] as [(FakePinentry.Answer, String?)])
  func `pinentry is asked, and a locked key stays as it is`(answer: FakePinentry.Answer, words: String?) throws {
    let pinentry = try FakePinentry(answer: answer)
    let locked = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    var child = stage.command(
      "key", "revoke", "locked@example.org", "--reason", "compromised", "--yes", keyring: locked)
    // Where there is a display, a person may be there.
    child.environment["DISPLAY"] = ":9"
    let run = try child.run()
    #expect(run.status == (words == nil ? 0 : 21), "\(run.stderr)")
    if let words {
      #expect(
        run.stderr.hasSuffix(
          "postseal: cannot revoke \(Identity.locked.hexFingerprint): \(words)\nhint: run it again\n"))
    }
    #expect(try isRevoked(.locked, in: locked) == (words == nil))
  }

  @Test func `a passphrase comes by descriptor, or the reason why not is told`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let call = ["locked@example.org", "--reason", "retired", "--yes"]
    let nobody = try run(call + ["--batch"], keyring: locked)
    #expect(nobody.status == 21)
    #expect(nobody.stderr.contains("the key is locked and nobody can be asked for its passphrase\n"))
    for (passphrase, status) in [("wrong", Int32(21)), (Identity.passphrase, 0)] {
      var child = postseal(["key", "revoke"] + call + ["--passphrase-fd", "0"], keyring: locked)
      child.stdin = .pipe(Array("\(passphrase)\n".utf8))
      let run = try child.run()
      #expect(run.status == status, "\(run.stderr)")
      #expect(try isRevoked(.locked, in: locked) == (status == 0))
    }
  }

  @Test(arguments: [
    [], ["--reason", "bored"], ["--from-certificate", "x", "--reason", "none"],
    ["--reason", "none", "--comment", "two\nlines"], ["--reason", "none", "--comment", ""],
  ])
  func `a call that leaves something open is refused`(options: [String]) throws {
    #expect(try run(["alice@example.org", "--yes"] + options, keyring: stage.alice).status == 64)
    #expect(try !isRevoked(.alice, in: stage.alice))
  }
}
