import SystemPackage
import TestSupport
import Testing

/// One's own key from one program to another.
@Suite struct AutocryptSetupTranscripts {
  let folder: TemporaryFolder
  let alice: TemporaryKeyring

  init() throws {
    folder = try TemporaryFolder()
    alice = try TemporaryKeyring(own: [.alice])
    try folder.write(
      Array("[account.home]\nfrom = [\"alice@example.org\"]\nautocrypt = \"mutual\"\n".utf8), to: "config.toml")
  }

  private func command(_ arguments: String..., keyring: TemporaryKeyring) -> ChildProcess {
    var child = postseal(["autocrypt", "setup"] + arguments + ["--config", "config.toml"], keyring: keyring)
    child.directory = folder.path
    return child
  }

  /// Exports alice's key and gives the code that was shown.
  private func export() throws -> String {
    let run = try command("export", "alice@example.org", "-o", "setup.eml", keyring: alice).run()
    #expect(run.status == 0, "\(run.stderr)")
    let lines = run.stderr.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines.last?.hasSuffix("send it to yourself: `postseal send setup.eml --clear`") == true)
    let code = try #require(lines.first?.split(separator: " ").last)
    return String(code)
  }

  private func importing(_ code: String, _ arguments: String..., into keyring: TemporaryKeyring) throws -> ChildRun {
    var child = command("import", "setup.eml", "--code-fd", "0", keyring: keyring)
    child.arguments += arguments
    child.stdin = .file(Array((code + "\n").utf8))
    return try child.run()
  }

  @Test func `a key goes from one home to another, and serves there`() throws {
    let code = try export()
    let other = try TemporaryKeyring()
    let run = try importing(code.filter(\.isNumber), "--yes", into: other)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.contains("alice@example.org"))
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: mark it as your own with `postseal key trust \(Identity.alice.hexFingerprint) ultimate`
        postseal: the other program had `autocrypt = "mutual"` for the account

        """))
    #expect(try other.gpg("--list-secret-keys", Identity.alice.hexFingerprint).status == 0)
    try folder.write(Letter(from: "alice@example.org", to: "alice@example.org").bytes(), to: "letter.eml")
    var sign = postseal(["sign", "letter.eml"], keyring: other)
    sign.directory = folder.path
    #expect(try sign.run().status == 0)
  }

  @Test func `nothing is imported with a wrong code, without an answer, or without one's word`() throws {
    let code = try export()
    let other = try TemporaryKeyring()
    let wrong = String(code.map { $0 == "-" ? "-" : $0 == "9" ? "0" : "9" })
    expect(
      try importing(wrong, "--yes", into: other),
      stderr: """
        postseal: a setup message for alice@example.org
        postseal: the setup code does not open the message
        hint: see that it is the code of this message: it begins with \(code.prefix(2))

        """, status: 21)
    expect(
      try importing("1234", "--yes", into: other),
      stderr: """
        postseal: a setup message for alice@example.org
        postseal: the setup code has to have 36 digits
        hint: type it as it was shown: nine blocks of four digits

        """, status: 21)
    expect(
      try command("import", "setup.eml", keyring: other).run(),
      stderr: """
        postseal: a setup message for alice@example.org
        postseal: nobody can be asked for the setup code
        hint: give it on a descriptor, `--code-fd N`

        """, status: 21)
    let undecided = try importing(code, into: other)
    #expect(undecided.status == 1)
    #expect(undecided.stderr.hasSuffix("postseal: nobody can be asked: Import this secret key?\nhint: add `--yes`\n"))
    #expect(try other.gpg("--list-secret-keys").text.isEmpty)
  }

  @Test func `on a terminal the code is typed, and the key taken after a yes`() throws {
    let code = try export()
    let other = try TemporaryKeyring()
    var child = command("import", "setup.eml", keyring: other).onTerminal()
    child.stdin = .file(Array("\(code)\nno\n".utf8))
    let declined = try child.run()
    #expect(declined.status == 1)
    #expect(declined.text.contains("Setup code (it begins with \(code.prefix(2))): "))
    #expect(declined.text.contains("fingerprint  AEA2 6172"))
    child.stdin = .file(Array("\(code)\nyes\n".utf8))
    #expect(try child.run().status == 0)
    #expect(try other.gpg("--list-secret-keys", Identity.alice.hexFingerprint).status == 0)
  }

  @Test func `what is no Setup Message is said`() throws {
    try folder.write(Letter().bytes(), to: "setup.eml")
    expect(
      try importing("1", into: alice),
      stderr: """
        postseal: setup.eml is no Autocrypt Setup Message
        hint: make one in the other program; there it is called a transfer of the key, or Autocrypt setup

        """, status: 65)
  }

  @Test func `without a key of one's own there is nothing to export`() throws {
    expect(
      try command("export", "bob@example.org", keyring: alice).run(),
      stderr: """
        postseal: no secret key for bob@example.org in your keyring
        hint: see your own keys with `postseal key list --secret`

        """, status: 20)
    let two = try TemporaryKeyring(own: [.sharedA, .sharedB])
    let ambiguous = try command("export", "shared@example.org", keyring: two).run()
    #expect(ambiguous.status == 64)
    #expect(ambiguous.stderr.hasPrefix("postseal: several keys of yours have the address shared@example.org\n"))
    let expired = try TemporaryKeyring(own: [.expired])
    let ended = try command("export", "expired@example.org", keyring: expired).run()
    #expect(ended.status == 32)
    #expect(ended.stderr.contains(" is of no use elsewhere: it expired on "))
    expect(
      try command("export", keyring: alice).run(),
      stderr: "postseal: nothing says whose key is meant\nhint: name your address\n", status: 64)
  }

  @Test func `a locked key asks for its passphrase`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let refused = try command("export", "locked@example.org", keyring: locked).run()
    #expect(refused.status == 21, "\(refused.stderr)")
    #expect(refused.text.isEmpty)
    var child = command("export", "locked@example.org", "--passphrase-fd", "0", keyring: locked)
    child.stdin = .file(Array(Identity.passphrase.utf8))
    let run = try child.run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.contains("\r\nAutocrypt-Setup-Message: v1\r\n"))
  }
}
