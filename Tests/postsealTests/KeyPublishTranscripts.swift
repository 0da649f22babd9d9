import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What `key publish` says and gives away.
@Suite struct KeyPublishTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let aliceShown = """
    fingerprint  AEA2 6172 02EC 1A3C 97B6 75EA D688 83EC 7682 21D1
    user ID      Alice Example <alice@example.org> (your own)
    primary key  ed25519, certification + signing, made 2025-01-01
    subkey       cv25519, encryption, made 2025-01-01
    secret key   here

    """

  private func publish(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = postseal(["key", "publish"] + arguments, keyring: keyring ?? stage.alice)
    child.directory = stage.folder.path
    return try child.run()
  }

  @Test(.enabled(if: optionalTool("sks"), "needs sks"))
  func `one's own certificate is given to a key server after a yes, and others find it there`() throws {
    let server = try KeyServerProcess()
    let place = "the key server 127.0.0.1:\(server.port)"
    expect(
      try publish("--server", server.url, "alice@example.org"),
      stderr: Self.aliceShown + """
        postseal: nobody can be asked: Give this certificate to \(place), for good and for everybody?
        hint: add `--yes`

        """, status: 1)
    expect(
      try publish("--server", server.url, "--dry-run", "alice@example.org"),
      stderr: Self.aliceShown + "postseal: would give it to \(place)\n", status: 0)
    let bob = try TemporaryKeyring(own: [.bob])
    #expect(try stage.run("key", "find", "--server", server.url, "alice@example.org", keyring: bob).status == 30)
    expect(
      try publish("--server", server.url, "--yes", "alice@example.org"),
      stderr: Self.aliceShown + "postseal: published: \(place) has AEA2 6172 … 7682 21D1 now\n", status: 0)
    #expect(
      try stage.run("key", "find", "--server", server.url, "--import", "alice@example.org", keyring: bob).status == 0)
  }

  @Test(.enabled(if: optionalTool("sks"), "needs sks"))
  func `somebody else's certificate is given only to a server that has it`() throws {
    let server = try KeyServerProcess()
    let run = try publish("--server", server.url, "--yes", "bob@example.org")
    #expect(run.status == 1 && run.stdout.isEmpty)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: not published: certificate 4FE1 D2B8 … 5CF9 2FA2 is somebody else's, and the key server 127.0.0.1:\(server.port) does not have it
        hint: whether it is public is for its owner to decide: ask them to publish it

        """))
    #expect(
      try stage.run("key", "find", "--server", server.url, Identity.bob.hexFingerprint, keyring: try TemporaryKeyring())
        .status == 30)
    try server.take(.bob)
    #expect(try publish("--server", server.url, "--yes", "bob@example.org").status == 0)
  }

  @Test func `certifications by others and local ones stay here`() throws {
    let keyring = try TemporaryKeyring(own: [.alice, .bob])
    let alice = Identity.alice.hexFingerprint
    for act in ["--quick-sign-key", "--quick-lsign-key"] {
      try keyring.gpg(arguments: ["--local-user", Identity.bob.hexFingerprint, act, alice])
    }
    #expect(try keyring.gpg("--list-sigs", "--with-colons", alice).text.contains("Bob Meyer"))
    let posted = Mutex<[UInt8]>([])
    let server = try WebServer { request in
      if request.method == "POST" { posted.withLock { $0 = request.body } }
      return .answer(200, [])
    }
    let run = try publish("--server", "hkp://127.0.0.1:\(server.port)", "--yes", alice, keyring: keyring)
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix(
        "postseal: the key server 127.0.0.1:\(server.port) took it, and does not show it yet: look later with `postseal key find`\n"
      ))
    let form = String(decoding: posted.withLock(\.self), as: UTF8.self)
    #expect(form.hasPrefix("keytext="))
    let armor = try #require(form.dropFirst(8).replacing("+", with: " ").removingPercentEncoding)
    let packets = try keyring.gpg("--list-packets", stdin: Array(armor.utf8)).text
    #expect(
      packets.matches(of: /\n:signature packet: .* keyid (\w+)/).map { String($0.1) } == [
        "D68883EC768221D1", "D68883EC768221D1",
      ])
  }

  @Test func `an address that the server does not show yet is told, with what to do`() throws {
    let bare = try stage.alice.gpg(
      "--armor", "--export-filter", "keep-uid=mbox = nobody@example.org", "--export", Identity.alice.hexFingerprint
    ).succeeded().stdout
    let server = try WebServer { request in .answer(200, request.method == "POST" ? [] : bare) }
    let run = try publish("--server", "hkp://127.0.0.1:\(server.port)", "--yes", "alice@example.org")
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: published: the key server 127.0.0.1:\(server.port) has AEA2 6172 … 7682 21D1 now
        postseal: it is not shown there for Alice Example <alice@example.org>: follow the link in the mail that the server sends to the address; where none comes, ask for it at https://127.0.0.1:\(server.port)

        """), "\(run.stderr)")
  }

  @Test(arguments: [(403, Int32(69), "it does not take it"), (500, 69, "it does not take it")])
  func `a server that does not take it is told`(code: Int, status: Int32, words: String) throws {
    let server = try WebServer { _ in .answer(code, []) }
    let run = try publish("--server", "hkp://127.0.0.1:\(server.port)", "--yes", "alice@example.org")
    #expect(run.status == status)
    #expect(
      run.stderr.contains("postseal: cannot publish at the key server 127.0.0.1:\(server.port): \(words)\nhint: "),
      "\(run.stderr)")
  }

  @Test func `a server that is down is told`() throws {
    let port = try WebServer { _ in .close }.port
    let run = try publish("--server", "hkp://127.0.0.1:\(port)", "--yes", "alice@example.org")
    #expect(run.status == 69)
    #expect(run.stderr.contains("cannot publish at the key server 127.0.0.1:\(port): it does not take connections\n"))
  }

  @Test(
    arguments: [
      (["alice@example.org"], Int32(64)), (["--server", "x", "alice@example.org"], 64),
      (["--keyserver", "dave@example.com"], 30),
      (["--wkd", "", "alice@example.org"], 64), (["--wkd", "web", "expired@example.org"], 32),
      (["--wkd", "web", "alice@example.org", "--proxy", "none"], 64),
      (["--server", "hkp://127.0.0.1:1", "alice@example.org", "--via", "sendmail:"], 64),
      (["--wks", "alice@example.org", "--ca-file", "none.pem"], 64),
    ] as [([String], Int32)])
  func `what makes no sense publishes nothing`(arguments: [String], status: Int32) throws {
    var child = postseal(["key", "publish"] + arguments, keyring: stage.alice)
    child.directory = stage.folder.path
    #expect(try child.run().status == status)
    #expect(try stage.folder.contents().isEmpty)
  }

  // MARK: Web key directories

  @Test(.enabled(if: testsEverything || WebKeysProcess.hasNames, "needs gpg-wks-client"))
  func `each address has a file with its user ID alone, under the name that GnuPG gives it`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let hex = Identity.alice.hexFingerprint
    try keyring.gpg("--passphrase", "", "--quick-add-uid", hex, "Alice <Alice.Two@example.net>").succeeded()
    let run = try publish("--wkd", "web", hex, keyring: keyring)
    #expect(run.status == 0, "\(run.stderr)")
    let one = try WebKeysProcess.hash(of: "alice@example.org")
    let two = try WebKeysProcess.hash(of: "alice.two@example.net")
    let base = "web/.well-known/openpgpkey/"
    let files = try stage.folder.contents().filter { $0.hasSuffix("policy") || $0.contains("/hu/") }
    #expect(
      files
        == [
          base + "example.net/hu/\(two)", base + "example.net/policy", base + "example.org/hu/\(one)",
          base + "example.org/policy", base + "hu/\(one)", base + "hu/\(two)", base + "policy",
        ].sorted())
    #expect(run.stderr.contains("postseal: wrote \(base)example.org/hu/\(one), for alice@example.org\n"))
    for (name, userID) in [(one, "Alice Example <alice@example.org>"), (two, "Alice <Alice.Two@example.net>")] {
      let packets = try keyring.gpg("--list-packets", stdin: try stage.folder.read(base + "hu/\(name)")).text
      #expect(packets.matches(of: /:user ID packet: "(.*)"/).map { String($0.1) } == [userID])
    }
    #expect(try stage.folder.read(base + "policy").isEmpty)

    // Again, for one address: what its operator wrote stays, and the rest is as new.
    try stage.folder.write("mailbox-only\n".utf8, to: base + "policy")
    try stage.folder.write("old".utf8, to: base + "hu/\(one)")
    #expect(try publish("--wkd", "web", "alice@example.org", "--dry-run", keyring: keyring).status == 0)
    #expect(try stage.folder.read(base + "hu/\(one)") == Array("old".utf8))
    #expect(try publish("--wkd", "web", "alice@example.org", keyring: keyring).status == 0)
    #expect(try stage.folder.read(base + "hu/\(one)").count > 300)
    #expect(try stage.folder.read(base + "policy") == Array("mailbox-only\n".utf8))
    let mode = try FileManager.default.attributesOfItem(atPath: stage.folder.appending(base + "hu/\(one)").string)
    #expect(mode[.posixPermissions] as? Int == 0o644)
  }

  @Test(
    .enabled(
      if: optionalTool("nginx") && optionalTool("openssl")
        && (testsEverything || WebKeysProcess.isPossible && WebKeysProcess.hasNames),
      "needs nginx, openssl, gpg-wks-client, and a mount namespace for dirmngr"))
  func `what was written is found by others over TLS`() throws {
    let keys = try WebKeysProcess()
    try publish("--wkd", keys.root.string, "alice@example.org").succeeded()
    let fresh = try TemporaryKeyring(own: [.bob])
    try keys.serve(fresh)
    #expect(try stage.run("key", "find", "--wkd", "--import", "ALICE@example.org", keyring: fresh).status == 0)
    #expect(
      try stage.run("key", "find", "alice@example.org", keyring: fresh).text.contains("AEA2 6172 … 7682 21D1"))
  }
}
