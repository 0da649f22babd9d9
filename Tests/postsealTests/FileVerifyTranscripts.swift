import SystemPackage
import TestSupport
import Testing

/// What `file verify` says of signatures that gpg made.
@Suite struct FileVerifyTranscripts {
  let stage: Stage
  /// Bob, who accepted alice and has certificates of others.
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try TemporaryKeyring(own: [.bob], accepted: [.alice], certificates: [.mallory, .expired, .revoked, .weak])
    try stage.folder.write(Self.text, to: "report.txt")
  }

  private static let text = Array("the figures\n- and more\n".utf8)
  private static let good = "╭ good signature by Alice Example <alice@example.org>\n"

  /// What gpg makes of the text with these options, as `name`.
  private func sign(
    _ options: [String], as name: String = "report.txt.sig", by keyring: TemporaryKeyring? = nil,
    of text: [UInt8] = text
  ) throws {
    let run = try (keyring ?? stage.alice).gpg(arguments: options, stdin: text).succeeded()
    try stage.folder.write(run.stdout, to: name)
  }

  @Test(arguments: [
    ("report.txt.sig", ["--detach-sign"]), ("report.txt.asc", ["--detach-sign", "--armor"]),
    ("report.txt.sign", ["--detach-sign", "--armor"]), ("report.txt.gpg", ["--detach-sign"]),
    ("report.txt.sig", ["--detach-sign", "--textmode"]),
  ])
  func `a detached signature finds its file beside`(name: String, options: [String]) throws {
    try sign(options, as: name)
    let run = try stage.run("file", "verify", name, keyring: bob)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stderr.isEmpty)
    #expect(run.text.hasPrefix(Self.good + "╰ certificate AEA2 6172 … 7682 21D1, accepted by you, "))
    #expect(run.text.split(separator: "\n").count == 2)
  }

  @Test func `the file can be named, and either can be standard input`() throws {
    try sign(["--detach-sign"], as: "some.sig")
    #expect(try stage.run("file", "verify", "some.sig", "report.txt", keyring: bob).status == 0)
    var child = stage.command("file", "verify", "some.sig", "-", keyring: bob)
    child.stdin = .pipe(Self.text)
    #expect(try child.run().status == 0)
    child = stage.command("file", "verify", "-", "report.txt", keyring: bob)
    child.stdin = .pipe(try stage.folder.read("some.sig"))
    #expect(try child.run().status == 0)
    expect(
      try stage.run("file", "verify", "some.sig", keyring: bob),
      stderr: """
        postseal: there is no some, which some.sig would be about
        hint: name the file that is signed: `postseal file verify some.sig DATA`

        """, status: 66)
    try stage.folder.write(try stage.folder.read("some.sig"), to: "other.bin")
    expect(
      try stage.run("file", "verify", "other.bin", keyring: bob),
      stderr: """
        postseal: cannot tell which file other.bin signs
        hint: name it: `postseal file verify other.bin DATA`

        """, status: 64)
  }

  @Test func `an altered file, and an altered signature, are not signed`() throws {
    try sign(["--detach-sign"])
    var signature = try stage.folder.read("report.txt.sig")
    try stage.folder.write(Self.text + [0x0A], to: "report.txt")
    expect(
      try stage.run("file", "verify", "report.txt.sig", keyring: bob),
      stdout: """
        ╭ – not signed: a signature that claims key D688 83EC 7682 21D1 does not match the file
        ╰ claims key D688 83EC 7682 21D1

        """, status: 1)
    try stage.folder.write(Self.text, to: "report.txt")
    signature[signature.count - 2] ^= 1
    try stage.folder.write(signature, to: "report.txt.sig")
    #expect(try stage.run("file", "verify", "report.txt.sig", keyring: bob).status == 1)
    try stage.folder.write(signature.prefix(40), to: "report.txt.sig")
    let cut = try stage.run("file", "verify", "report.txt.sig", keyring: bob)
    expect(cut, stdout: "– not signed: there is a signature that cannot be read\n", status: 1)
  }

  @Test func `each finding has its status`() throws {
    let carol = try TemporaryKeyring(own: [.carol])
    try sign(["--detach-sign"], as: "unknown.sig", by: carol)
    let unknown = try stage.run("file", "verify", "unknown.sig", "report.txt", keyring: bob)
    #expect(unknown.status == 10)
    #expect(unknown.text.hasPrefix("╭ ? signed by a certificate you do not have (key 6A34 35EC 6BD5 821F)\n"))

    let mallory = try TemporaryKeyring(own: [.mallory])
    try sign(["--detach-sign"], as: "unverified.sig", by: mallory)
    let unverified = try stage.run("file", "verify", "unverified.sig", "report.txt", keyring: bob)
    #expect(unverified.status == 11)
    #expect(unverified.text.hasPrefix("╭ ? signed by a certificate that nobody verified, which calls itself Mallory"))

    let past = "--faked-system-time=20250115T000000"
    let expired = try TemporaryKeyring(own: [.expired])
    try sign([past, "--detach-sign"], as: "expired.sig", by: expired)
    #expect(try stage.run("file", "verify", "expired.sig", "report.txt", keyring: bob).status == 12)

    try sign(["--default-sig-expire", "1d", past, "--detach-sign"], as: "over.sig")
    let over = try stage.run("file", "verify", "over.sig", "report.txt", keyring: bob)
    #expect(over.status == 12)
    #expect(over.text.contains("the signature has expired"))

    try sign(["--digest-algo", "SHA1", "--detach-sign"], as: "weak.sig")
    let weak = try stage.run("file", "verify", "weak.sig", "report.txt", keyring: bob)
    #expect(weak.status == 1)
    #expect(weak.text.hasPrefix("╭ – not signed: the signature was made with SHA1\n"))

    try sign(["--faked-system-time=20350115T000000", "--detach-sign"], as: "future.sig")
    let future = try stage.run("file", "verify", "future.sig", "report.txt", keyring: bob)
    #expect(future.status == 1)
    #expect(future.text.contains("dated in the future"))

    try stage.folder.write(Self.text, to: "none.sig")
    expect(
      try stage.run("file", "verify", "none.sig", "report.txt", keyring: bob),
      stderr: "postseal: there is no signature in none.sig\n", status: 3)
    try sign(["--trust-model", "always", "-r", Identity.bob.hexFingerprint, "--encrypt"], as: "sealed.sig")
    #expect(try stage.run("file", "verify", "sealed.sig", "report.txt", keyring: bob).status == 3)
  }

  @Test func `a signature by a revoked certificate is told`() throws {
    let rogue = try TemporaryKeyring(own: [.carol])
    try sign(["--detach-sign"], by: rogue)
    let reader = try TemporaryKeyring(own: [.bob], accepted: [.carol])
    try stage.folder.write(try stage.folder.read("report.txt"), to: "x")
    #expect(try stage.run("file", "verify", "report.txt.sig", keyring: reader).status == 0)
    try reader.gpg("--import", stdin: try Self.revocation(of: .carol)).succeeded()
    let run = try stage.run("file", "verify", "report.txt.sig", keyring: reader)
    #expect(run.status == 12)
    #expect(run.text.contains("not signed: the signer's certificate is revoked\n"))
  }

  /// A revocation of the identity, made with its secret key.
  private static func revocation(of identity: Identity) throws -> [UInt8] {
    let keyring = try TemporaryKeyring(own: [identity])
    var child = ChildProcess(
      "gpg",
      [
        "--homedir", keyring.home.string, "--no-tty", "--command-fd", "0", "--pinentry-mode", "loopback",
        "--gen-revoke",
        identity.hexFingerprint,
      ], environment: testEnvironment)
    child.stdin = .file(Array("y\n0\n\ny\n".utf8))
    return try child.run().succeeded().stdout
  }

  @Test func `of several signatures one good one decides, and those that do not hold are told`() throws {
    let both = try TemporaryKeyring(own: [.carol, .alice])
    try sign(
      ["-u", Identity.carol.hexFingerprint, "-u", Identity.alice.hexFingerprint, "--detach-sign"], by: both)
    let run = try stage.run("file", "verify", "report.txt.sig", keyring: bob)
    #expect(run.status == 0)
    #expect(run.text.hasPrefix(Self.good))
    #expect(run.text.hasSuffix("╰ a further signature does not hold: its certificate is not in the keyring\n"))
    let wanted = try stage.run(
      "file", "verify", "--require-signer", "carol@example.net", "report.txt.sig", keyring: bob)
    #expect(wanted.status == 1)
    #expect(wanted.stderr == "postseal: the file is not signed by carol@example.net\n")
    // Hers is sound, and nobody verified her certificate.
    let unsure = try TemporaryKeyring(own: [.bob], accepted: [.alice], certificates: [.carol])
    #expect(
      try stage.run("file", "verify", "--require-signer", "carol@example.net", "report.txt.sig", keyring: unsure).status
        == 1)
    let knowing = try TemporaryKeyring(own: [.bob], accepted: [.alice, .carol])
    for address in ["carol@example.net", "alice@example.org"] {
      #expect(
        try stage.run("file", "verify", "--require-signer", address, "report.txt.sig", keyring: knowing).status == 0)
    }
  }

  @Test func `a text that is signed in the clear is judged alone`() throws {
    try sign(["--clear-sign"], as: "letter.asc")
    let run = try stage.run("file", "verify", "letter.asc", keyring: bob)
    #expect(run.status == 0, "\(run.text)\(run.stderr)")
    #expect(run.text.hasPrefix(Self.good))

    let block = try stage.folder.read("letter.asc")
    try stage.folder.write(Array("before\n".utf8) + block, to: "around.asc")
    let around = try stage.run("file", "verify", "around.asc", keyring: bob)
    #expect(around.status == 3)
    #expect(around.text.hasPrefix("╭ ! only the block inside is signed, by Alice Example <alice@example.org>\n"))

    try stage.folder.write(block + block, to: "twice.asc")
    let twice = try stage.run("file", "verify", "twice.asc", keyring: bob)
    #expect(twice.status == 1)
    #expect(twice.text.hasPrefix("– not signed: there are 2 OpenPGP blocks in it, not one\n"))

    let altered = String(decoding: block, as: UTF8.self).replacing("figures", with: "fingers")
    try stage.folder.write(Array(altered.utf8), to: "altered.asc")
    #expect(try stage.run("file", "verify", "altered.asc", keyring: bob).status == 1)
  }

  @Test(arguments: [["--clear-sign"], ["--sign"], ["--sign", "--armor"], ["--sign", "-z", "0"]])
  func `a signed text in the place of a signature is never one on the file beside`(options: [String]) throws {
    try sign(options, as: "report.txt.asc", of: Array("something else\n".utf8))
    for run in [
      try stage.run("file", "verify", "report.txt.asc", keyring: bob),
      try stage.run("file", "verify", "report.txt.asc", "report.txt", keyring: bob),
    ] {
      expect(
        run,
        stderr: """
          postseal: report.txt.asc says nothing about report.txt: it carries a signed text of its own
          hint: judge that text with `postseal file verify --clear report.txt.asc`

          """, status: 1)
    }
    let alone = try stage.run("file", "verify", "--clear", "report.txt.asc", keyring: bob)
    #expect(alone.status == 0, "\(alone.text)\(alone.stderr)")
    #expect(alone.text.hasPrefix(Self.good))
  }

  @Test func `lines of which a signature in text mode covers only the start are not signed`() throws {
    try sign(["--detach-sign", "--textmode"])
    try sign(["--clear-sign"], as: "clear.asc")
    // gpg calls each of these good.
    let hidden = "figures" + String(repeating: "\r", count: 20_000) + " and what nobody signed"
    try stage.folder.write(Array("the \(hidden)\n- and more\n".utf8), to: "report.txt")
    let clear = String(decoding: try stage.folder.read("clear.asc"), as: UTF8.self).replacing("figures", with: hidden)
    try stage.folder.write(Array(clear.utf8), to: "clear.asc")
    for name in ["report.txt.sig", "clear.asc"] {
      let run = try stage.run("file", "verify", name, keyring: bob)
      #expect(run.status == 1)
      #expect(run.text.contains("covers only the start"))
    }
  }

  @Test func `JSON has the finding and the file`() throws {
    try sign(["--detach-sign"])
    let run = try stage.run("file", "verify", "--json", "report.txt.sig", keyring: bob)
    #expect(run.status == 0)
    #expect(
      run.text.hasPrefix(
        #"{"version":1,"encryption":"none","openedWith":null,"recipients":[],"signature":"good","trusted":true,"#))
    #expect(run.text.hasSuffix(#","warnings":[],"data":"report.txt"}"# + "\n"))
  }

  @Test func `what a user ID holds cannot leave its place`() throws {
    let hostile = try TemporaryKeyring(own: [.hostileName])
    try sign(["--detach-sign"], by: hostile)
    let reader = try TemporaryKeyring(own: [.bob], certificates: [.hostileName])
    let run = try stage.run("file", "verify", "report.txt.sig", keyring: reader)
    #expect(run.status == 11)
    #expect(!run.text.contains("\u{1B}"))
  }

  @Test func `a large file is verified in flat memory`() throws {
    let content = [UInt8](repeating: 0x41, count: 72 << 20)
    try stage.folder.write(content, to: "large.bin")
    try sign(["--detach-sign"], as: "large.bin.sig", of: content)
    let run = try stage.run("file", "verify", "large.bin.sig", keyring: bob).succeeded()
    #expect(run.peakMemory > 0 && run.peakMemory < 48 << 20)
  }
}
