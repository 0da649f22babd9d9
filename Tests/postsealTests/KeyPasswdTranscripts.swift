import SystemPackage
import TestSupport
import Testing

/// What `key passwd` says and changes: pinentry alone hears passphrases.
@Suite struct KeyPasswdTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let row =
    "✓  Locked Example <locked@example.org>  ed25519  ED70 EF5E … 5079 F8D7  your own key\n"

  /// Changes the passphrase of `locked` while pinentry answers so.
  private func change(_ answers: FakePinentry.Answer...) throws -> (run: ChildRun, keyring: TemporaryKeyring) {
    let pinentry = try FakePinentry(answer: .inOrder(answers))
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    var child = stage.command("key", "passwd", "locked@example.org", keyring: keyring)
    // Where there is a display, a person may be there.
    child.environment["DISPLAY"] = ":9"
    return (try child.run(), keyring)
  }

  /// The status of a change that needs the passphrase.
  private func unlocking(_ keyring: TemporaryKeyring, with passphrase: String) throws -> Int32 {
    var child = stage.command("key", "expire", "locked@example.org", "--passphrase-fd", "0", keyring: keyring)
    child.stdin = .pipe(Array("\(passphrase)\n".utf8))
    return try child.run().status
  }

  @Test func `the new passphrase opens the key and the old one does not`() throws {
    let new = "four entirely other words"
    let (run, keyring) = try change(.passphrase(Identity.passphrase), .passphrase(new))
    expect(
      run, stdout: Self.row, stderr: "postseal: the passphrase of key ED70 EF5E … 5079 F8D7 was changed\n", status: 0)
    #expect(try unlocking(keyring, with: Identity.passphrase) == 21)
    #expect(try unlocking(keyring, with: new) == 0)
  }

  @Test func `a key that is left without a passphrase is told`() throws {
    let (run, keyring) = try change(.passphrase(Identity.passphrase), .passphrase(""))
    #expect(run.status == 0, "\(run.stderr)")
    #expect(
      run.stderr.hasSuffix("postseal: the key has no passphrase now: whoever reads its files has the key\n"))
    #expect(try stage.run("key", "expire", "locked@example.org", "--batch", keyring: keyring).status == 0)
  }

  @Test func `a closed question changes nothing`() throws {
    let (run, keyring) = try change(.cancel)
    expect(
      run,
      stderr: """
        postseal: cannot change the passphrase of \(Identity.locked.hexFingerprint): the question for the passphrase was cancelled
        hint: run it again

        """, status: 21)
    #expect(try unlocking(keyring, with: Identity.passphrase) == 0)
  }

  @Test func `a wrong passphrase changes nothing`() throws {
    let (run, keyring) = try change(.passphrase("wrong"))
    #expect(run.status == 21 && run.stdout.isEmpty)
    #expect(run.stderr.contains("the passphrase is wrong\n"))
    #expect(try unlocking(keyring, with: Identity.passphrase) == 0)
  }

  @Test func `a key of which only a part got the new passphrase is no success, whatever gpg says`() throws {
    let (run, _) = try change(.cancel, .passphrase(Identity.passphrase), .passphrase("four entirely other words"))
    expect(
      run,
      stderr: """
        postseal: cannot change the passphrase of \(Identity.locked.hexFingerprint): only 1 of its 2 keys changed
        hint: run it again, until all of them are

        """, status: 21)
  }

  @Test func `where nobody can be asked nobody is`() throws {
    expect(
      try stage.run("key", "passwd", "alice@example.org", "--batch", keyring: stage.alice),
      stderr: """
        postseal: pinentry has to ask for the new passphrase, which `--batch` forbids
        hint: leave out `--batch`

        """, status: 64)
    expect(
      try stage.run("key", "passwd", "alice@example.org", keyring: stage.alice),
      stderr: """
        postseal: cannot change the passphrase of \(Identity.alice.hexFingerprint): nobody can be asked for the new one
        hint: run it at a terminal

        """, status: 21)
  }

  @Test func `a stranger's certificate has no passphrase of ours`() throws {
    let run = try stage.run("key", "passwd", "bob@example.org", keyring: stage.alice)
    #expect(run.status == 20)
    #expect(run.stderr.contains("its secret key is not here, and only its owner can change it\n"))
    #expect(try stage.run("key", "passwd", "dave@example.com", keyring: stage.alice).status == 30)
    let two = try TemporaryKeyring(own: [.sharedA, .sharedB])
    let ambiguous = try stage.run("key", "passwd", "shared@example.org", keyring: two)
    #expect(ambiguous.status == 64)
    #expect(
      ambiguous.stderr.hasSuffix(
        "hint: name one: \(Identity.sharedA.hexFingerprint), \(Identity.sharedB.hexFingerprint)\n"))
  }
}
