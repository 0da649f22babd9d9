import SystemPackage
import TestSupport
import Testing

/// Which own key `key accept` certifies with, and what it says when none can or several candidates are there.
@Suite struct KeyAcceptTranscripts {
  let stage: Stage
  private static let carol = Identity.carol.hexFingerprint

  init() throws { stage = try Stage() }

  private func accepting(
    _ arguments: String..., keyring: TemporaryKeyring, typing answers: String
  ) throws -> ChildRun {
    var child = postseal(["key", "accept"] + arguments, keyring: keyring).onTerminal()
    child.stdin = .pipe(Array(answers.utf8))
    return try child.run()
  }

  @Test func `an own key that is not marked as such is marked on the way, when the person says so`() throws {
    let keyring = try TemporaryKeyring(certificates: [.carol], foreign: [.alice])
    let declined = try accepting("carol@example.net", keyring: keyring, typing: "yes\nno\n")
    #expect(declined.status == 1 && declined.text.contains("declined, nothing was changed"), "\(declined.text)")
    #expect(try !stage.run("key", "list", keyring: keyring).text.contains("✓"))
    let run = try accepting("carol@example.net", keyring: keyring, typing: "yes\nyes\n")
    #expect(run.status == 0, "\(run.text)")
    #expect(
      run.text.contains("Your key AEA2 6172 … 7682 21D1, Alice Example <alice@example.org>, is not marked as your own"))
    #expect(run.text.contains("key AEA2 6172 … 7682 21D1 is marked as your own"))
    #expect(run.text.contains("accepted by you, 20"))
  }

  @Test func `without anybody to ask the command that marks it is told, and mends it`() throws {
    let keyring = try TemporaryKeyring(certificates: [.carol], foreign: [.alice])
    let command = "postseal key trust \(Identity.alice.hexFingerprint) ultimate"
    let run = try stage.run("key", "accept", "carol@example.net", Self.carol, "--batch", keyring: keyring)
    #expect(run.status == 34)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: cannot certify with key AEA2 6172 … 7682 21D1, Alice Example <alice@example.org>: it is not marked as your own, so that nothing it certifies counts
        hint: `\(command)`

        """), "\(run.stderr)")
    try postseal(command.split(separator: " ").dropFirst().map(String.init), keyring: keyring).run().succeeded()
    let again = try stage.run("key", "accept", "carol@example.net", Self.carol, "--batch", keyring: keyring)
    #expect(again.status == 0 && again.text.contains("accepted by you"))
  }

  @Test func `what was accepted for one address is not told of another`() throws {
    let owner = try TemporaryKeyring(own: [.alice])
    let call = ["key", "uid", "add", "alice@example.org", "Alice Net <alice@example.net>"]
    try postseal(call, keyring: owner).run().succeeded()
    try stage.run("key", "export", "alice@example.org", "-o", "two.asc", keyring: owner).succeeded()
    let keyring = try TemporaryKeyring(own: [.bob])
    try stage.run("key", "import", "--yes", "two.asc", keyring: keyring).succeeded()
    let accepted = try stage.run(
      "key", "accept", "alice@example.org", Identity.alice.hexFingerprint, keyring: keyring)
    #expect(accepted.text.hasPrefix("✓  Alice Example <alice@example.org>  ed25519  AEA2 6172 … 7682 21D1  accepted"))
    let one = try stage.run("key", "list", "alice@example.org", Identity.bob.hexFingerprint, keyring: keyring)
    #expect(one.text.contains("✓  Alice Example <alice@example.org>  "))
    expect(
      try stage.run("key", "list", "alice@example.net", keyring: keyring),
      stdout: "?  Alice Net <alice@example.net>  ed25519  AEA2 6172 … 7682 21D1  not verified\n", status: 0)
    let all = try stage.run("key", "list", keyring: keyring).text
    #expect(all.contains("✓  Alice Example <alice@example.org>  ") && !all.contains("Alice Net"))
    let again = try stage.run("key", "accept", "alice@example.org", keyring: keyring)
    #expect(again.status == 0, "what was accepted is not asked about again")
    #expect(again.stderr.contains("\npostseal: accepted by you already\npostseal: accepted for alice@example.org: "))
  }

  @Test func `of two candidates both are shown, and the one whose fingerprint is named is accepted`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.sharedA, .sharedB])
    let (first, second) = (Identity.sharedA.hexFingerprint, Identity.sharedB.hexFingerprint)
    let refused = try stage.run("key", "accept", "shared@example.org", "--yes", keyring: keyring)
    #expect(refused.status == 64)
    #expect(refused.stderr.split(separator: "\n").count { $0.hasPrefix("fingerprint  ") } == 2)
    #expect(
      refused.stderr.hasSuffix(
        """
        postseal: several certificates have the address shared@example.org
        hint: name one: `postseal key accept shared@example.org \(first)`
        hint: name one: `postseal key accept shared@example.org \(second)`

        """))
    let run = try stage.run("key", "accept", "shared@example.org", first, keyring: keyring)
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix("accepted for shared@example.org: mail for it is sealed to this certificate from now on\n"))
    let both = try stage.run("key", "accept", "shared@example.org", second, keyring: keyring)
    #expect(both.status == 0)
    let command = "postseal key unaccept shared@example.org \(first)"
    #expect(
      both.stderr.hasSuffix(
        "but so is another, and mail for it is refused until that is taken back: `\(command)`\n"), "\(both.stderr)")
    try postseal(command.split(separator: " ").dropFirst().map(String.init), keyring: keyring).run().succeeded()
    let why = try stage.run("key", "why", "shared@example.org", keyring: keyring)
    #expect(why.status == 0 && why.text.contains("186C 948B … 107E 6E61 is accepted by you, which decides"))
  }

  @Test func `what the configuration names goes before what is accepted, and that is told`() throws {
    try stage.folder.write(
      Array("[keys]\n\"carol@example.net\" = \"\(Identity.bob.hexFingerprint)\"\n".utf8), to: "c.toml")
    let run = try stage.run(
      "key", "accept", "carol@example.net", Self.carol, "--config", "c.toml", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix(
        "but mail for carol@example.net is sealed to 4FE1 D2B8 … 5CF9 2FA2, named in the configuration\n"))
  }

  @Test func `a primary key that is elsewhere certifies nothing`() throws {
    let whole = try TemporaryKeyring(own: [.alice])
    let subkeys = try whole.gpg("--export-secret-subkeys", Identity.alice.hexFingerprint).succeeded().stdout
    let keyring = try TemporaryKeyring(certificates: [.carol])
    try keyring.gpg("--import", stdin: subkeys).succeeded()
    let run = try stage.run("key", "accept", "carol@example.net", Self.carol, keyring: keyring)
    #expect(run.status == 34)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: cannot certify with key AEA2 6172 … 7682 21D1: only its subkeys are here, its primary key is elsewhere
        hint: run it where the primary key is, or name that GnuPG home with `--home DIR`

        """), "\(run.stderr)")
  }

  @Test(arguments: [
    (Identity.expired, "it expired on 2025-03-01", "renew it with `postseal key expire "),
    (.revoked, "it was revoked by its owner", "make another with `postseal key new`"),
  ])
  func `an own key that is no good any more certifies nothing`(own: Identity, why: String, mend: String) throws {
    let keyring = try TemporaryKeyring(own: [own], certificates: [.carol])
    let run = try stage.run("key", "accept", "carol@example.net", Self.carol, keyring: keyring)
    #expect(run.status == 34)
    #expect(run.stderr.contains("postseal: cannot certify with key ") && run.stderr.contains(": \(why)\nhint: \(mend)"))
  }

  @Test func `without a key of one's own, or with a stranger's, nothing is accepted`() throws {
    let keyring = try TemporaryKeyring(certificates: [.carol])
    let none = try stage.run("key", "accept", "carol@example.net", Self.carol, keyring: keyring)
    #expect(none.status == 34)
    #expect(
      none.stderr.hasSuffix(
        """
        postseal: there is no key of your own that could certify
        hint: make one with `postseal key new`

        """))
    let stranger = try stage.run(
      "key", "accept", "carol@example.net", Self.carol, "--as", "bob@example.org", keyring: stage.alice)
    #expect(stranger.status == 34)
    #expect(
      stranger.stderr.hasSuffix(
        """
        postseal: cannot certify as bob@example.org: you have no such secret key
        hint: see your own keys with `postseal key list --secret`

        """))
    let own = try stage.run(
      "key", "accept", "alice@example.org", Identity.alice.hexFingerprint, keyring: stage.alice)
    #expect(own.status == 64)
    #expect(
      own.stderr.contains("certificate AEA2 6172 … 7682 21D1 is your own key, which needs no certification by itself"))
  }

  @Test func `of several own keys one has to be named`() throws {
    let keyring = try TemporaryKeyring(own: [.alice, .bob], certificates: [.carol])
    let run = try stage.run("key", "accept", "carol@example.net", Self.carol, keyring: keyring)
    #expect(run.status == 34)
    #expect(run.stderr.contains("postseal: several keys of your own could certify\nhint: name one: `--as "))
    #expect(
      try stage.run(
        "key", "accept", "carol@example.net", Self.carol, "--as", "bob@example.org", keyring: keyring
      ).status == 0)
  }
}
