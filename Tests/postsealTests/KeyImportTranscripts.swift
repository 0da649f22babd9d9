import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `key import` tells before it takes anything, and what it takes.
@Suite struct KeyImportTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private func bytes(_ identity: Identity) throws -> [UInt8] { try readFile(identity.certificateFile) }

  func run(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = stage.command("key", "import", keyring: keyring ?? stage.alice)
    child.arguments += arguments
    return try child.run()
  }

  func has(_ identity: Identity, keyring: TemporaryKeyring? = nil) throws -> Bool {
    try stage.run("key", "list", identity.hexFingerprint, keyring: keyring ?? stage.alice).status == 0
  }

  /// A key made here and now, its certificate, and the revocation that GnuPG stored with it.
  func newKey() throws -> (keyring: TemporaryKeyring, certificate: [UInt8], revocation: [UInt8]) {
    let keyring = try TemporaryKeyring()
    try keyring.gpg(
      arguments: ["--passphrase", "", "--quick-gen-key", "New <new@example.org>", "future-default", "default", "never"]
    ).succeeded()
    let folder = keyring.home.appending("openpgp-revocs.d").string
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let text = String(decoding: try readFile(FilePath("\(folder)/\(name)")), as: UTF8.self)
    let certificate = try keyring.gpg("--export").succeeded().stdout
    return (keyring, certificate, Array(text.replacing(":-----BEGIN", with: "-----BEGIN").utf8))
  }

  @Test func `a report for programs says of each certificate what came of it`() throws {
    try stage.folder.write(try bytes(.mallory) + bytes(.bob), to: "two.asc")
    let dry = try self.run("two.asc", "--dry-run", "--json")
    #expect(dry.status == 0 && dry.text.contains("\"imported\":false,\"changes\":[{\"kind\":\"added\""))
    #expect(try !has(.mallory))
    let run = try run("two.asc", "--yes", "--json")
    #expect(run.status == 0 && run.stderr.isEmpty)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any])
    let rows = try #require(report["certificates"] as? [[String: Any]])
    let imported = Dictionary(
      uniqueKeysWithValues: rows.compactMap { row -> (String, Bool)? in
        guard let name = row["fingerprint"] as? String, let imported = row["imported"] as? Bool else { return nil }
        return (name, imported)
      })
    #expect(imported == [Identity.mallory.hexFingerprint: true, Identity.bob.hexFingerprint: false])
    let changes = rows.map { ($0["changes"] as? [[String: String]])?.compactMap { $0["kind"] } }
    #expect(changes.contains(["added"]) && changes.contains([]))
  }

  @Test func `a new certificate is shown whole, and one that is here already is not asked about`() throws {
    try stage.folder.write(try bytes(.mallory), to: "mallory.asc")
    let run = try run("mallory.asc", "--yes")
    expect(
      run,
      stdout: "?  Mallory <mallory@evil.example>  ed25519  F2DC 5979 … 4EDA D7B9  not verified\n",
      stderr: """
        fingerprint  F2DC 5979 2F1B 0489 C7F2 4CE0 917A 13DA 4EDA D7B9
        user ID      Mallory <mallory@evil.example> (not verified)
        primary key  ed25519, certification + signing, made 2025-01-01
        subkey       cv25519, encryption, made 2025-01-01
        change       new in your keyring

        postseal: imported F2DC 5979 … 4EDA D7B9: new in your keyring

        """, status: 0)
    let again = try self.run("mallory.asc")
    #expect(
      again.stderr == """
        unchanged    Mallory <mallory@evil.example> F2DC 5979 … 4EDA D7B9
        postseal: nothing is new

        """)
    #expect(again.status == 0)
  }

  @Test func `what changes in a certificate that mail is sealed to is told before`() throws {
    let bob = try TemporaryKeyring(own: [.bob])
    try stage.run("key", "rotate", "bob@example.org", keyring: bob).succeeded()
    try stage.run("key", "expire", "bob@example.org", "2y", keyring: bob).succeeded()
    try stage.folder.write(try bob.gpg("--export").succeeded().stdout, to: "bob.pgp")
    let asked = try run("bob.pgp")
    #expect(asked.status == 1)
    #expect(
      asked.stderr.contains("\nchange       expires on 20")
        && asked.stderr.contains("\nchange       new subkey for encryption, cv25519\n"))
    #expect(asked.stderr.contains("\nin use       mail for bob@example.org is sealed to it\n"))
    let taken = try run("bob.pgp", "--yes")
    #expect(taken.status == 0 && taken.text.contains("accepted by you, ") && taken.text.contains(", expires 20"))
  }

  @Test func `a second certificate for an address is taken only by its fingerprint`() throws {
    let file = Identity.impostor.certificateFile.string
    let refused = try run(file, "--yes")
    #expect(refused.status == 1)
    #expect(
      refused.stderr.hasSuffix(
        """
        postseal: alice@example.org already has another certificate, AEA2 6172 … 7682 21D1; it stays in use until you accept the new one
        postseal: nobody can be asked: Import this certificate?
        hint: name it with `--fingerprint HEX`

        """))
    #expect(try !has(.impostor))
    #expect(try run(file, "--fingerprint", Identity.impostor.hexFingerprint).status == 0)
    #expect(try has(.impostor))
  }

  @Test func `a secret key is taken only where that is said, and is not trusted by it`() throws {
    let file = Identity.carol.secretFile.string
    let refused = try run(file, "--yes")
    #expect(refused.status == 1 && refused.stderr.hasSuffix("hint: add `--secret`, and `--yes`\n"))
    #expect(try run(file, "--fingerprint", Identity.carol.hexFingerprint).status == 1)
    #expect(try stage.run("key", "list", "--secret", keyring: stage.alice).text.split(separator: "\n").count == 1)
    let taken = try run(file, "--yes", "--secret")
    #expect(taken.status == 0)
    #expect(
      taken.stderr.hasSuffix(
        """
        change       a secret key, new here

        postseal: imported F19C 23ED … 6BD5 821F: secret key
        postseal: to use it as your own: `postseal key trust \(Identity.carol.hexFingerprint) ultimate`

        """), "\(taken.stderr)")
    #expect(try run(file, "--yes").stderr.hasSuffix("postseal: nothing is new\n"))
  }

  @Test func `of a folder all keys are taken, and what is none is named`() throws {
    for (identity, name) in [(Identity.mallory, "b.asc"), (.weak, "a.asc")] {
      try stage.folder.write(try bytes(identity), to: "keys/\(name)")
    }
    try stage.folder.write(Array("hello\n".utf8), to: "keys/readme.txt")
    let run = try run("keys", "--yes")
    #expect(run.status == 0)
    #expect(run.stderr.hasPrefix("postseal: passed over: cannot import keys/readme.txt: there is no key in it\n"))
    #expect(try has(.mallory) && has(.weak))
    try stage.folder.write(Array("hello\n".utf8), to: "none/readme.txt")
    expect(
      try self.run("none", "--yes"),
      stderr: """
        postseal: passed over: cannot import none/readme.txt: there is no key in it
        postseal: there is no key in the folder none

        """, status: 66)
  }

  @Test func `a key that a message carries is taken, whatever its encoding`() throws {
    let lines = Data(try bytes(.mallory)).base64EncodedString(options: .lineLength76Characters)
    let message = """
      From: Mallory <mallory@evil.example>
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b

      My key.
      --b
      Content-Type: application/pgp-keys; name=key.asc
      Content-Transfer-Encoding: base64

      \(lines)
      --b--
      """
    try stage.folder.write(Array(message.replacing("\n", with: "\r\n").utf8), to: "letter.eml")
    #expect(try run("letter.eml", "--yes").status == 0)
    #expect(try has(.mallory))
  }

  @Test func `a sealed message is told to be opened first`() throws {
    try stage.write(Letter(to: "bob@example.org"))
    try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: stage.alice).succeeded()
    expect(
      try run("sealed.eml", "--yes"),
      stderr: """
        postseal: sealed.eml is a sealed message, and a key would be inside
        hint: open it first: `postseal decrypt sealed.eml | postseal key import`

        """, status: 65)
  }

  @Test func `a revocation alone revokes the certificate that is here`() throws {
    let new = try newKey()
    try stage.alice.gpg("--import", stdin: new.certificate).succeeded()
    try stage.folder.write(new.revocation, to: "new.rev")
    let run = try run("new.rev", "--yes")
    #expect(run.status == 0 && run.stderr.hasSuffix("postseal: 1 certificate was revoked\n"), "\(run.stderr)")
    #expect(try stage.run("key", "list", "new@example.org", keyring: stage.alice).text.contains("revoked by its owner"))
  }

  @Test func `a certificate without user IDs updates a known one, and is of no use else`() throws {
    let new = try newKey()
    try stage.alice.gpg("--import", stdin: new.certificate).succeeded()
    let fingerprint = try new.keyring.gpg("--with-colons", "--list-keys").succeeded().text
      .split(separator: "\n").first { $0.hasPrefix("fpr:") }?.split(separator: ":").last
    let hex = String(try #require(fingerprint))
    try new.keyring.gpg(arguments: ["--quick-set-expire", hex, "1y", "*"]).succeeded()
    let bare = try new.keyring.gpg(
      arguments: ["--export-filter", "keep-uid=mbox = nobody@example.org", "--export", hex]
    ).succeeded().stdout
    try stage.folder.write(bare, to: "bare.pgp")
    let run = try run("bare.pgp", "--yes")
    #expect(run.status == 0 && run.stderr.contains("subkey for encryption expires on 20"), "\(run.stderr)")
    let fresh = try TemporaryKeyring(own: [.carol])
    let useless = try self.run("bare.pgp", "--yes", keyring: fresh)
    #expect(useless.status == 65 && useless.stderr.contains("it has no user ID of its own, and is not in your keyring"))
  }

  @Test(arguments: [
    "", "hello\n", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
  ])
  func `what is no key is refused`(text: String) throws {
    try stage.folder.write(Array(text.utf8), to: "no.asc")
    let run = try run("no.asc", "--yes")
    #expect(run.status == 65 && run.stderr.hasPrefix("postseal: cannot import no.asc: "), "\(run.stderr)")
  }
}

/// Where packets lie in a binary keyblock, by their headers.
enum PacketCut {
  /// The ranges of the signature packets.
  static func signatures(in bytes: [UInt8]) throws -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let first = bytes[start]
      // gpg writes certificates in the old format: two bits say how many octets the length has.
      try #require(first & 0xC0 == 0x80 && first & 3 < 2)
      let octets = Int(first & 3) + 1
      let length = bytes[(start + 1)...(start + octets)].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 1 + octets + length
      if (first >> 2) & 0xF == 2 { found.append(start..<end) }
      start = end
    }
    return found
  }
}
