import SystemPackage
import TestSupport
import Testing

/// What `file sign` says and leaves.
@Suite struct FileSignTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    try stage.folder.write(Self.text, to: "report.txt")
  }

  private static let text = Array("the figures\n- and more\nFrom here\n".utf8)

  @Test(arguments: [("report.txt.sig", []), ("report.txt.asc", ["--armor"])])
  func `a detached signature lies beside, and gpg and verify call it good`(name: String, options: [String]) throws {
    var child = stage.command("file", "sign", "report.txt", keyring: stage.alice)
    child.arguments += options
    expect(
      try child.run(),
      stderr: "signed: as alice@example.org, 33 bytes\npostseal: wrote \(name)\n", status: 0)
    #expect(try stage.folder.contents() == ["report.txt", name])
    #expect(try stage.folder.read("report.txt") == Self.text)
    let paths = [stage.folder.appending(name).string, stage.folder.appending("report.txt").string]
    #expect(try bob.gpg(arguments: ["--verify"] + paths).status == 0)
    #expect(try stage.run("file", "verify", name, keyring: bob).status == 0)
    try stage.folder.write(Self.text.dropLast(), to: "report.txt")
    #expect(try stage.run("file", "verify", name, keyring: bob).status == 1)
  }

  @Test func `a text signed in the clear is one that gpg and verify call good`() throws {
    expect(
      try stage.run("file", "sign", "--clear", "report.txt", keyring: stage.alice),
      stderr: "signed: as alice@example.org, 33 bytes\npostseal: wrote report.txt.asc\n", status: 0)
    let signed = try stage.folder.read("report.txt.asc")
    let text = String(decoding: signed, as: UTF8.self)
    #expect(text.hasPrefix("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nthe figures\n- - and more\n"))
    #expect(try bob.gpg("--decrypt", stdin: signed).succeeded().stdout == Self.text)
    #expect(try stage.run("file", "verify", "--clear", "report.txt.asc", keyring: bob).status == 0)
  }

  @Test(arguments: [
    Array("a\0b\n".utf8), Array("a\rb\n".utf8), Array(repeating: UInt8(ascii: "a"), count: 20_000),
  ])
  func `what a signature in the clear would not cover is refused`(content: [UInt8]) throws {
    try stage.folder.write(content, to: "odd.txt")
    expect(
      try stage.run("file", "sign", "--clear", "odd.txt", keyring: stage.alice),
      stderr: """
        postseal: cannot sign it in the clear: it has NULs, lone carriage returns or lines of over 16 kB, which such a signature does not cover
        hint: leave `--clear` out, for a signature in a file of its own

        """, status: 65)
    #expect(try stage.folder.contents() == ["odd.txt", "report.txt"])
    try stage.run("file", "sign", "odd.txt", keyring: stage.alice).succeeded()
    #expect(try stage.run("file", "verify", "odd.txt.sig", keyring: bob).status == 0)
  }

  @Test func `standard input goes to standard output`() throws {
    var child = stage.command("file", "sign", "--armor", "--quiet", keyring: stage.alice)
    child.stdin = .pipe(Self.text)
    let run = try child.run()
    #expect(run.text.hasPrefix("-----BEGIN PGP SIGNATURE-----\r\n"))
    #expect(run.stderr.isEmpty)
    try stage.folder.write(run.stdout, to: "x.asc")
    #expect(try stage.run("file", "verify", "x.asc", "report.txt", keyring: bob).status == 0)
  }

  @Test func `an existing output is replaced only with force`() throws {
    try stage.folder.write(Array("before".utf8), to: "report.txt.sig")
    #expect(try stage.run("file", "sign", "report.txt", keyring: stage.alice).status == 73)
    #expect(try stage.folder.read("report.txt.sig") == Array("before".utf8))
    try stage.run("file", "sign", "--force", "report.txt", keyring: stage.alice).succeeded()
    #expect(try stage.run("file", "verify", "report.txt.sig", keyring: bob).status == 0)
  }

  @Test func `who cannot sign is told, and nothing is written`() throws {
    let nobody = try TemporaryKeyring(certificates: [.bob])
    expect(
      try stage.run("file", "sign", "report.txt", keyring: nobody),
      stderr: """
        postseal: cannot sign: you have no secret key
        hint: name a key with `--as`, or make one with `postseal key new`

        """, status: 34)
    expect(
      try stage.run("file", "sign", "report.txt", "--as", "dave@example.com", keyring: stage.alice),
      stderr: """
        postseal: cannot sign as dave@example.com: you have no secret key for that address
        hint: name a key with `--as`, or make one with `postseal key new`

        """, status: 34)
    let locked = try TemporaryKeyring(own: [.locked])
    let run = try stage.run("file", "sign", "report.txt", keyring: locked)
    #expect(run.status == 21)
    let careless = try TemporaryKeyring(own: [.carol], options: ["digest-algo SHA1"])
    #expect(try stage.run("file", "sign", "report.txt", keyring: careless).status == 78)
    #expect(try stage.run("file", "sign", "--clear", "report.txt", keyring: careless).status == 78)
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test func `a folder, and a file that is not there, are told`() throws {
    #expect(try stage.run("file", "sign", "nosuch.txt", keyring: stage.alice).status == 66)
    let run = try stage.run("file", "sign", stage.folder.path.string, "-o", "x.sig", keyring: stage.alice)
    #expect(run.status == 66, "\(run.stderr)")
    #expect(try stage.folder.contents() == ["report.txt"])
  }

  @Test func `the report in JSON stands alone on standard error`() throws {
    let run = try stage.run("file", "sign", "--json", "report.txt", keyring: stage.alice)
    #expect(
      run.stderr
        == #"{"version":1,"protection":"signed","signer":"\#(Identity.alice.hexFingerprint)","recipients":[],"copyToSelf":null,"output":"report.txt.sig"}"#
        + "\n")
  }
}
