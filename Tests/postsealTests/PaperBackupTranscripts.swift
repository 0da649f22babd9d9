import SystemPackage
import TestSupport
import Testing

/// What `key backup --paper` and `key restore --paper` say and do.
@Suite struct PaperBackupTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  /// The command with a state folder of its own.
  private func command(_ arguments: String..., keyring: TemporaryKeyring) -> ChildProcess {
    var child = postseal(["key"] + arguments, keyring: keyring)
    child.directory = stage.folder.path
    child.environment["XDG_STATE_HOME"] = stage.folder.path.appending("state").string
    return child
  }

  private func page(_ name: String = "paper.txt") throws -> String {
    String(decoding: try stage.folder.read(name), as: UTF8.self)
  }

  @Test(.enabled(if: optionalTool("paperkey") && optionalTool("qrencode"), "needs paperkey and qrencode"))
  func `a key goes onto paper and comes back with its certificate`() throws {
    expect(
      try command("backup", "--paper", "paper.txt", keyring: stage.alice).run(),
      stdout: "✓  Alice Example <alice@example.org>  ed25519  AEA2 6172 … 7682 21D1  your own key\n",
      stderr: """
        postseal: the paper backup of key AEA2 6172 … 7682 21D1 is made: print paper.txt, then delete it
        postseal: whoever has the paper needs the key's passphrase too, unless the key has none; to restore it you also need its certificate

        """, status: 0)
    let page = try page()
    #expect(
      page.hasPrefix("# Paper backup of an OpenPGP key") && page.contains("# Alice Example <alice@example.org>\n"))
    #expect(page.contains("\n  1: 00 04 AE A2 61 72 ") && page.contains("█"))
    let here = try TemporaryKeyring(certificates: [.alice])
    let restore = command("restore", "--yes", "--paper", "paper.txt", keyring: here)
    #expect(
      try restore.run().succeeded().stderr.hasSuffix(
        """
        postseal: key AEA2 6172 … 7682 21D1 is new here
        postseal: mark it as your own: `postseal key trust \(Identity.alice.hexFingerprint) ultimate`

        """))
    #expect(try restore.run().stderr.contains("was here already"))
    let message = try stage.alice.gpg(
      "--trust-model", "always", "-r", Identity.alice.hexFingerprint, "--encrypt", stdin: Array("old mail\n".utf8)
    ).succeeded().stdout
    #expect(try here.gpg("--decrypt", stdin: message).succeeded().text == "old mail\n")
  }

  @Test(.enabled(if: optionalTool("paperkey") && optionalTool("qrencode"), "needs paperkey and qrencode"))
  func `the QR code holds the lines that are restored`() throws {
    try command("backup", "--paper", "paper.txt", keyring: stage.alice).run().succeeded()
    let page = try page().split(separator: "\n", omittingEmptySubsequences: false)
    let essence = page.filter { !$0.hasPrefix("#") }.drop { $0.isEmpty }
    let numbered = essence.prefix { !$0.isEmpty }.joined(separator: "\n") + "\n"
    var encoder = ChildProcess(
      "qrencode", ["-t", "UTF8i", "-m", "4", "-l", "L"], environment: testEnvironment)
    encoder.stdin = .file(Array(numbered.utf8))
    let drawing = try encoder.run().succeeded().text.split(separator: "\n").map { "#   \($0)" }
    #expect(page.suffix(drawing.count + 1).dropLast().map(String.init) == drawing)
    try stage.folder.write(Array(numbered.utf8), to: "scanned.txt")
    let here = try TemporaryKeyring(certificates: [.alice])
    try command("restore", "--yes", "--paper", "scanned.txt", keyring: here).run().succeeded()
  }

  @Test(.enabled(if: optionalTool("paperkey"), "needs paperkey"))
  func `a locked key stays locked on paper, and its passphrase is needed`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let refused = try command("backup", "--batch", "--paper", "-", keyring: locked).run()
    #expect(
      refused.status == 21 && refused.stderr.hasSuffix("with `--key-passphrase-fd N`\n") && refused.stdout.isEmpty)
    var child = command("backup", "--paper", "-", "--key-passphrase-fd", "0", keyring: locked)
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    try stage.folder.write(try child.run().succeeded().stdout, to: "paper.txt")
    let here = try TemporaryKeyring(certificates: [.locked])
    try command("restore", "--yes", "--paper", "paper.txt", keyring: here).run().succeeded()
    for (passphrase, status) in [("wrong", Int32(21)), (Identity.passphrase, 0)] {
      var expire = command("expire", "--passphrase-fd", "0", "locked@example.org", keyring: here)
      expire.stdin = .pipe(Array("\(passphrase)\n".utf8))
      #expect(try expire.run().status == status)
    }
  }

  @Test(.enabled(if: optionalTool("paperkey"), "needs paperkey"))
  func `a mistyped line is named, and other files and a missing certificate are told`() throws {
    try command("backup", "--paper", "paper.txt", keyring: stage.alice).run().succeeded()
    let page = try page()
    let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("  3: ") })
    let other = line.replacing(/: (..) (..)/) { ": \($0.2) \($0.1)" }
    try stage.folder.write(Array(page.replacing(line, with: other).utf8), to: "typed.txt")
    let here = try TemporaryKeyring(certificates: [.alice])
    let typed = try command("restore", "--yes", "--paper", "typed.txt", keyring: here).run()
    #expect(typed.status == 65 && typed.stderr.contains("cannot read the paper backup typed.txt: CRC on line 3 "))
    try stage.folder.write(Array("a shopping list\n".utf8), to: "list.txt")
    let list = try command("restore", "--yes", "--paper", "list.txt", keyring: here).run()
    #expect(list.status == 65 && list.stderr.hasPrefix("postseal: list.txt is no paper backup: "))
    let empty = try TemporaryKeyring()
    let missing = try command("restore", "--yes", "--paper", "paper.txt", keyring: empty).run()
    #expect(
      missing.status == 30 && missing.stderr.contains("its certificate is not in your keyring\nhint: get it from"))
    #expect(try command("restore", "--paper", "paper.txt", keyring: here).run().status == 1)
    #expect(try here.gpg("--list-secret-keys").text.isEmpty)
  }

  @Test func `without paperkey the way to it is told, and nothing is left`() throws {
    let folder = try TemporaryFolder()
    try ChildProcess("ln", ["-s", "/usr/bin/gpg", folder.path.string], environment: testEnvironment).run().succeeded()
    var child = command("backup", "--paper", "paper.txt", keyring: stage.alice)
    child.environment["PATH"] = folder.path.string
    expect(
      try child.run(),
      stderr: """
        postseal: the program paperkey, which makes and reads paper backups, is not installed
        hint: install it, on Debian and Ubuntu with `apt install paperkey`

        """, status: 69)
    #expect(try stage.folder.contents() == [])
  }

  @Test func `of several keys one has to be named`() throws {
    let two = try TemporaryKeyring(own: [.alice, .carol])
    let run = try command("backup", "--paper", "paper.txt", keyring: two).run()
    #expect(run.status == 64 && run.stderr.contains("hint: name one with `--key`: "))
    #expect(try command("backup", "--paper", "p.txt", "keys.gpg", keyring: two).run().status == 64)
    #expect(try command("backup", keyring: two).run().status == 64)
    #expect(try command("restore", "--paper", "-", keyring: two).run().status == 64)
    #expect(try stage.folder.contents() == [])
  }

  @Test func `a terminal shows no secret key`() throws {
    let run = try command("backup", "--paper", "-", keyring: stage.alice).onTerminal().run()
    #expect(run.status == 64 && run.text.contains("a terminal is no place for a secret key"))
  }
}
