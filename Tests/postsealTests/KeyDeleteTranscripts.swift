import SystemPackage
import TestSupport
import Testing

/// What `key delete` tells before, asks for, and deletes.
@Suite struct KeyDeleteTranscripts {
  let stage: Stage
  private static let alice = Identity.alice.hexFingerprint
  private static let bob = Identity.bob.hexFingerprint
  private static let lost =
    "lost         whatever was encrypted to key F8F52B01FE963AA1 (cv25519, made 2025-01-01) can never be read again without a copy of it\n"

  init() throws { stage = try Stage() }

  /// A letter from alice to herself, sealed as `old.eml`.
  private func sealToSelf() throws {
    try stage.write(Letter(from: "alice@example.org", to: "alice@example.org"))
    try stage.run("encrypt", "letter.eml", "-o", "old.eml", "--force", keyring: stage.alice).succeeded()
  }

  private func opening() throws -> Int32 {
    try stage.run("decrypt", "old.eml", "-o", "opened.eml", "--force", keyring: stage.alice).status
  }

  @Test(arguments: [("yes\n", Int32(1)), ("\n", 1), ("5CF92FA3\n", 1), ("5cf9 2fa2\n", 0)])
  func `on a terminal the end of the fingerprint is typed, and nothing shorter will do`(
    answer: String, status: Int32
  ) throws {
    var child = stage.command("key", "delete", "bob@example.org", keyring: stage.alice).onTerminal()
    child.stdin = .pipe(Array(answer.utf8))
    let run = try child.run()
    #expect(run.status == status, "\(run.text)")
    #expect(
      run.text.contains(
        "Delete the certificate of Bob Meyer <bob@example.org>? Type the last eight digits of the fingerprint: "))
    #expect(try stage.run("key", "find", "bob@example.org", keyring: stage.alice).status == (status == 0 ? 30 : 0))
  }

  @Test func `a name of any length does not reach beyond the question`() throws {
    let keyring = try TemporaryKeyring()
    let long = String(repeating: "é ", count: 150) + "<long@example.org>"
    try stage.run("key", "new", long, "--no-passphrase", keyring: keyring).succeeded()
    let run = try stage.run("key", "delete", "--secret", "long@example.org", keyring: keyring)
    let question = try #require(
      run.stderr.split(separator: "\n").first { $0.hasPrefix("postseal: nobody can be asked") })
    #expect(run.status == 1 && question.unicodeScalars.count < 140, "\(question)")
  }

  @Test func `without anybody to ask the whole fingerprint is named`() throws {
    let command = "postseal key delete --yes \(Self.bob)"
    let refused = try stage.run("key", "delete", "bob@example.org", keyring: stage.alice)
    #expect(refused.status == 1)
    #expect(
      refused.stderr.hasSuffix(
        """
        subkey       cv25519, encryption, made 2025-01-01
        lost         that you accepted it for bob@example.org
        postseal: nobody can be asked: Delete the certificate of Bob Meyer <bob@example.org>?
        hint: `\(command)`

        """), "\(refused.stderr)")
    let address = try stage.run("key", "delete", "--yes", "bob@example.org", keyring: stage.alice)
    #expect(address.status == 64)
    #expect(address.stderr.hasSuffix("only what is named by its whole fingerprint\nhint: `\(command)`\n"))
    let run = try postseal(command.split(separator: " ").dropFirst().map(String.init), keyring: stage.alice).run()
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: deleted the certificate \(Self.bob)
        postseal: mail would be refused: no certificate for bob@example.org

        """), "\(run.stderr)")
  }

  @Test func `with a secret key what becomes unreadable is told, and then it is`() throws {
    try sealToSelf()
    let kept = try stage.run("key", "delete", "--yes", Self.alice, keyring: stage.alice)
    #expect(kept.status == 1)
    #expect(
      kept.stderr.hasSuffix(
        """
        secret key   here
        postseal: cannot delete certificate AEA2 6172 … 7682 21D1: its secret key is here
        hint: add `--secret` to delete both for ever, or `--secret-only` to keep the certificate

        """))
    let dry = try stage.run("key", "delete", "--secret", "--dry-run", "alice@example.org", keyring: stage.alice)
    #expect(dry.status == 0)
    #expect(
      dry.stderr.hasSuffix(
        Self.lost + """
          lost         nobody can sign with the key, renew it or change its addresses again without a copy of it
          backup       none was made here; make one first, unless you have one: `postseal key backup FILE`
          revocation   no certificate for it is stored here: without one nobody can revoke the lost key
          lost         its trust, which is ultimate
          lost         what it certified: 2 certificates, no longer accepted or verified because of it
          postseal: nothing was deleted

          """), "\(dry.stderr)")
    #expect(try opening() == 0)
    #expect(try stage.run("key", "delete", "--secret", "--yes", Self.alice, keyring: stage.alice).status == 0)
    #expect(try opening() == 20)
    #expect(try stage.run("key", "find", "alice@example.org", keyring: stage.alice).status == 30)
    #expect(try stage.run("key", "find", "bob@example.org", keyring: stage.alice).text.contains("not verified"))
  }

  @Test func `the secret key alone is deleted, and the certificate serves on`() throws {
    try sealToSelf()
    let run = try stage.run("key", "delete", "--secret-only", "--yes", Self.alice, keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stderr.contains(Self.lost))
    #expect(
      run.stderr.contains(
        "kept         its ultimate trust, so that what it certified counts: `postseal key trust \(Self.alice) unknown` ends that\n"
      ))
    #expect(run.stderr.contains("postseal: deleted the secret key \(Self.alice)\n"))
    #expect(try opening() == 20)
    #expect(try stage.run("key", "list", "--secret", keyring: stage.alice).text.isEmpty)
    #expect(try stage.run("key", "find", "alice@example.org", keyring: stage.alice).status == 0)
    let again = try stage.run("key", "delete", "--secret-only", "--yes", Self.alice, keyring: stage.alice)
    #expect(again.status == 20)
    #expect(again.stderr.contains("postseal: cannot delete the secret key of AEA2 6172 … 7682 21D1: it is not here\n"))
  }

  @Test func `a card keeps its keys, and only the note of it is deleted`() throws {
    let keyring = try TemporaryKeyring(own: [.bob])
    try keyring.moveKeysToCard()
    let run = try stage.run("key", "delete", "--secret-only", "--yes", Self.bob, keyring: keyring)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(
      run.stderr.contains(
        "kept         4B045AAC5CF92FA2, 6AEA34965857FB15 on card \(TemporaryKeyring.cardSerial): only the note of it is deleted here\n"
      ), "\(run.stderr)")
    #expect(!run.stderr.contains("can never be read again") && !run.stderr.contains("backup  "))
    #expect(try stage.run("key", "list", "--secret", keyring: keyring).text.isEmpty)
    #expect(try stage.run("key", "find", "bob@example.org", keyring: keyring).status == 0)
  }

  @Test func `a key that opens only old mail is lost, too, and a stored revocation certificate is told`() throws {
    let keyring = try TemporaryKeyring(own: [.expiredSubkey])
    let old = try stage.run(
      "key", "delete", "--secret", "--dry-run", Identity.expiredSubkey.hexFingerprint, keyring: keyring)
    #expect(old.stderr.contains("lost         whatever was encrypted to key "))
    try stage.run("key", "new", "New Person <new@example.org>", "--no-passphrase", keyring: keyring).succeeded()
    let new = try stage.run("key", "delete", "--secret", "--dry-run", "new@example.org", keyring: keyring)
    #expect(
      new.stderr.contains("\nrevocation   a certificate for it stays in \(keyring.home.string)/openpgp-revocs.d/"))
    let hex = try #require(new.stderr.firstMatch(of: /openpgp-revocs.d\/([0-9A-F]+)\.rev/)?.1)
    let alone = try stage.run("key", "delete", "--secret-only", "--yes", String(hex), keyring: keyring)
    let command = "postseal key revoke \(hex) --from-certificate"
    #expect(alone.stderr.contains(".rev: `\(command)` needs no secret key\n"), "\(alone.stderr)")
    let words = command.split(separator: " ").dropFirst().map(String.init)
    try postseal(words + ["--yes"], keyring: keyring).run().succeeded()
    #expect(try stage.run("key", "find", "new@example.org", keyring: keyring).text.contains("was revoked by its owner"))
  }

  @Test func `a backup that was made here is told, and what it does not hold`() throws {
    func run(_ arguments: String...) throws -> ChildRun {
      var child = postseal(["key"] + arguments, keyring: stage.alice)
      child.directory = stage.folder.path
      child.environment["XDG_STATE_HOME"] = stage.folder.path.appending("state").string
      child.stdin = .pipe(Array("the passphrase of the backup\n".utf8))
      return try child.run()
    }
    try run("backup", "--passphrase-fd", "0", "keys.gpg").succeeded()
    let told = try run("delete", "--secret", "--dry-run", Self.alice)
    #expect(
      told.stderr.contains(/\nbackup       one was made on 20..-..-..: `postseal key restore FILE` brings the key back/)
    )
    try stage.folder.write(Array("1700000000\n".utf8), to: "state/postseal/backups/\(Self.alice)")
    let old = try run("delete", "--secret", "--dry-run", Self.alice)
    #expect(
      old.stderr.contains(
        "backup       that of 2023-11-14 does not hold D68883EC768221D1, F8F52B01FE963AA1; make another first: "))
  }

  @Test func `what of the configuration refers to the key is told`() throws {
    try stage.folder.write(
      Array(
        """
        default-account = "home"
        [keys]
        "ops@example.net" = "\(Self.alice)"
        [account.home]
        from = ["Alice Example <alice@example.org>"]
        key = "\(Self.alice)"
        [account.work]
        from = ["Alice <Alice@example.org>", "alice@example.net"]

        """.utf8), to: "c.toml")
    let run = try stage.run(
      "key", "delete", "--secret", "--dry-run", "--config", "c.toml", Self.alice, keyring: stage.alice)
    #expect(
      run.stderr.hasSuffix(
        """
        used by      [keys] of the configuration, for ops@example.net
        used by      [account.home] of the configuration, as its key
        used by      [account.work] of the configuration, which writes as alice@example.org
        postseal: nothing was deleted

        """), "\(run.stderr)")
  }

  @Test func `what is asked for wrongly deletes nothing`() throws {
    #expect(try stage.run("key", "delete", "--secret", "--secret-only", Self.alice, keyring: stage.alice).status == 64)
    #expect(try stage.run("key", "delete", "--yes", "dave@example.com", keyring: stage.alice).status == 30)
    #expect(try stage.run("key", "delete", "--secret-only", "--yes", Self.bob, keyring: stage.alice).status == 20)
    let both = try TemporaryKeyring(own: [.alice], certificates: [.sharedA, .sharedB])
    #expect(try stage.run("key", "delete", "shared@example.org", keyring: both).status == 64)
    #expect(try stage.run("key", "list", keyring: both).text.split(separator: "\n").count == 3)
  }

  @Test func `a report for programs, before and after`() throws {
    let members =
      ",\"parts\":[\"certificate\",\"secretKey\"],\"lostKeys\":[\"F8F52B01FE963AA1\"],\"cards\":[],"
      + "\"revocationCertificate\":null,\"lastBackup\":null,\"references\":[],\"certified\":2}\n"
    expect(
      try stage.run("key", "delete", "--json", "--dry-run", "--secret", Self.alice, keyring: stage.alice),
      stdout: "{\"version\":1,\"deleted\":null" + members, status: 0)
    expect(
      try stage.run("key", "delete", "--json", "--yes", "--secret", Self.alice, keyring: stage.alice),
      stdout: "{\"version\":1,\"deleted\":\"\(Self.alice)\"" + members, status: 0)
    #expect(try stage.run("key", "find", "alice@example.org", keyring: stage.alice).status == 30)
  }
}
