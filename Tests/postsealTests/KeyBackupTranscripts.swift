import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `key backup` and `key restore` say and do.
@Suite struct KeyBackupTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  static let passphrase = "the passphrase of the backup"
  static let aliceRow = "✓  Alice Example <alice@example.org>  ed25519  AEA2 6172 … 7682 21D1  your own key\n"

  /// The command with these lines on descriptor 0, and a state folder of its own.
  func command(_ arguments: [String], _ lines: [String], keyring: TemporaryKeyring) -> ChildProcess {
    var child = postseal(["key"] + arguments, keyring: keyring)
    child.directory = stage.folder.path
    child.environment["XDG_STATE_HOME"] = stage.folder.path.appending("state").string
    child.stdin = .pipe(Array(lines.map { "\($0)\n" }.joined().utf8))
    return child
  }

  func backup(
    _ arguments: String..., lines: [String] = [passphrase], of keyring: TemporaryKeyring
  ) throws -> ChildRun {
    try command(["backup", "--passphrase-fd", "0", "keys.gpg"] + arguments, lines, keyring: keyring).run()
  }

  func restore(
    _ file: String = "keys.gpg", passphrase: String = passphrase, options: [String] = ["--yes"],
    into keyring: TemporaryKeyring
  ) throws -> ChildRun {
    try command(["restore", "--passphrase-fd", "0", file] + options, [passphrase], keyring: keyring).run()
  }

  /// Encrypts bytes as a backup is.
  func encrypt(_ bytes: [UInt8], as name: String = "keys.gpg") throws {
    let options = ["--passphrase", Self.passphrase, "--symmetric"]
    try stage.folder.write(try stage.alice.gpg(arguments: options, stdin: bytes).succeeded().stdout, to: name)
  }

  /// What the program tar makes of a folder of the stage.
  func pack(_ folder: String) throws -> [UInt8] {
    try ChildProcess("tar", ["-c", "-C", stage.folder.path.string, folder], environment: testEnvironment).run()
      .succeeded().stdout
  }

  @Test func `a new home has all of it after a restore`() throws {
    let old = try TemporaryKeyring()
    try old.gpg("--passphrase", "", "--quick-gen-key", "Alice <alice@example.org>", "future-default").succeeded()
    let message = try old.gpg(
      "--trust-model", "always", "-r", "alice@example.org", "--encrypt", stdin: Array("old mail\n".utf8)
    ).succeeded().stdout
    try stage.folder.write(message, to: "old.gpg")
    try backup(of: old).succeeded()
    let new = try TemporaryKeyring()
    let run = try restore(into: new).succeeded()
    #expect(run.text.contains("your own key"))
    #expect(run.stderr.contains(" is marked as your own\n") && run.stderr.contains(" is stored\n"))
    #expect(try stage.run("file", "decrypt", "-o", "-", "old.gpg", keyring: new).text == "old mail\n")
    try stage.folder.write(Array("text".utf8), to: "text.txt")
    try stage.run("file", "sign", "text.txt", keyring: new).succeeded()
    try stage.run("file", "verify", "text.txt.sig", keyring: old).succeeded()
    let trust = try old.gpg("--export-ownertrust").text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(try new.gpg("--export-ownertrust").text.split(separator: "\n").filter { !$0.hasPrefix("#") } == trust)
    #expect(trust.count == 1 && trust[0].hasSuffix(":6:"))
    let name = "openpgp-revocs.d/\(trust[0].prefix(40)).rev"
    #expect(
      try readFile(new.home.appending(FilePath(name).components))
        == readFile(old.home.appending(FilePath(name).components)))
  }

  @Test func `a backup is told, is for its owner alone, and gpg and tar open it`() throws {
    expect(
      try backup(of: stage.alice), stdout: Self.aliceRow,
      stderr: """
        postseal: backed up this key into keys.gpg, which was decrypted again and compared
        postseal: key AEA2 6172 … 7682 21D1 has no stored revocation certificate, so there is none in the backup
        postseal: keep it elsewhere than this machine, and its passphrase elsewhere than the file

        """, status: 0)
    let path = stage.folder.appending("keys.gpg").string
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    let opened = try stage.alice.gpg("--passphrase", Self.passphrase, "--decrypt", path).succeeded().stdout
    var tar = ChildProcess(
      "tar", ["-x", "--to-stdout", "postseal-backup/ownertrust.txt"], environment: testEnvironment)
    tar.stdin = .pipe(opened)
    #expect(try tar.run().text == "\(Identity.alice.hexFingerprint):6:\n")
  }

  @Test func `a restored key is told, and a second restore changes nothing`() throws {
    try backup(of: stage.alice).succeeded()
    let new = try TemporaryKeyring()
    let head = """
      fingerprint  AEA2 6172 02EC 1A3C 97B6 75EA D688 83EC 7682 21D1
      user ID      Alice Example <alice@example.org>


      """
    expect(
      try restore(into: new), stdout: Self.aliceRow,
      stderr: head + """
        postseal: key AEA2 6172 … 7682 21D1 is new here
        postseal: key AEA2 6172 … 7682 21D1 is marked as your own

        """, status: 0)
    expect(
      try restore(into: new), stdout: Self.aliceRow,
      stderr: head + "postseal: key AEA2 6172 … 7682 21D1 was here already, unchanged\n", status: 0)
  }

  @Test func `nothing is restored without a yes, and a dry run restores nothing`() throws {
    try backup(of: stage.alice).succeeded()
    let new = try TemporaryKeyring()
    let run = try restore(options: [], into: new)
    #expect(run.status == 1 && run.stderr.hasSuffix("nobody can be asked: Restore this key?\nhint: add `--yes`\n"))
    #expect(try restore(options: ["--dry-run"], into: new).stderr.hasSuffix("postseal: would restore this key\n"))
    #expect(try new.gpg("--list-keys").text.isEmpty)
  }

  @Test func `what is here already stays: trust, and the passphrase of the key`() throws {
    let old = try TemporaryKeyring(own: [.locked])
    let lines = [Self.passphrase, Identity.passphrase]
    try backup("--key-passphrase-fd", "0", lines: lines, of: old).succeeded()
    let pinentry = try FakePinentry(answer: .inOrder([.passphrase(Identity.passphrase), .passphrase("changed since")]))
    let here = try TemporaryKeyring(own: [.locked], certificates: [.bob], agentOptions: [pinentry.agentOption])
    var passwd = stage.command("key", "passwd", "locked@example.org", keyring: here)
    passwd.environment["DISPLAY"] = ":9"
    try passwd.run().succeeded()
    #expect(try restore(into: here).stderr.hasSuffix("was here already, unchanged\n"))
    for (passphrase, status) in [(Identity.passphrase, Int32(21)), ("changed since", 0)] {
      let expire = ["expire", "--passphrase-fd", "0", "locked@example.org"]
      #expect(try command(expire, [passphrase], keyring: here).run().status == status)
    }
  }

  @Test func `of a key that is here a lost subkey comes back`() throws {
    let old = try TemporaryKeyring()
    try old.gpg("--passphrase", "", "--quick-gen-key", "Alice <alice@example.org>", "ed25519", "sign").succeeded()
    let before = try old.gpg("--export-secret-keys").succeeded().stdout
    let listing = try old.gpg("--with-colons", "--list-keys").text.split(separator: "\n")
    let fingerprint = try #require(listing.first { $0.hasPrefix("fpr:") }?.split(separator: ":").last)
    try old.gpg("--passphrase", "", "--quick-add-key", String(fingerprint), "cv25519", "encr").succeeded()
    try backup(of: old).succeeded()
    let here = try TemporaryKeyring()
    try here.gpg("--import", stdin: before).succeeded()
    #expect(try restore(into: here).stderr.contains(" was here, and got what it lacked\n"))
    #expect(try here.gpg("--with-colons", "--list-secret-keys").text.contains("\nssb:"))
  }

  @Test func `a locked key needs its own passphrase, and keeps it`() throws {
    let keyring = try TemporaryKeyring(own: [.locked])
    let hex = Identity.locked.hexFingerprint
    expect(
      try backup("--batch", of: keyring),
      stderr: """
        postseal: cannot export \(hex): the key is locked and nobody can be asked for its passphrase
        hint: run it at a terminal without `--batch`, or give the passphrase of the key with `--key-passphrase-fd N`

        """, status: 21)
    expect(
      try backup("--key-passphrase-fd", "0", lines: [Self.passphrase, "wrong"], of: keyring),
      stderr: """
        postseal: cannot export \(hex): the passphrase is wrong
        hint: run it again with the passphrase of the key, which is not that of the backup

        """, status: 21)
    #expect(try stage.folder.contents() == [])
    try backup("--key-passphrase-fd", "0", lines: [Self.passphrase, Identity.passphrase], of: keyring).succeeded()
    let new = try TemporaryKeyring()
    try restore(into: new).succeeded()
    for (passphrase, status) in [(Self.passphrase, Int32(21)), (Identity.passphrase, 0)] {
      let expire = ["expire", "--passphrase-fd", "0", "locked@example.org"]
      #expect(try command(expire, [passphrase], keyring: new).run().status == status)
    }
  }

  @Test func `pinentry is asked for the key, then twice for the backup`() throws {
    let new = FakePinentry.Answer.passphrase(Self.passphrase)
    let pinentry = try FakePinentry(answer: .inOrder([.passphrase(Identity.passphrase), new, new, .cancel]))
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    var child = command(["backup", "keys.gpg"], [], keyring: keyring)
    child.environment["DISPLAY"] = ":9"
    let run = try child.run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(
      run.stderr.hasPrefix(
        "postseal: GnuPG asks for the passphrase of each key that has one, then twice for a new one for the backup\n"))
    try restore(into: try TemporaryKeyring()).succeeded()
  }

  @Test(arguments: [[FakePinentry.Answer.cancel], [.passphrase(Identity.passphrase), .cancel]])
  func `a question that is closed leaves no file`(answers: [FakePinentry.Answer]) throws {
    let pinentry = try FakePinentry(answer: .inOrder(answers))
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    var child = command(["backup", "keys.gpg"], [], keyring: keyring)
    child.environment["DISPLAY"] = ":9"
    let run = try child.run()
    #expect(run.status == 21, "\(run.stderr)")
    #expect(try stage.folder.contents() == [])
  }

  @Test func `nobody to ask, no passphrase, an existing file, no file, and no key end it before anything is asked`()
    throws
  {
    expect(
      try command(["backup", "--batch", "keys.gpg"], [], keyring: stage.alice).run(),
      stderr: """
        postseal: nobody can be asked for the passphrase
        hint: run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`

        """, status: 21)
    #expect(try backup(lines: [""], of: stage.alice).status == 21)
    try stage.folder.write([1], to: "keys.gpg")
    expect(
      try backup(of: stage.alice),
      stderr: """
        postseal: cannot write keys.gpg: it exists
        hint: add `--force` to replace it, or name another file

        """, status: 73)
    #expect(try stage.folder.read("keys.gpg") == [1])
    try backup("--force", of: stage.alice).succeeded()
    let pipe = try command(["backup", "--passphrase-fd", "0", "/dev/stdout"], [Self.passphrase], keyring: stage.alice)
      .run()
    #expect(pipe.status == 64 && pipe.stdout.isEmpty)
    let none = try backup("--force", of: try TemporaryKeyring(certificates: [.bob]))
    #expect(none.status == 20 && none.stderr.hasPrefix("postseal: there is no secret key in your keyring to back up\n"))
  }

  @Test func `a backup is noted, and key check asks for one no more`() throws {
    func notes() throws -> [String] {
      let state = ["XDG_STATE_HOME": stage.folder.path.appending("state").string]
      return try DoctorRun(stage.alice, command: ["key", "check"], [], state).notes
    }
    #expect(try notes().contains("noBackup"))
    try backup(of: stage.alice).succeeded()
    #expect(try !notes().contains("noBackup"))
    var child = command(
      ["backup", "--force", "--passphrase-fd", "0", "keys.gpg"], [Self.passphrase], keyring: stage.alice)
    child.environment["XDG_STATE_HOME"] = stage.folder.path.appending("keys.gpg").string
    let run = try child.run().succeeded()
    #expect(run.stderr.contains("postseal: cannot note the backup, so `postseal key check` will not know of it: "))
  }
}
