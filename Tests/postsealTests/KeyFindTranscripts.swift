import SystemPackage
import TestSupport
import Testing

/// What `key find` says and takes when it asks a key server: a real one, and ones that misbehave.
@Suite struct KeyFindTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let malloryShown = """
    fingerprint  F2DC 5979 2F1B 0489 C7F2 4CE0 917A 13DA 4EDA D7B9
    user ID      Mallory <mallory@evil.example> (not verified)
    primary key  ed25519, certification + signing, made 2025-01-01
    subkey       cv25519, encryption, made 2025-01-01

    """

  /// A key server that gives this to whoever asks for a certificate, and lists Mallory's.
  private static func server(giving certificate: [UInt8]) throws -> WebServer {
    try WebServer { request in
      guard request.target.contains("op=index") else { return .answer(200, certificate) }
      let line =
        "info:1:1\npub:\(Identity.mallory.hexFingerprint):22:256:1735732800::\nuid:Mallory <mallory@evil.example>:::\n"
      return .answer(200, Array(line.utf8))
    }
  }

  private static func certificate(of identity: Identity) throws -> [UInt8] { try readFile(identity.certificateFile) }

  private func find(_ arguments: String..., at server: WebServer, keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = postseal(
      ["key", "find", "--server", "hkp://127.0.0.1:\(server.port)", "--timeout", "5"] + arguments,
      keyring: keyring ?? stage.alice)
    child.directory = stage.folder.path
    return try child.run()
  }

  private func has(_ name: String, _ keyring: TemporaryKeyring) throws -> Bool {
    try stage.run("key", "find", "--local", name, keyring: keyring).status == 0
  }

  @Test(.enabled(if: optionalTool("sks"), "needs sks"))
  func `a key server is asked only when that is said, and what it gives is imported only when that is said`() throws {
    let server = try KeyServerProcess()
    try server.take(.mallory)
    #expect(try stage.run("key", "find", "mallory@evil.example", keyring: stage.alice).status == 30)
    let source = "found in     the key server 127.0.0.1:\(server.port): anybody can upload there under any name\n"
    expect(
      try stage.run("key", "find", "--server", server.url, "mallory@evil.example", keyring: stage.alice),
      stdout: Self.malloryShown + source,
      stderr: """
        postseal: asking the key server 127.0.0.1:\(server.port)
        postseal: nothing was imported: to take certificate F2DC 5979 … 4EDA D7B9, add `--import`

        """, status: 0)
    #expect(try !has("mallory@evil.example", stage.alice))
    expect(
      try stage.run("key", "find", "--server", server.url, "--import", "mallory@evil.example", keyring: stage.alice),
      stdout: Self.malloryShown + source,
      stderr: """
        postseal: asking the key server 127.0.0.1:\(server.port)
        postseal: imported F2DC 5979 … 4EDA D7B9: new in your keyring
        postseal: compare the fingerprint with its owner, then `postseal key accept mallory@evil.example \(Identity.mallory.hexFingerprint)`

        """, status: 0)
    #expect(try has("mallory@evil.example", stage.alice))
    let again = try stage.run(
      "key", "find", "--server", server.url, "--import", "mallory@evil.example", keyring: stage.alice)
    #expect(again.text == Self.malloryShown + source + "found in     your keyring\n")
    #expect(again.stderr == "postseal: asking the key server 127.0.0.1:\(server.port)\n")
    let none = try stage.run("key", "find", "--server", server.url, "dave@example.com", keyring: stage.alice)
    expect(
      none,
      stderr: """
        postseal: asking the key server 127.0.0.1:\(server.port)
        postseal: no certificate for dave@example.com in your keyring or the key server 127.0.0.1:\(server.port)
        hint: get it from its owner, then `postseal key import FILE`

        """, status: 30)
  }

  @Test(.enabled(if: optionalTool("sks"), "needs sks"))
  func `a fingerprint is found with all its user IDs, and is that one`() throws {
    let server = try KeyServerProcess()
    try server.take(.revokedAddress, .mallory)
    let run = try stage.run(
      "key", "find", "--server", server.url, "--import", Identity.revokedAddress.hexFingerprint, keyring: stage.alice)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.contains("<moved@example.org>") && run.text.contains("<revoked-address@example.org> (revoked)"))
    #expect(try has("moved@example.org", stage.alice))
    #expect(try !has("mallory@evil.example", stage.alice))
  }

  @Test func `on a terminal the answer yes imports, and nothing else does`() throws {
    let server = try Self.server(giving: try Self.certificate(of: .mallory))
    for (answer, status) in [("no\n", Int32(1)), ("yes\n", 0)] {
      var child = stage.command(
        "key", "find", "--server", "hkp://127.0.0.1:\(server.port)", "mallory@evil.example", keyring: stage.alice
      ).onTerminal()
      child.stdin = .pipe(Array(answer.utf8))
      let run = try child.run()
      #expect(run.status == status, "\(run.text)")
      #expect(run.text.contains("Import certificate F2DC 5979 … 4EDA D7B9? Type yes to go on: "))
      #expect(try has("mallory@evil.example", stage.alice) == (status == 0))
    }
  }

  @Test func `a second certificate for an address is taken only by its fingerprint`() throws {
    let impostor = try Self.certificate(of: .impostor)
    let server = try WebServer { request in
      guard request.target.contains("op=index") else { return .answer(200, impostor) }
      return .answer(
        200, Array("pub:\(Identity.impostor.hexFingerprint):22:256:::\nuid:Alice Example <alice@example.org>:::\n".utf8)
      )
    }
    let warning =
      "postseal: alice@example.org already has another certificate, AEA2 6172 … 7682 21D1; it stays in use until you accept the new one\n"
    let run = try find("--import", "alice@example.org", at: server)
    #expect(run.status == 1)
    #expect(
      run.stderr.hasSuffix(
        warning + """
          postseal: nobody can be asked: Import certificate 2259 B90B … 31E0 0A59?
          hint: name it with `--fingerprint \(Identity.impostor.hexFingerprint)`

          """))
    let named = try find("--fingerprint", Identity.impostor.hexFingerprint, "alice@example.org", at: server)
    #expect(named.status == 0 && named.stderr.contains(warning))
    #expect(try has(Identity.impostor.hexFingerprint, stage.alice))
    #expect(try find("--fingerprint", Identity.carol.hexFingerprint, "alice@example.org", at: server).status == 30)
  }

  @Test func `of two certificates for an address none is taken unless it is named`() throws {
    let both = try Self.certificate(of: .sharedA) + Self.certificate(of: .sharedB)
    let server = try WebServer { request in
      guard request.target.contains("op=index") else { return .answer(200, both) }
      let lines = [Identity.sharedA, .sharedB].map {
        "pub:\($0.hexFingerprint):22:256:::\nuid:Shared <shared@example.org>:::\n"
      }
      return .answer(200, Array(lines.joined().utf8))
    }
    let run = try find("--import", "shared@example.org", at: server)
    #expect(run.status == 64)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: several certificates were found for shared@example.org, nothing was imported
        hint: name one: `--fingerprint \(Identity.sharedA.hexFingerprint)` or `--fingerprint \(Identity.sharedB.hexFingerprint)`

        """))
    #expect(try !has("shared@example.org", stage.alice))
    #expect(try find("--fingerprint", Identity.sharedB.hexFingerprint, "shared@example.org", at: server).status == 0)
    #expect(try has(Identity.sharedB.hexFingerprint, stage.alice))
    #expect(try !has(Identity.sharedA.hexFingerprint, stage.alice))
  }

  @Test func `another certificate than the one that was listed is not taken`() throws {
    let server = try Self.server(giving: try Self.certificate(of: .impostor))
    #expect(try find("--import", "mallory@evil.example", at: server).status == 30)
    #expect(try find("--import", Identity.mallory.hexFingerprint, at: server).status == 30)
    #expect(try !has(Identity.impostor.hexFingerprint, stage.alice))
  }

  @Test(arguments: [
    ("garbage", "its answer is not what was asked for", Int32(76)),
    ("closed", "it ended the connection without an answer", 76),
    ("silent", "no answer within 1 seconds", 75),
    ("flooded", "its answer is larger than 8 MiB, the limit", 76),
  ])
  func `a key server that gives no sense is told as it is`(name: String, words: String, status: Int32) throws {
    let server = try WebServer { _ in
      switch name {
      case "garbage": .answer(200, Array("<html>hello</html>".utf8))
      case "closed": .close
      case "silent": .hang
      default: .answer(200, Array(repeating: 0x41, count: 30 << 20))
      }
    }
    let run = try find("--timeout", "1", Identity.mallory.hexFingerprint, at: server)
    #expect(run.status == status && run.stdout.isEmpty)
    #expect(
      run.stderr.contains("\npostseal: cannot ask the key server 127.0.0.1:\(server.port): \(words)\n"), "\(run.stderr)"
    )
    #expect(run.stderr.contains("\nhint: "))
    // What the keyring has is shown all the same.
    let known = try find("--timeout", "1", "carol@example.net", at: server)
    #expect(known.status == 0 && known.text.contains("carol@example.net"))
    #expect(known.stderr.contains("\npostseal: cannot ask the key server 127.0.0.1:\(server.port): "))
  }

  @Test func `a certificate with tens of thousands of bogus certifications is read in bounded time, without them`()
    throws
  {
    let keyring = try TemporaryKeyring(certificates: [.mallory])
    let sound = try keyring.gpg("--export", Identity.mallory.hexFingerprint).succeeded().stdout
    // A certification by nobody in particular, of the size that such have.
    let bogus: [UInt8] = [0xC2, 117, 4, 0x10, 22, 8, 0, 0, 0, 0] + Array(repeating: 7, count: 109)
    let server = try Self.server(giving: sound + Array(repeating: bogus, count: 50_000).flatMap(\.self))
    let run = try find("--timeout", "60", "--import", "mallory@evil.example", at: server)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.duration < .seconds(60))
    #expect(try stage.alice.gpg("--export", Identity.mallory.hexFingerprint).stdout.count == sound.count)
  }

  @Test func `a key server that is down, or that nobody knows, is told with its own status`() throws {
    let port = try WebServer { _ in .close }.port
    let down = try stage.run(
      "key", "find", "--server", "hkp://127.0.0.1:\(port)", "dave@example.com", keyring: stage.alice)
    expect(
      down,
      stderr: """
        postseal: asking the key server 127.0.0.1:\(port)
        postseal: cannot ask the key server 127.0.0.1:\(port): it does not take connections
        postseal: no certificate for dave@example.com in your keyring
        hint: check the network, or ask another with `--server URL`

        """, status: 69)
    // Only one failure ago nobody answered there.
    let back = try Self.server(giving: try Self.certificate(of: .mallory))
    #expect(try find("mallory@evil.example", at: back).status == 0)
  }

  @Test func `a dirmngr that does not start, or is missing, is told`() throws {
    // Its socket has no room in such a path.
    let deep = stage.folder.appending(String(repeating: "d", count: 90))
    for command in [["mkdir", deep.string], ["cp", "-r", stage.alice.home.string, deep.appending("home").string]] {
      try ChildProcess(command[0], Array(command.dropFirst()), environment: testEnvironment).run().succeeded()
    }
    let server = try Self.server(giving: [])
    let failed = try find("--home", deep.appending("home").string, "mallory@evil.example", at: server)
    #expect(failed.status == 78)
    #expect(
      failed.stderr.contains("dirmngr, which asks on the network for GnuPG, does not start\n"), "\(failed.stderr)")
    #expect(failed.stderr.contains("hint: run `dirmngr --server` to see why\n"))

    // A folder with gpg alone.
    try stage.folder.write([], to: "bin/x")
    try ChildProcess(
      "ln", ["-s", "/usr/bin/gpg", stage.folder.appending("bin/gpg").string], environment: testEnvironment
    ).run().succeeded()
    var child = stage.command("key", "find", "--keyserver", "mallory@evil.example", keyring: stage.alice)
    child.environment["PATH"] = stage.folder.appending("bin").string
    let missing = try child.run()
    #expect(missing.status == 78)
    #expect(
      missing.stderr.contains("dirmngr, which asks on the network for GnuPG, is not installed\n"), "\(missing.stderr)")
    #expect(missing.stderr.hasSuffix("\nhint: install the package dirmngr\n"))
  }

  @Test func `the configuration says who is asked, while nothing was found, and local asks nobody`() throws {
    let server = try Self.server(giving: try Self.certificate(of: .mallory))
    try stage.alice.writeDirmngrConfiguration("keyserver hkp://127.0.0.1:\(server.port)")
    try stage.folder.write("[crypto]\nlocate = [\"local\", \"keyserver\"]\n".utf8, to: "config.toml")
    let run = try stage.run("key", "find", "--config", "config.toml", "mallory@evil.example", keyring: stage.alice)
    #expect(run.status == 0 && run.text.hasPrefix(Self.malloryShown))
    let asked = server.requests.count
    #expect(asked == 2)
    #expect(
      try stage.run("key", "find", "--config", "config.toml", "--local", "mallory@evil.example", keyring: stage.alice)
        .status == 30)
    expect(
      try stage.run("key", "find", "--config", "config.toml", "carol@example.net", keyring: stage.alice),
      stdout: "?  Carol Novak <carol@example.net>  rsa3072  F19C 23ED … 6BD5 821F  not verified\n",
      stderr: "postseal: looked in your keyring only\n", status: 0)
    #expect(server.requests.count == asked)
  }

  @Test func `in JSON each certificate says who gave it and whether it was imported`() throws {
    let server = try Self.server(giving: try Self.certificate(of: .mallory))
    let run = try find("--json", "--import", "mallory@evil.example", at: server)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(
      run.text.hasPrefix("{\"version\":1,\"certificates\":[{\"fingerprint\":\"\(Identity.mallory.hexFingerprint)\","))
    #expect(
      run.text.contains(
        "\"inKeyring\":false,\"foundIn\":[{\"kind\":\"keyserver\",\"name\":\"hkp://127.0.0.1:\(server.port)\",\"checksAddresses\":false}],"
          + "\"changes\":[{\"kind\":\"added\",\"text\":\"new in your keyring\"}],\"imported\":true}]"))
  }

  @Test(arguments: [
    ["--local", "--all", "bob@example.org"], ["--server", "ftp://x", "bob@example.org"],
    ["--timeout", "0", "bob@example.org"],
    ["--wkd", Identity.bob.hexFingerprint], ["--fingerprint", "ABCD", "bob@example.org"], ["bob"],
    ["--server", "hkp://x\nKS_PUT", "bob@example.org"],
  ])
  func `what makes no sense is refused before anybody is asked`(arguments: [String]) throws {
    var child = postseal(["key", "find"] + arguments, keyring: stage.alice)
    child.directory = stage.folder.path
    #expect(try child.run().status == 64)
  }
}
