import SystemPackage
import TestSupport
import Testing

/// What `file decrypt` says and leaves, of files that gpg made.
@Suite struct FileDecryptTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
  }

  private static let text = Array("the figures\n".utf8)

  /// What gpg makes of `content` for bob with these options, in alice's keyring or another.
  private func seal(
    _ options: [String] = [], of content: [UInt8] = text, as name: String = "report.txt.gpg",
    by keyring: TemporaryKeyring? = nil
  ) throws {
    let arguments = ["--trust-model", "always", "-r", Identity.bob.hexFingerprint] + options + ["--encrypt"]
    let run = try (keyring ?? stage.alice).gpg(arguments: arguments, stdin: content).succeeded()
    try stage.folder.write(run.stdout, to: name)
  }

  @Test(arguments: [("report.txt.gpg", []), ("report.txt.asc", ["--armor"]), ("report.txt.PGP", ["-z", "0"])])
  func `what gpg encrypted and signed is opened beside, and its signer told`(name: String, options: [String]) throws {
    try seal(["--sign"] + options, as: name)
    let run = try stage.run("file", "decrypt", name, keyring: bob)
    let lines = run.stderr.split(separator: "\n")
    #expect(run.status == 0 && run.stdout.isEmpty)
    try #require(lines.count == 3)
    #expect(lines[0] == "╭ encrypted to you · good signature by Alice Example <alice@example.org>")
    #expect(lines[1].hasPrefix("╰ certificate AEA2 6172 … 7682 21D1, accepted by you, "))
    #expect(lines[2] == "postseal: wrote report.txt, 12 bytes")
    #expect(try stage.folder.read("report.txt") == Self.text)
    #expect(try stage.folder.contents() == ["report.txt", name])
  }

  @Test func `standard input goes to standard output, and a dash names that`() throws {
    try seal()
    var child = stage.command("file", "decrypt", keyring: bob)
    child.stdin = .pipe(try stage.folder.read("report.txt.gpg"))
    expect(try child.run(), stdout: "the figures\n", stderr: "– encrypted to you · not signed\n", status: 0)
    let run = try stage.run("file", "decrypt", "report.txt.gpg", "-o", "-", "--json", keyring: bob)
    #expect(run.text == "the figures\n")
    #expect(
      run.stderr.hasPrefix(
        #"{"version":1,"encryption":"whole","openedWith":"secretKey","recipients":["6AEA34965857FB15"],"signature":"none","#
      ))
    #expect(run.stderr.hasSuffix(#","output":null}"# + "\n"))
    #expect(try stage.folder.contents() == ["report.txt.gpg"])
  }

  @Test func `the name that a file carries inside is never used`() throws {
    try seal(["--set-filename", "../evil"])
    try stage.run("file", "decrypt", "report.txt.gpg", keyring: bob).succeeded()
    #expect(try stage.folder.contents() == ["report.txt", "report.txt.gpg"])
  }

  @Test(arguments: [12, 17 << 20], ["file", "pipe"])
  func `of an altered file nothing is released, and what was there stays`(size: Int, output: String) throws {
    try seal(["--sign", "-z", "0"], of: Array(repeating: 0x41, count: size))
    var bytes = try stage.folder.read("report.txt.gpg")
    bytes[bytes.count - 30] ^= 1
    try stage.folder.write(bytes, to: "report.txt.gpg")
    try stage.folder.write(Array("before".utf8), to: "report.txt")
    let run =
      output == "file"
      ? try stage.run("file", "decrypt", "--force", "report.txt.gpg", keyring: bob)
      : try stage.run("file", "decrypt", "-o", "-", "report.txt.gpg", keyring: bob)
    #expect(run.status == 22)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.hasPrefix("postseal: cannot open report.txt.gpg: "))
    #expect(run.stderr.hasSuffix("; nothing was written\nhint: ask the sender to send it again\n"))
    #expect(try stage.folder.read("report.txt") == Array("before".utf8))
    #expect(try stage.folder.contents() == ["report.txt", "report.txt.gpg"])
  }

  @Test(arguments: CraftedMessage.allCases.filter { $0 != .whole })
  func `a sound integrity check around content that is not whole releases nothing`(crafted: CraftedMessage) throws {
    try stage.folder.write(crafted.bytes, to: "x.gpg")
    let run = try stage.run("file", "decrypt", "x.gpg", keyring: bob)
    #expect(run.status == 22 || run.status == 23, "\(run.stderr)")
    #expect(try stage.folder.contents() == ["x.gpg"])
  }

  @Test func `a large file comes out of a pipe as it was`() throws {
    let content = (0..<17 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try seal(["--sign", "-z", "0"], of: content)
    let run = try stage.run("file", "decrypt", "-o", "-", "report.txt.gpg", keyring: bob)
    #expect(run.status == 0)
    #expect(run.stdout == content)
  }

  @Test func `without the secret key it is said, and nothing is written`() throws {
    try seal()
    let carol = try TemporaryKeyring(own: [.carol])
    expect(
      try stage.run("file", "decrypt", "report.txt.gpg", keyring: carol),
      stderr: """
        postseal: cannot open report.txt.gpg: no secret key here fits; it is for 6AEA34965857FB15
        hint: see your own keys with `postseal key list --secret`

        """, status: 20)
    #expect(try stage.folder.contents() == ["report.txt.gpg"])
  }

  @Test func `an existing output is replaced only with force`() throws {
    try seal()
    try stage.folder.write(Array("before".utf8), to: "report.txt")
    expect(
      try stage.run("file", "decrypt", "report.txt.gpg", keyring: bob),
      stderr: """
        postseal: cannot write report.txt: it exists
        hint: add `--force` to replace it, or name another file

        """, status: 73)
    #expect(try stage.folder.read("report.txt") == Array("before".utf8))
    try stage.run("file", "decrypt", "--force", "report.txt.gpg", keyring: bob).succeeded()
    #expect(try stage.folder.read("report.txt") == Self.text)
  }

  @Test func `a name without a known ending, and what is not encrypted, are told`() throws {
    try seal(as: "report.bin")
    expect(
      try stage.run("file", "decrypt", "report.bin", keyring: bob),
      stderr: """
        postseal: cannot tell a name for the output: report.bin does not end in .gpg, .pgp or .asc
        hint: name it with `-o FILE`, or `-o -` for standard output

        """, status: 64)
    try stage.folder.write(Self.text, to: "plain.gpg")
    expect(
      try stage.run("file", "decrypt", "plain.gpg", keyring: bob),
      stderr: "postseal: cannot decrypt plain.gpg: it is not encrypted\n", status: 23)
    let signed = try stage.alice.gpg("--sign", stdin: Self.text).succeeded()
    try stage.folder.write(signed.stdout, to: "signed.gpg")
    expect(
      try stage.run("file", "decrypt", "signed.gpg", keyring: bob),
      stderr: "postseal: cannot decrypt signed.gpg: it is not encrypted\n", status: 23)
  }

  @Test func `a file that a passphrase opens is told as such, and a wrong one has its status`() throws {
    let sealed = try stage.alice.gpg(
      arguments: ["--passphrase", "open sesame", "--symmetric"], stdin: Self.text
    ).succeeded()
    try stage.folder.write(sealed.stdout, to: "report.txt.gpg")
    var child = stage.command("file", "decrypt", "--passphrase-fd", "0", "report.txt.gpg", keyring: bob)
    child.stdin = .pipe(Array("open sesame\n".utf8))
    expect(
      try child.run(),
      stderr: "– encrypted with a passphrase · not signed\npostseal: wrote report.txt, 12 bytes\n", status: 0)
    // Of one that was right gpg-agent keeps a note for a while.
    let carol = try TemporaryKeyring(own: [.carol])
    var other = stage.command("file", "decrypt", "--passphrase-fd", "0", "--force", "report.txt.gpg", keyring: carol)
    other.stdin = .pipe(Array("wrong\n".utf8))
    #expect(try other.run().status == 21)
    #expect(try stage.folder.read("report.txt") == Self.text)
  }

  @Test func `a required signature that is not there writes nothing`() throws {
    try seal()
    expect(
      try stage.run("file", "decrypt", "--require-signature", "report.txt.gpg", keyring: bob),
      stderr: """
        – encrypted to you · not signed
        postseal: the file has no good signature by a verified certificate, and one is required

        """, status: 1)
    #expect(try stage.folder.contents() == ["report.txt.gpg"])
  }

  @Test func `of several signatures any one may be the required one, and those that do not hold are told`() throws {
    let both = try TemporaryKeyring(own: [.alice, .carol], certificates: [.bob])
    try seal(["--sign", "-u", Identity.carol.hexFingerprint, "-u", Identity.alice.hexFingerprint], by: both)
    let run = try stage.run(
      "file", "decrypt", "--require-signer", "alice@example.org", "report.txt.gpg", keyring: bob)
    #expect(run.status == 0)
    #expect(run.stderr.hasPrefix("╭ encrypted to you · good signature by Alice Example <alice@example.org>\n"))
    #expect(run.stderr.contains("╰ a further signature does not hold: its certificate is not in the keyring\n"))
    let other = try stage.run(
      "file", "decrypt", "--force", "--require-signer", "carol@example.net", "report.txt.gpg", keyring: bob)
    #expect(other.status == 1)
    #expect(other.stderr.hasSuffix("postseal: the file is not signed by carol@example.net\n"))
  }

  @Test func `a certificate that nobody verified, and a weak hash, are no good signature`() throws {
    let mallory = try TemporaryKeyring(own: [.mallory], certificates: [.bob])
    let reader = try TemporaryKeyring(own: [.bob], accepted: [.alice], certificates: [.mallory])
    try seal(["--sign"], by: mallory)
    let run = try stage.run("file", "decrypt", "report.txt.gpg", keyring: reader)
    #expect(run.status == 0)
    #expect(
      run.stderr.hasPrefix(
        "╭ ? encrypted to you · signed by a certificate that nobody verified, which calls itself Mallory"))
    try seal(["--sign", "--digest-algo", "SHA1", "--allow-weak-digest-algos"])
    let weak = try stage.run("file", "decrypt", "--force", "report.txt.gpg", keyring: reader)
    #expect(weak.stderr.hasPrefix("╭ – encrypted to you · not signed: the signature was made with SHA1\n"))
  }

  @Test(arguments: ["KILL", "TERM"], ["0.02", "0.1", "0.3"])
  func `killed at any time it leaves nothing, or all`(signal: String, seconds: String) throws {
    let content = [UInt8](repeating: 0x41, count: 24 << 20)
    try seal(["-z", "0"], of: content)
    var child = stage.command("file", "decrypt", "report.txt.gpg", keyring: bob)
    child.arguments = ["-s", signal, seconds, child.program] + child.arguments
    child.program = "timeout"
    _ = try child.run()
    let left = try stage.folder.contents()
    #expect(left == ["report.txt.gpg"] || left == ["report.txt", "report.txt.gpg"])
    if left.count == 2 { #expect(try stage.folder.read("report.txt") == content) }
  }

  @Test func `a file larger than memory may grow is decrypted in flat memory`() throws {
    try seal(["-z", "0"], of: [UInt8](repeating: 0x41, count: 72 << 20))
    let run = try stage.run("file", "decrypt", "report.txt.gpg", keyring: bob).succeeded()
    #expect(run.peakMemory > 0 && run.peakMemory < 48 << 20)
  }

  @Test func `a small file that grows without end is stopped`() throws {
    try seal(of: [UInt8](repeating: 0, count: 65 << 20))
    let run = try stage.run("file", "decrypt", "report.txt.gpg", keyring: bob)
    #expect(run.status == 23)
    #expect(
      run.stderr.hasPrefix("postseal: the file grows past 67 MB when it is decrypted; nothing was written\nhint: ")
    )
    #expect(try stage.folder.contents() == ["report.txt.gpg"])
  }
}
