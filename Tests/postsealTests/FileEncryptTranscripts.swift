import SystemPackage
import TestSupport
import Testing

/// What `file encrypt` says and leaves.
@Suite struct FileEncryptTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    try stage.folder.write(Self.text, to: "report.txt")
  }

  private static let text = Array("the figures\n".utf8)

  /// The last lines of a report about `report.txt`, behind its certificates.
  private static func summary(_ how: String, _ name: String) -> String {
    "sealed: \(how), 12 bytes\npostseal: wrote \(name)\n"
  }

  @Test(arguments: [("report.txt.gpg", []), ("report.txt.asc", ["--armor"])])
  func `an encrypted file lies beside, and gpg opens it`(name: String, options: [String]) throws {
    var child = stage.command("file", "encrypt", "--to", "bob@example.org", "report.txt", keyring: stage.alice)
    child.arguments += options
    let run = try child.run()
    let lines = run.stderr.split(separator: "\n")
    #expect(run.status == 0 && run.stdout.isEmpty)
    try #require(lines.count == 4, "\(run.stderr)")
    #expect(lines[0].hasPrefix("  ✓ bob@example.org    ed25519  4FE1 D2B8 … 5CF9 2FA2  accepted by you, 20"))
    #expect(lines[1] == "  ✓ alice@example.org  ed25519  AEA2 6172 … 7682 21D1  copy to self")
    #expect(run.stderr.hasSuffix(Self.summary("signed as alice@example.org, encrypted", name)))
    #expect(try stage.folder.contents() == ["report.txt", name])
    for reader in [bob, stage.alice] {
      let opened = try reader.gpg("--status-fd", "2", "--decrypt", stdin: try stage.folder.read(name)).succeeded()
      #expect(opened.stdout == Self.text)
      #expect(opened.stderr.contains("GOODSIG D68883EC768221D1"))
    }
  }

  @Test func `what was encrypted is decrypted as it was, with a good signature`() throws {
    let content = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try stage.folder.write(content, to: "film.bin")
    try stage.run("file", "encrypt", "--to", "bob@example.org", "film.bin", keyring: stage.alice).succeeded()
    let run = try stage.run(
      "file", "decrypt", "--require-signer", "alice@example.org", "-o", "again.bin", "film.bin.gpg", keyring: bob)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try stage.folder.read("again.bin") == content)
  }

  @Test func `standard input goes to standard output`() throws {
    var child = stage.command("file", "encrypt", "--armor", "--to", "bob@example.org", keyring: stage.alice)
    child.stdin = .pipe(Self.text)
    let run = try child.run()
    #expect(run.text.hasPrefix("-----BEGIN PGP MESSAGE-----\r\n\r\n"))
    #expect(run.stderr.hasSuffix("sealed: signed as alice@example.org, encrypted, 12 bytes\n"))
    #expect(try bob.gpg("--decrypt", stdin: run.stdout).stdout == Self.text)
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test func `every recipient who cannot be encrypted to is named, and nothing is written`() throws {
    let run = try stage.run(
      "file", "encrypt", "report.txt", "--to", "bob@example.org", "--to", "dave@example.com", "--to",
      "carol@example.net, expired@example.org", keyring: stage.alice)
    #expect(run.status == 30)
    #expect(run.stdout.isEmpty)
    #expect(
      run.stderr == """
        postseal: no certificate for dave@example.com
        postseal: cannot encrypt to carol@example.net: certificate F19C 23ED … 6BD5 821F is neither verified nor accepted
        postseal: cannot encrypt to expired@example.org: certificate C991 72C1 … 7466 321C expired on 2025-03-01
        hint: looked in your keyring only; try `postseal key find dave@example.com`
        hint: compare the fingerprint with its owner, then `postseal key accept carol@example.net \(Identity.carol.hexFingerprint)`
        hint: ask expired@example.org for a current certificate, then `postseal key import FILE`

        """)
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test(arguments: [("carol@example.net", Int32(31)), ("revoked@example.org", 32), ("sign-only@example.org", 32)])
  func `an unusable or unaccepted recipient has its status`(address: String, status: Int32) throws {
    let run = try stage.run("file", "encrypt", "report.txt", "--to", address, keyring: stage.alice)
    #expect(run.status == status)
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test func `nobody named is a usage error`() throws {
    expect(
      try stage.run("file", "encrypt", "report.txt", keyring: stage.alice),
      stderr: """
        postseal: nobody is named who could decrypt it; add `--to ADDRESS`, or `--symmetric` for a passphrase
        hint: see `postseal file encrypt --help`

        """, status: 64)
    #expect(try stage.run("file", "encrypt", "report.txt", "--to", "", keyring: stage.alice).status == 65)
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test func `an existing output is replaced only with force`() throws {
    try stage.folder.write(Array("before".utf8), to: "report.txt.gpg")
    expect(
      try stage.run("file", "encrypt", "report.txt", "--to", "bob@example.org", keyring: stage.alice),
      stderr: """
        postseal: cannot write report.txt.gpg: it exists
        hint: add `--force` to replace it, or name another file

        """, status: 73)
    #expect(try stage.folder.read("report.txt.gpg") == Array("before".utf8))
    try stage.run("file", "encrypt", "--force", "report.txt", "--to", "bob@example.org", keyring: stage.alice)
      .succeeded()
    #expect(try bob.gpg("--decrypt", stdin: try stage.folder.read("report.txt.gpg")).stdout == Self.text)
  }

  @Test func `of several own keys the sender names one`() throws {
    let two = try TemporaryKeyring(own: [.alice, .carol], accepted: [.bob])
    expect(
      try stage.run("file", "encrypt", "report.txt", "--to", "bob@example.org", keyring: two),
      stderr: """
        postseal: cannot sign: several keys could
        hint: name one: `--as \(Identity.alice.hexFingerprint)` or `--as \(Identity.carol.hexFingerprint)`

        """, status: 34)
    for name in ["carol@example.net", Identity.carol.hexFingerprint] {
      let run = try stage.run(
        "file", "encrypt", "--force", "report.txt", "--to", "bob@example.org", "--as", name, keyring: two)
      #expect(run.stderr.hasSuffix(Self.summary("signed as carol@example.net, encrypted", "report.txt.gpg")))
      #expect(run.status == 0)
    }
  }

  @Test func `the account of the configuration is the sender`() throws {
    let two = try TemporaryKeyring(own: [.alice, .carol], accepted: [.bob])
    let account = "default-account = \"work\"\n[account.work]\nfrom = [\"Carol <carol@example.net>\"]\n"
    try stage.folder.write(Array(account.utf8), to: "c.toml")
    let run = try stage.run(
      "file", "encrypt", "report.txt", "--to", "bob@example.org", "--config", "c.toml", keyring: two)
    #expect(run.stderr.hasSuffix(Self.summary("signed as carol@example.net, encrypted", "report.txt.gpg")))
  }

  @Test func `without a key nothing is signed unless that is said`() throws {
    let nobody = try TemporaryKeyring(certificates: [.bob])
    let map = "[keys]\n\"bob@example.org\" = \"\(Identity.bob.hexFingerprint)\"\n"
    try stage.folder.write(Array(map.utf8), to: "c.toml")
    var child = stage.command(
      "file", "encrypt", "report.txt", "--to", "bob@example.org", "--config", "c.toml", keyring: nobody)
    expect(
      try child.run(),
      stderr: """
        postseal: cannot sign: you have no secret key
        hint: name a key with `--as`, or make one with `postseal key new`

        """, status: 34)
    child.arguments.append("--no-sign")
    expect(
      try child.run(),
      stderr: """
          ✓ bob@example.org  ed25519  4FE1 D2B8 … 5CF9 2FA2  named in the configuration
        sealed: not signed, encrypted, not readable by yourself, 12 bytes
        postseal: wrote report.txt.gpg

        """, status: 0)
    let own = try stage.run(
      "file", "encrypt", "--force", "--no-sign", "report.txt", "--to", "bob@example.org", keyring: stage.alice)
    #expect(own.stderr.hasSuffix(Self.summary("not signed, encrypted", "report.txt.gpg")))
    #expect(own.stderr.contains("alice@example.org  ed25519  AEA2 6172 … 7682 21D1  copy to self\n"))
  }

  @Test func `recipients that gpg conf adds are noticed, and nothing is written`() throws {
    let careless = try TemporaryKeyring(
      own: [.alice], accepted: [.bob], certificates: [.mallory],
      options: ["recipient \(Identity.mallory.hexFingerprint)"])
    let run = try stage.run("file", "encrypt", "report.txt", "--to", "bob@example.org", keyring: careless)
    #expect(run.status == 78)
    #expect(run.stderr.hasPrefix("postseal: gpg encrypted for 3C8951D02D6DCF19, 6AEA34965857FB15, F8F52B01FE963AA1 "))
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test func `the report in JSON stands alone on standard error`() throws {
    let run = try stage.run("file", "encrypt", "--json", "report.txt", "--to", "bob@example.org", keyring: stage.alice)
    #expect(
      run.stderr
        == #"{"version":1,"protection":"sealed","signer":"\#(Identity.alice.hexFingerprint)","recipients":[{"address":"bob@example.org","fingerprint":"\#(Identity.bob.hexFingerprint)","algorithm":"ed25519","trust":"accepted"}],"copyToSelf":"\#(Identity.alice.hexFingerprint)","output":"report.txt.gpg"}"#
        + "\n")
  }

  @Test func `a full disk leaves no file`() throws {
    try stage.folder.write([UInt8](repeating: 0x41, count: 1 << 20), to: "large.bin")
    var child = stage.command("file", "encrypt", "large.bin", "--to", "bob@example.org", keyring: stage.alice)
    child.fileSizeLimit = 16
    let run = try child.run()
    #expect(run.status == 74, "\(run.stderr)")
    #expect(try stage.folder.contents() == ["large.bin", "report.txt"])
  }

  @Test(arguments: ["INT", "TERM", "KILL"])
  func `ended half way it leaves no file`(signal: String) throws {
    try ChildProcess("mkfifo", [stage.folder.appending("fifo").string], environment: testEnvironment).run().succeeded()
    var child = stage.command("file", "encrypt", "fifo", "--to", "bob@example.org", keyring: stage.alice)
    child.arguments = ["--preserve-status", "-s", signal, "0.7", child.program] + child.arguments
    child.program = "timeout"
    #expect(try child.run().status == (signal == "KILL" ? 137 : 130))
    #expect(try stage.folder.contents() == ["fifo", "report.txt"])
  }

  @Test func `a file larger than memory may grow is encrypted in flat memory`() throws {
    try stage.folder.write([UInt8](repeating: 0x41, count: 72 << 20), to: "large.bin")
    let run = try stage.run("file", "encrypt", "large.bin", "--to", "bob@example.org", keyring: stage.alice).succeeded()
    #expect(run.peakMemory > 0 && run.peakMemory < 48 << 20)
  }
}
