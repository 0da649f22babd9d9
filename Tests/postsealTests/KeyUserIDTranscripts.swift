import SystemPackage
import TestSupport
import Testing

/// What `key uid` says and changes.
@Suite struct KeyUserIDTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let short = "AEA2 6172 … 7682 21D1"
  private static let added = "Alice Net <alice@example.net>"
  private static let stillToDo =
    "postseal: others still have the old certificate: give them the new one, `postseal key export \(Identity.alice.hexFingerprint)`\n"

  /// The user IDs as `key show` has them, the primary one first.
  private func userIDs(_ keyring: TemporaryKeyring) throws -> [String] {
    try stage.run("key", "show", Identity.alice.hexFingerprint, keyring: keyring).text.split(separator: "\n")
      .filter { $0.hasPrefix("user ID") }.map { String($0.dropFirst(13)) }
  }

  private func add(_ userID: String = Self.added) throws -> ChildRun {
    try stage.run("key", "uid", "add", "alice@example.org", userID, keyring: stage.alice)
  }

  @Test func `an added address signs, comes first, and that is told`() throws {
    expect(
      try add(), stdout: "✓  \(Self.added)  ed25519  \(Self.short)  your own key\n",
      stderr: "postseal: added to key \(Self.short): \(Self.added)\n" + Self.stillToDo
        + "postseal: programs show it first now; to have Alice Example <alice@example.org> there: "
        + "`postseal key uid primary \(Identity.alice.hexFingerprint) 'Alice Example <alice@example.org>'`\n",
      status: 0)
    #expect(try userIDs(stage.alice) == ["\(Self.added) (your own)", "Alice Example <alice@example.org> (your own)"])
    try stage.write(Letter(from: "alice@example.net"))
    #expect(try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: stage.alice).status == 0)
  }

  @Test func `the primary address is the one that was chosen last`() throws {
    #expect(try add().status == 0)
    for name in ["alice@example.org", "Alice Net <alice@example.net>"] {
      let run = try stage.run("key", "uid", "primary", "alice@example.org", name, keyring: stage.alice)
      #expect(run.status == 0, "\(run.stderr)")
      #expect(run.stderr.hasSuffix(Self.stillToDo))
      #expect(try userIDs(stage.alice)[0].contains(name))
    }
    expect(
      try stage.run("key", "uid", "primary", "alice@example.org", "dave@example.com", keyring: stage.alice),
      stderr: """
        postseal: key \(Self.short) has no user ID for dave@example.com
        hint: see its user IDs with `postseal key show \(Identity.alice.hexFingerprint)`

        """, status: 30)
  }

  @Test func `a revoked address is gone for ever, after a question`() throws {
    #expect(try add().status == 0)
    let asked = try stage.run("key", "uid", "revoke", "alice@example.org", "alice@example.net", keyring: stage.alice)
    #expect(asked.status == 1)
    #expect(
      asked.stderr.hasSuffix("postseal: nobody can be asked: Revoke \(Self.added) for ever?\nhint: add `--yes`\n"))
    #expect(try userIDs(stage.alice).count { $0.hasSuffix("(your own)") } == 2)

    let arguments = ["key", "uid", "revoke", "alice@example.org", "alice@example.net", "--yes"]
    let run = try postseal(arguments, keyring: stage.alice).run()
    #expect(run.status == 0)
    #expect(run.stderr.hasSuffix("postseal: revoked in key \(Self.short): \(Self.added)\n" + Self.stillToDo))
    #expect(try userIDs(stage.alice) == ["Alice Example <alice@example.org> (your own)", "\(Self.added) (revoked)"])

    let again = try postseal(arguments, keyring: stage.alice).run()
    #expect(again.status == 30)
    #expect(again.stderr.hasPrefix("postseal: key \(Self.short) has no user ID for alice@example.net any more: "))
    expect(
      try add(),
      stderr: """
        postseal: key \(Self.short) had the user ID \(Self.added), which was revoked for ever
        hint: write it in another way, such as another name before the address

        """, status: 73)
  }

  @Test func `the last address cannot be revoked`() throws {
    let run = try stage.run(
      "key", "uid", "revoke", "alice@example.org", "alice@example.org", "--yes", keyring: stage.alice)
    expect(
      run,
      stderr: """
        postseal: cannot revoke Alice Example <alice@example.org>: it is the last user ID of key \(Self.short)
        hint: add another first: `postseal key uid add \(Identity.alice.hexFingerprint) "Name <address>"`

        """, status: 64)
    #expect(try userIDs(stage.alice) == ["Alice Example <alice@example.org> (your own)"])
  }

  @Test func `two user IDs with one address are told apart by their whole text`() throws {
    #expect(try add("Alice Novak <alice@example.org>").status == 0)
    let run = try stage.run(
      "key", "uid", "revoke", "alice@example.org", "alice@example.org", "--yes", keyring: stage.alice)
    #expect(run.status == 64)
    #expect(run.stderr.contains("'Alice Example <alice@example.org>'"))
    #expect(run.stderr.contains("'Alice Novak <alice@example.org>'"))
    let whole = try stage.run(
      "key", "uid", "revoke", "alice@example.org", "Alice Example <alice@example.org>", "--yes", keyring: stage.alice)
    #expect(whole.status == 0)
    #expect(try userIDs(stage.alice).map { $0.hasSuffix("(revoked)") } == [false, true])
  }

  @Test(arguments: ["nobody", "Alice <alice@example.org> <alice@example.net>", "Alice <alice@example.net> home", ""])
  func `a user ID without one plain address is not added`(userID: String) throws {
    let run = try add(userID)
    #expect(run.status == 64)
    #expect(run.stderr.hasSuffix("hint: write it as \"Name <address>\"\n"))
    #expect(try userIDs(stage.alice).count == 1)
  }

  @Test func `what is there already is not added again`() throws {
    expect(
      try add("Alice Example <alice@example.org>"),
      stderr: """
        postseal: key AEA2 6172 … 7682 21D1 has the user ID Alice Example <alice@example.org> already, nothing was changed
        hint: see its user IDs with `postseal key show \(Identity.alice.hexFingerprint)`

        """, status: 73)
  }

  @Test(arguments: [
    ["add", "Bob <bob@example.net>"], ["revoke", "bob@example.org", "--yes"], ["primary", "bob@example.org"],
  ])
  func `user IDs of others, of locked keys and of nobody stay as they are`(call: [String]) throws {
    func run(_ key: String, _ options: String..., keyring: TemporaryKeyring) throws -> ChildRun {
      try postseal(["key", "uid", call[0], key] + call[1...] + options, keyring: keyring).run()
    }
    let stranger = try run("bob@example.org", keyring: stage.alice)
    #expect(stranger.status == 20)
    #expect(
      stranger.stderr.hasPrefix("postseal: cannot change certificate 4FE1 D2B8 … 5CF9 2FA2: its secret key is not here")
    )
    #expect(try run("dave@example.com", keyring: stage.alice).status == 30)
    let two = try run("shared@example.org", keyring: try TemporaryKeyring(own: [.sharedA, .sharedB]))
    #expect(two.status == 64)
    #expect(two.stderr.contains("hint: name one: \(Identity.sharedA.hexFingerprint), "))
  }

  @Test func `a locked key without anybody to ask gets no address`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let arguments = ["key", "uid", "add", "locked@example.org", "Other <other@example.org>"]
    let run = try postseal(arguments + ["--batch"], keyring: locked).run()
    #expect(run.status == 21)
    #expect(run.stderr.contains("the key is locked and nobody can be asked for its passphrase\n"))
    let choice = ["key", "uid", "primary", "locked@example.org", "locked@example.org", "--batch"]
    #expect(try postseal(choice, keyring: locked).run().status == 21, "gpg calls this one a success")
    var wrong = postseal(choice + ["--passphrase-fd", "0"], keyring: locked)
    wrong.stdin = .pipe(Array("wrong\n".utf8))
    #expect(try wrong.run().stderr.contains("the passphrase is wrong\n"))
    var child = postseal(arguments + ["--passphrase-fd", "0"], keyring: locked)
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    #expect(try child.run().status == 0)
  }

  @Test func `a dry run changes nothing`() throws {
    #expect(try add().status == 0)
    let before = try userIDs(stage.alice)
    for call in [["add", "A <a@example.org>"], ["revoke", "alice@example.org"], ["primary", "alice@example.org"]] {
      let run = try postseal(
        ["key", "uid", call[0], "alice@example.org", call[1], "--dry-run"], keyring: stage.alice
      ).run()
      #expect(run.status == 0 && run.stdout.isEmpty)
      #expect(run.stderr.contains("\npostseal: would "))
    }
    #expect(try userIDs(stage.alice) == before)
  }
}
