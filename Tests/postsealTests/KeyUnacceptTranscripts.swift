import SystemPackage
import TestSupport
import Testing

/// What `key unaccept` says and changes.
@Suite struct KeyUnacceptTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private func encrypting(to address: String = "bob@example.org") throws -> Int32 {
    try stage.write(Letter(to: address))
    return try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", "--force", keyring: stage.alice).status
  }

  @Test func `an acceptance is taken back and made again, within a second too`() throws {
    let bob = Identity.bob.hexFingerprint
    for _ in 0..<2 {
      #expect(try encrypting() == 0)
      let run = try stage.run("key", "unaccept", "bob@example.org", keyring: stage.alice)
      #expect(run.status == 0, "\(run.stderr)")
      #expect(run.text == "?  Bob Meyer <bob@example.org>  ed25519  4FE1 D2B8 … 5CF9 2FA2  not verified\n")
      #expect(
        run.stderr.hasSuffix(
          """
          postseal: no longer accepted for bob@example.org: mail for it is not sealed to this certificate any more
          postseal: to take that back: `postseal key accept bob@example.org \(bob)`

          """))
      #expect(try encrypting() == 31)
      let again = try stage.run("key", "accept", "bob@example.org", bob, keyring: stage.alice)
      #expect(again.status == 0 && again.text.contains("accepted by you"), "\(again.stderr)")
    }
    #expect(try encrypting() == 0)
    #expect(try encrypting(to: "erin@example.org") == 0, "another acceptance stays")
  }

  @Test func `what was not accepted cannot be taken back`() throws {
    let run = try stage.run("key", "unaccept", "carol@example.net", keyring: stage.alice)
    #expect(run.status == 1 && run.stdout.isEmpty)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: certificate F19C 23ED … 6BD5 821F is not accepted for carol@example.net by a key of yours, nothing was changed
        hint: see what it is with `postseal key show \(Identity.carol.hexFingerprint)`

        """))
    #expect(try stage.run("key", "unaccept", "alice@example.org", keyring: stage.alice).status == 1, "one's own")
    #expect(try stage.run("key", "unaccept", "dave@example.com", keyring: stage.alice).status == 30)
    let other = try stage.run(
      "key", "unaccept", "bob@example.org", Identity.carol.hexFingerprint, keyring: stage.alice)
    #expect(other.status == 30)
    #expect(try encrypting() == 0)
  }

  @Test func `of two accepted certificates one has to be named`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.sharedA, .sharedB])
    let run = try stage.run("key", "unaccept", "shared@example.org", keyring: keyring)
    expect(
      run,
      stderr: """
        postseal: several certificates have the address shared@example.org
        hint: name one: `postseal key unaccept shared@example.org \(Identity.sharedA.hexFingerprint)`
        hint: name one: `postseal key unaccept shared@example.org \(Identity.sharedB.hexFingerprint)`

        """, status: 64)
    let named = try stage.run(
      "key", "unaccept", "shared@example.org", Identity.sharedA.hexFingerprint, keyring: keyring)
    #expect(named.status == 0)
    #expect(try stage.run("key", "show", Identity.sharedB.hexFingerprint, keyring: keyring).text.contains("accepted"))
    let rest = try stage.run("key", "unaccept", "shared@example.org", keyring: keyring)
    #expect(rest.status == 0, "the only one that is still accepted is meant")
  }

  @Test func `a locked key without anybody to ask takes nothing back`() throws {
    let keyring = try TemporaryKeyring(own: [.locked], foreign: [])
    try keyring.gpg("--import", Identity.bob.certificateFile.string).succeeded()
    var child = stage.command("key", "accept", "bob@example.org", "--yes", "--passphrase-fd", "0", keyring: keyring)
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    #expect(try child.run().status == 0)
    try ChildProcess(
      "gpgconf", ["--homedir", keyring.home.string, "--kill", "gpg-agent"], environment: testEnvironment
    ).run().succeeded()
    let run = try stage.run("key", "unaccept", "bob@example.org", "--batch", keyring: keyring)
    #expect(run.status == 21)
    #expect(run.stderr.contains("the key is locked and nobody can be asked for its passphrase\n"))
    #expect(try stage.run("key", "find", "bob@example.org", keyring: keyring).text.contains("accepted by you"))
  }

  @Test func `a dry run and a report for programs`() throws {
    let dry = try stage.run("key", "unaccept", "bob@example.org", "--dry-run", keyring: stage.alice)
    #expect(dry.status == 0 && dry.stderr.hasPrefix("fingerprint  4FE1 D2B8"))
    #expect(try encrypting() == 0)
    let run = try stage.run("key", "unaccept", "bob@example.org", "--json", keyring: stage.alice)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.text.hasPrefix("{\"version\":1,\"certificates\":[{\"fingerprint\":\"\(Identity.bob.hexFingerprint)\""))
    #expect(run.text.contains("\"state\":\"not verified\""))
  }
}
