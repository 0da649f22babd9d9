import SystemPackage
import TestSupport
import Testing

/// What `key refresh` says and changes.
@Suite struct KeyRefreshTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private func refresh(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = postseal(["key", "refresh"] + arguments, keyring: keyring ?? stage.alice)
    child.directory = stage.folder.path
    child.environment["XDG_STATE_HOME"] = stage.folder.appending("state").string
    return try child.run()
  }

  /// A server that gives what is in the box for whatever is asked.
  private static func server(_ certificate: [UInt8]) throws -> WebServer {
    try WebServer { _ in .answer(200, certificate) }
  }

  private static let bobRow = "4FE1 D2B8 … 5CF9 2FA2  Bob Meyer <bob@example.org>  "

  @Test(.enabled(if: optionalTool("sks"), "needs sks"))
  func `expiry, subkeys and a revocation arrive, and each is told`() throws {
    let server = try KeyServerProcess()
    let bob = try TemporaryKeyring(own: [.bob])
    let hex = Identity.bob.hexFingerprint
    let asking = "postseal: asking the key server 127.0.0.1:\(server.port)\n"
    expect(
      try refresh("--server", server.url, "bob@example.org"), stdout: "?  \(Self.bobRow)not there\n", stderr: asking,
      status: 0)
    try server.take([hex], from: bob)
    expect(
      try refresh("--server", server.url, "bob@example.org"), stdout: "–  \(Self.bobRow)unchanged\n", stderr: asking,
      status: 0)

    try bob.gpg("--passphrase", "", "--quick-set-expire", hex, "20400101T120000").succeeded()
    try bob.gpg("--passphrase", "", "--quick-add-key", hex, "ed25519", "sign", "none").succeeded()
    try server.take([hex], from: bob)
    let row = "✓  \(Self.bobRow)expires on 2040-01-01; new subkey for signing, ed25519\n"
    expect(try refresh("--server", server.url, "--dry-run", hex), stdout: row, stderr: asking, status: 0)
    #expect(try !stage.run("key", "show", hex, keyring: stage.alice).text.contains("2040-01-01"))
    expect(try refresh("--server", server.url, hex), stdout: row, stderr: asking, status: 0)
    #expect(try stage.run("key", "show", hex, keyring: stage.alice).text.contains("expires 2040-01-01"))
    #expect(try refresh("--server", server.url, hex).text == "–  \(Self.bobRow)unchanged\n")
    // The acceptance is still there.
    try stage.write(Letter())
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: stage.alice).status == 0)

    try stage.run("key", "revoke", hex, "--reason", "retired", "--yes", keyring: bob).succeeded()
    try server.take([hex], from: bob)
    let run = try refresh("--server", server.url, hex)
    #expect(run.text == "!  \(Self.bobRow)its owner revoked it\n", "\(run.stderr)")
    #expect(try stage.run("encrypt", "letter.eml", "-o", "again.eml", keyring: stage.alice).status == 32)
  }

  @Test func `a new user ID is told and not taken`() throws {
    let bob = try TemporaryKeyring(own: [.bob])
    let hex = Identity.bob.hexFingerprint
    try bob.gpg("--passphrase", "", "--quick-add-uid", hex, "Alice Example <alice@example.org>").succeeded()
    let server = try Self.server(try bob.gpg("--armor", "--export", hex).succeeded().stdout)
    let run = try refresh("--server", "hkp://127.0.0.1:\(server.port)", hex)
    expect(
      run, stdout: "–  \(Self.bobRow)unchanged\n",
      stderr: """
        postseal: asking the key server 127.0.0.1:\(server.port)
        postseal: new user ID Alice Example <alice@example.org> of certificate 4FE1 D2B8 … 5CF9 2FA2 was not taken; to take it: `postseal key find --keyserver --import \(hex)`

        """, status: 0)
    #expect(try !stage.run("key", "find", "alice@example.org", keyring: stage.alice).text.contains("4FE1"))
    // Taken on request it rivals Alice's own certificate.
    let find = try stage.run(
      "key", "find", "--server", "hkp://127.0.0.1:\(server.port)", "--import", hex, keyring: stage.alice)
    #expect(find.status == 1)
    #expect(find.text.contains("would bring  new user ID Alice Example <alice@example.org>\n"))
    #expect(find.stderr.contains("postseal: alice@example.org already has another certificate, AEA2 6172"))
  }

  @Test func `a certificate without user IDs brings its subkeys to the one that is here`() throws {
    let bob = try TemporaryKeyring(own: [.bob])
    let hex = Identity.bob.hexFingerprint
    try bob.gpg("--passphrase", "", "--quick-add-key", hex, "cv25519", "encr", "none").succeeded()
    let bare = try bob.gpg(
      "--armor", "--export-filter", "keep-uid=mbox = nobody@example.org", "--export", hex
    ).succeeded().stdout
    let server = try Self.server(bare)
    let run = try refresh("--server", "hkp://127.0.0.1:\(server.port)", hex)
    #expect(run.status == 0)
    #expect(run.text == "✓  \(Self.bobRow)new subkey for encryption, cv25519\n", "\(run.text) \(run.stderr)")
    #expect(try stage.run("key", "show", hex, keyring: stage.alice).text.contains("<bob@example.org> (accepted"))
    // Who does not have it yet cannot make anything of it.
    let fresh = try TemporaryKeyring(own: [.alice])
    let find = try stage.run(
      "key", "find", "--server", "hkp://127.0.0.1:\(server.port)", "--import", hex, keyring: fresh)
    #expect(find.status == 30 && find.text.isEmpty, "\(find.stderr)")
    #expect(
      find.stderr.contains(
        "certificate 4FE1 D2B8 … 5CF9 2FA2 came without a user ID: its owner has confirmed no address there\n"))
  }

  @Test func `no other certificate is ever added`() throws {
    let server = try Self.server(
      try readFile(Identity.mallory.certificateFile) + readFile(Identity.impostor.certificateFile))
    let before = try stage.run("key", "list", keyring: stage.alice).text
    let run = try refresh("--server", "hkp://127.0.0.1:\(server.port)", "--all")
    #expect(run.status == 0)
    #expect(run.text.split(separator: "\n").count { $0.hasSuffix("  not there") } == 7)
    #expect(try stage.run("key", "list", keyring: stage.alice).text == before)
    #expect(server.requests.count == 7)
  }

  @Test func `only those are asked for that were not refreshed within the time`() throws {
    let server = try Self.server(try readFile(Identity.bob.certificateFile))
    let url = "hkp://127.0.0.1:\(server.port)"
    #expect(try refresh("--server", url, "bob@example.org").status == 0)
    let run = try refresh("--server", url, "--all", "--older-than", "30d")
    #expect(run.status == 0 && !run.text.contains("bob@example.org"))
    #expect(run.text.contains("carol@example.net"))
    expect(
      try refresh("--server", url, "--all", "--older-than", "30d"),
      stderr: "postseal: all of it was refreshed within that time\n", status: 0)
    // Another keyring was not asked for.
    let other = try TemporaryKeyring(certificates: [.bob])
    #expect(
      try refresh("--server", url, "--all", "--older-than", "30d", keyring: other).text.contains("bob@example.org"))
  }

  @Test func `a server that is down is told once, tried once, and counted as no refresh`() throws {
    let port = try WebServer { _ in .close }.port
    let run = try refresh("--server", "hkp://127.0.0.1:\(port)", "--all")
    #expect(run.text.split(separator: "\n").count { $0.hasSuffix("  nobody answered") } == 7)
    #expect(
      run.stderr == """
        postseal: asking the key server 127.0.0.1:\(port)
        postseal: cannot ask the key server 127.0.0.1:\(port): it does not take connections
        hint: check the network, or ask another with `--server URL`

        """)
    #expect(run.status == 69)
    let server = try Self.server([])
    let again = try refresh("--server", "hkp://127.0.0.1:\(server.port)", "--all", "--older-than", "1d")
    #expect(again.text.split(separator: "\n").count == 7)
  }

  @Test(
    arguments: [
      (["--keyserver"], Int32(64)), (["--keyserver", "--all", "bob@example.org"], 64), (["bob@example.org"], 64),
      (["--keyserver", "dave@example.com"], 30), (["--keyserver", "--all", "--older-than", "never"], 64),
      (["--keyserver", "--all", "--pause", "100000"], 64),
    ] as [([String], Int32)])
  func `what names nothing or nobody is refused before anybody is asked`(arguments: [String], status: Int32) throws {
    var child = postseal(["key", "refresh"] + arguments, keyring: stage.alice)
    child.directory = stage.folder.path
    let run = try child.run()
    #expect(run.status == status && run.stdout.isEmpty, "\(run.stderr)")
  }

  @Test func `in JSON each certificate says what came of it`() throws {
    let server = try Self.server(try readFile(Identity.bob.certificateFile))
    let run = try refresh("--json", "--server", "hkp://127.0.0.1:\(server.port)", "bob@example.org")
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.text.hasSuffix("\"outcome\":\"unchanged\",\"changes\":[],\"omittedUserIDs\":[]}]}\n"), "\(run.text)")
  }

  @Test(
    .enabled(
      if: optionalTool("nginx") && optionalTool("openssl")
        && (testsEverything || WebKeysProcess.isPossible && WebKeysProcess.hasNames),
      "needs nginx, openssl, gpg-wks-client, and a mount namespace for dirmngr"))
  func `a domain that names another certificate for the address is told and changes nothing`() throws {
    let keys = try WebKeysProcess()
    let impostor = try TemporaryKeyring(certificates: [.impostor])
    try keys.publish(
      try impostor.gpg("--export", Identity.impostor.hexFingerprint).succeeded().stdout, for: "alice@example.org")
    let bob = try TemporaryKeyring(own: [.bob], accepted: [.alice])
    try keys.serve(bob)
    let run = try refresh("--wkd", "alice@example.org", keyring: bob)
    expect(
      run, stdout: "?  AEA2 6172 … 7682 21D1  Alice Example <alice@example.org>  not there\n",
      stderr: """
        postseal: asking the web key directory of example.org
        postseal: the web key directory of example.org gives another certificate, 2259 B90B … 31E0 0A59, for Alice Example <alice@example.org>: it was left there

        """, status: 0)
    #expect(try stage.run("key", "find", Identity.impostor.hexFingerprint, keyring: bob).status == 30)
  }
}
