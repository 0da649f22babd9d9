import SystemPackage
import TestSupport
import Testing

/// What `key trust` says and changes.
@Suite struct KeyTrustTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  /// Alice's keyring with Bob accepted, and Carol whom Bob certified.
  private func chain() throws -> TemporaryKeyring {
    let bob = try TemporaryKeyring(own: [.bob], certificates: [.carol])
    try bob.gpg("--quick-sign-key", Identity.carol.hexFingerprint).succeeded()
    let certified = try bob.gpg("--export", Identity.carol.hexFingerprint).succeeded().stdout
    let alice = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    try alice.gpg("--import", stdin: certified).succeeded()
    return alice
  }

  @Test func `whom a fully trusted owner certified is verified, and told`() throws {
    let keyring = try chain()
    try stage.write(Letter(to: "carol@example.net"))
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: keyring).status == 31)
    let run = try stage.run("key", "trust", "bob@example.org", "full", keyring: keyring)
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: trust was unknown and is full now: its owner is trusted like yourself, and whatever they certify is verified
        postseal: take care: you rely on how carefully its owner checks other people's fingerprints, and on the key being safe
        postseal: verified because of it: Carol Novak <carol@example.net> F19C 23ED … 6BD5 821F
        postseal: to take that back: `postseal key trust \(Identity.bob.hexFingerprint) unknown`

        """), "\(run.stderr)")
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: keyring).status == 0)
    #expect(
      try stage.run("key", "show", "bob@example.org", keyring: keyring).text
        .contains("\ntrust        full: its owner is trusted like yourself, "))
    let back = try stage.run("key", "trust", "bob@example.org", "marginal", keyring: keyring)
    #expect(back.stderr.contains("postseal: take care: "))
    #expect(back.stderr.contains("postseal: not verified any more: Carol Novak <carol@example.net> F19C 23ED "))
  }

  @Test func `trust in an owner whose own certificate is not verified counts for nothing yet`() throws {
    let run = try stage.run("key", "trust", "carol@example.net", "full", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(
      run.stderr.contains(
        "it counts only once the certificate itself is verified or accepted: `postseal key certify \(Identity.carol.hexFingerprint)`"
      ))
  }

  @Test func `one's own key is marked without a question, whoever else has its address`() throws {
    let keyring = try TemporaryKeyring(certificates: [.impostor], foreign: [.alice])
    let run = try stage.run("key", "trust", "alice@example.org", "ultimate", keyring: keyring)
    #expect(run.status == 0 && run.text.hasPrefix("✓  Alice Example <alice@example.org>  ed25519  AEA2 6172"))
    #expect(
      run.stderr.contains("trust was unknown and is ultimate now: it is your own key, and whatever it certifies is "))
    let again = try stage.run("key", "trust", Identity.alice.hexFingerprint, "ultimate", keyring: keyring)
    #expect(again.status == 0)
    #expect(again.stderr.contains("postseal: trust is ultimate already, nothing was changed: it is your own key"))
    #expect(try stage.run("key", "trust", "alice@example.org", "full", keyring: keyring).status == 64)
    let lowered = try stage.run("key", "trust", Identity.alice.hexFingerprint, "never", keyring: keyring)
    #expect(lowered.stderr.contains("postseal: not verified any more: Alice Example <alice@example.org> AEA2 6172 "))
  }

  @Test(arguments: [("yes\n", Int32(0)), ("y\n", 1)])
  func `another person's key becomes one's own only when that is confirmed`(answer: String, status: Int32) throws {
    var child = stage.command("key", "trust", "bob@example.org", "ultimate", keyring: stage.alice)
    let refused = try child.run()
    #expect(refused.status == 1)
    #expect(
      refused.stderr.contains("postseal: nobody can be asked: Its secret key is not here, so it is hardly yours. "))
    #expect(refused.stderr.hasSuffix("hint: add `--yes` if it is your own key, kept elsewhere\n"))
    child = child.onTerminal()
    child.stdin = .pipe(Array(answer.utf8))
    #expect(try child.run().status == status)
    #expect(
      try stage.run("key", "show", "bob@example.org", keyring: stage.alice).text.contains("(your own)") == (status == 0)
    )
    #expect(try stage.run("key", "trust", "bob@example.org", "ultimate", "--yes", keyring: stage.alice).status == 0)
  }

  @Test func `a dry run, a report for programs, and what is refused`() throws {
    let dry = try stage.run("key", "trust", "--dry-run", "bob@example.org", "never", keyring: stage.alice)
    #expect(dry.status == 0 && dry.stdout.isEmpty)
    #expect(
      dry.stderr.hasSuffix(
        "postseal: trust is unknown and would become never: its owner certifies carelessly, and what they certify counts for nothing\n"
      ))
    let run = try stage.run("key", "trust", "--json", "bob@example.org", "never", keyring: stage.alice)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.text.contains("\"ownertrust\":\"never\""))
    #expect(run.text.hasSuffix(",\"formerOwnertrust\":\"unknown\"}\n"))
    #expect(try stage.run("key", "trust", "bob@example.org", "much", keyring: stage.alice).status == 64)
    #expect(try stage.run("key", "trust", "dave@example.com", "full", keyring: stage.alice).status == 30)
  }
}
