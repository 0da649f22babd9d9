import SystemPackage
import TestSupport
import Testing

/// What `key find` says and takes when it asks a Web Key Directory over TLS, served by nginx and asked by dirmngr.
@Suite(
  .enabled(
    if: optionalTool("nginx") && optionalTool("openssl")
      && (testsEverything || WebKeysProcess.isPossible && WebKeysProcess.hasNames),
    "needs nginx, openssl, gpg-wks-client, and a mount namespace for dirmngr"))
struct WebKeyTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static func bytes(of identity: Identity) throws -> [UInt8] {
    try TemporaryKeyring(certificates: [identity]).gpg("--export", identity.hexFingerprint).succeeded().stdout
  }

  @Test func `the domain's directory is asked, and only the user ID of the address is taken`() throws {
    let keys = try WebKeysProcess()
    let two = try TemporaryKeyring(own: [.bob])
    try two.gpg("--passphrase", "", "--quick-add-uid", Identity.bob.hexFingerprint, "Bob <bob@example.net>").succeeded()
    let both = try two.gpg("--export", Identity.bob.hexFingerprint).succeeded().stdout
    try keys.publish(both, for: "bob@example.org")
    let fresh = try TemporaryKeyring(own: [.alice])
    try keys.serve(fresh)
    let run = try stage.run("key", "find", "--wkd", "--import", "bob@example.org", keyring: fresh)
    expect(
      run,
      stdout: """
        fingerprint  4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2
        user ID      Bob Meyer <bob@example.org> (not verified)
        primary key  ed25519, certification + signing, made 2025-01-01
        subkey       cv25519, encryption, made 2025-01-01
        found in     the web key directory of example.org: whoever runs example.org says so

        """,
      stderr: """
        postseal: asking the web key directory of example.org
        postseal: imported 4FE1 D2B8 … 5CF9 2FA2: new in your keyring
        postseal: compare the fingerprint with its owner, then `postseal key accept bob@example.org \(Identity.bob.hexFingerprint)`

        """, status: 0)
    #expect(keys.requests == ["CONNECT openpgpkey.example.org:443"])
    #expect(try stage.run("key", "find", "bob@example.net", keyring: fresh).status == 30)
    // Nothing is trusted because a directory says it.
    try stage.write(Letter())
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: fresh).status == 31)
  }

  @Test func `a domain without a host for its directory is asked itself`() throws {
    let keys = try WebKeysProcess()
    try keys.publish(try Self.bytes(of: .carol), for: "carol@example.net")
    let fresh = try TemporaryKeyring(own: [.alice])
    try keys.serve(fresh)
    #expect(try stage.run("key", "find", "--wkd", "--import", "carol@example.net", keyring: fresh).status == 0)
    #expect(keys.requests == ["CONNECT example.net:443"])
    expect(
      try stage.run("key", "find", "--wkd", "dave@example.net", keyring: fresh),
      stderr: """
        postseal: asking the web key directory of example.net
        postseal: no certificate for dave@example.net in your keyring or the web key directory of example.net
        hint: get it from its owner, then `postseal key import FILE`

        """, status: 30)
  }

  @Test(arguments: ["selfsigned", "expired", "otherhost"])
  func `a directory that does not prove who it is is not believed`(certificate: String) throws {
    let keys = try WebKeysProcess(certificate: certificate)
    try keys.publish(try Self.bytes(of: .bob), for: "bob@example.org")
    let fresh = try TemporaryKeyring(own: [.alice])
    try keys.serve(fresh)
    let run = try stage.run("key", "find", "--wkd", "--import", "bob@example.org", keyring: fresh)
    expect(
      run,
      stderr: """
        postseal: asking the web key directory of example.org
        postseal: cannot ask the web key directory of example.org: its TLS certificate is not trusted
        postseal: no certificate for bob@example.org in your keyring
        hint: trust nothing that it says; check the clock and the certificates of this machine, or tell its operator

        """, status: 69)
  }

  @Test func `what a directory gives for an address and is of somebody else, or is nothing, is not taken`() throws {
    let keys = try WebKeysProcess()
    try keys.publish(try Self.bytes(of: .mallory), for: "bob@example.org")
    try keys.publish(Array("<html>no</html>".utf8), for: "erin@example.org")
    let fresh = try TemporaryKeyring(own: [.alice])
    try keys.serve(fresh)
    #expect(try stage.run("key", "find", "--wkd", "--import", "bob@example.org", keyring: fresh).status == 30)
    let garbage = try stage.run("key", "find", "--wkd", "--import", "erin@example.org", keyring: fresh)
    #expect(garbage.status == 76)
    #expect(garbage.stderr.contains("example.org: its answer is not what was asked for\n"), "\(garbage.stderr)")
    #expect(try !stage.run("key", "list", keyring: fresh).text.contains("mallory"))
  }

  @Test(.enabled(if: optionalTool("sks"), "needs sks"))
  func `both are asked with all, in order, and one certificate that both have is one`() throws {
    let keys = try WebKeysProcess()
    let server = try KeyServerProcess()
    try keys.publish(try Self.bytes(of: .bob), for: "bob@example.org")
    try server.take(.bob)
    let fresh = try TemporaryKeyring(own: [.alice])
    try keys.serve(fresh)
    let run = try stage.run("key", "find", "--all", "--server", server.url, "bob@example.org", keyring: fresh)
    #expect(
      run.text.hasSuffix(
        """
        found in     the web key directory of example.org: whoever runs example.org says so
        found in     the key server 127.0.0.1:\(server.port): anybody can upload there under any name

        """), "\(run.text) \(run.stderr)")
    #expect(run.text.split(separator: "\n").count { $0.hasPrefix("fingerprint") } == 1)
    #expect(
      run.stderr.hasPrefix(
        """
        postseal: asking the web key directory of example.org
        postseal: asking the key server 127.0.0.1:\(server.port)

        """))
  }
}
