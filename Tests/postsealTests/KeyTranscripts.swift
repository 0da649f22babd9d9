import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the `key` commands say and change.
@Suite struct KeyTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let carolShown = """
    fingerprint  F19C 23ED 3F64 891A BD30 5410 6A34 35EC 6BD5 821F
    user ID      Carol Novak <carol@example.net> (not verified)
    primary key  rsa3072, certification + signing, made 2025-01-01
    subkey       rsa3072, encryption, made 2025-01-01

    """

  @Test func `find names what the keyring has, and that nothing else was asked`() throws {
    expect(
      try stage.run("key", "find", "carol@example.net", keyring: stage.alice),
      stdout: "?  Carol Novak <carol@example.net>  rsa3072  F19C 23ED … 6BD5 821F  not verified\n",
      stderr: "postseal: looked in your keyring only\n", status: 0)
    expect(
      try stage.run("key", "find", "dave@example.com", keyring: stage.alice),
      stderr: """
        postseal: no certificate for dave@example.com in your keyring, and nowhere else was looked
        hint: ask others with `postseal key find --all dave@example.com`, which tells them whom you look for
        hint: get it from its owner, then `postseal key import FILE`

        """, status: 30)
  }

  @Test func `list takes addresses and fingerprints, each certificate once, and says what it does not have`() throws {
    let bob = "✓  Bob Meyer <bob@example.org>  ed25519  4FE1 D2B8 … 5CF9 2FA2  accepted by you, "
    let run = try stage.run(
      "key", "list", "bob@example.org", Identity.bob.hexFingerprint, "carol@example.net", keyring: stage.alice)
    let lines = run.text.split(separator: "\n")
    #expect(run.status == 0 && lines.count == 2 && lines[0].hasPrefix(bob.prefix(30)))
    #expect(lines[0].contains("accepted by you, ") && lines[1].hasSuffix("not verified"))
    for missing in ["dave@example.com", Identity.mallory.hexFingerprint] {
      let run = try stage.run("key", "list", "bob@example.org", missing, keyring: stage.alice)
      #expect(run.status == 30 && run.stdout.isEmpty)
      #expect(run.stderr.hasPrefix("postseal: no certificate for \(missing) in your keyring"))
    }
  }

  @Test func `an error in gpg's configuration is never taken for an empty keyring`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    try Data("digest-algo NOPE\n".utf8).write(to: URL(fileURLWithPath: keyring.home.appending("gpg.conf").string))
    for arguments in [["list"], ["why", "bob@example.org"], ["find", "--local", "bob@example.org"]] {
      let run = try postseal(["key"] + arguments, keyring: keyring).run()
      #expect(run.status == 78 && run.stdout.isEmpty, "\(arguments): \(run.stdout) \(run.stderr)")
      #expect(run.stderr.hasSuffix("gpg.conf has an error\nhint: run `gpg --list-keys` to see why\n"), "\(run.stderr)")
    }
  }

  @Test(arguments: [
    ["new", "Al <al@example.org>"], ["accept", "bob@example.org"], ["unaccept", "bob@example.org"],
    ["certify", "bob@example.org"], ["disable", "bob@example.org"], ["enable", "bob@example.org"],
    ["trust", "bob@example.org", "full"], ["expire", "alice@example.org"], ["passwd", "alice@example.org"],
    ["revoke", "alice@example.org", "--reason", "retired"], ["rotate", "alice@example.org"],
    ["uid", "add", "alice@example.org", "Al <al@example.org>"],
    ["uid", "primary", "alice@example.org", "alice@example.org"], ["subkey", "add", "alice@example.org"],
  ])
  func `a dry run prints a report for programs, too`(command: [String]) throws {
    var child = postseal(["key"] + command + ["--dry-run", "--json"], keyring: stage.alice)
    child.directory = stage.folder.path
    let run = try child.run()
    #expect(run.status == 0 && run.stderr.isEmpty, "\(run.stderr)")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any])
    let rows = try #require(report["certificates"] as? [[String: Any]])
    #expect(rows.count == (command[0] == "new" ? 0 : 1))
  }

  @Test func `an empty list says so, and what fills it`() throws {
    let empty = try TemporaryKeyring(own: [])
    expect(
      try stage.run("key", "list", keyring: empty),
      stderr: """
        postseal: your keyring is empty: `postseal key new "Name <address>"` makes a key, `postseal key import FILE` takes one in

        """, status: 0)
    expect(
      try stage.run("key", "list", "--secret", keyring: empty),
      stderr: "postseal: you have no key of your own: make one with `postseal key new \"Name <address>\"`\n", status: 0)
    expect(
      try stage.run("key", "list", "--expiring", "30d", "bob@example.org", keyring: stage.alice),
      stderr: "postseal: none of them has expired or expires within 30d\n", status: 0)
  }

  @Test func `list tells what a certificate is of use for where it is not all`() throws {
    let list = try stage.run("key", "list", "sign-only@example.org", keyring: stage.alice).text
    #expect(list.hasPrefix("✗  ") && list.hasSuffix("  has no key for encryption, only signs\n"))
  }

  @Test func `without a terminal nothing is accepted unless the fingerprint is named`() throws {
    expect(
      try stage.run("key", "accept", "carol@example.net", keyring: stage.alice),
      stderr: Self.carolShown + """
        postseal: nobody can be asked: Did carol@example.net tell you this fingerprint, in person or by telephone, and is every digit the same?
        hint: name the fingerprint: `postseal key accept carol@example.net \(Identity.carol.hexFingerprint)`

        """, status: 1)
    #expect(try stage.run("key", "find", "carol@example.net", keyring: stage.alice).text.contains("not verified"))
  }

  @Test func `an accepted certificate is sealed to`() throws {
    let run = try stage.run("key", "accept", "carol@example.net", Identity.carol.hexFingerprint, keyring: stage.alice)
    #expect(
      run.text.hasPrefix("✓  Carol Novak <carol@example.net>  rsa3072  F19C 23ED … 6BD5 821F  accepted by you, 20"))
    #expect(
      run.stderr == Self.carolShown
        + "postseal: accepted for carol@example.net: mail for it is sealed to this certificate from now on\n")
    #expect(run.status == 0)
    try stage.write(Letter(to: "carol@example.net"))
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: stage.alice).status == 0)
  }

  @Test(arguments: [("yes\n", Int32(0)), ("y\n", 1), ("\n", 1)])
  func `on a terminal only the whole word yes accepts`(answer: String, status: Int32) throws {
    var child = stage.command("key", "accept", "carol@example.net", keyring: stage.alice).onTerminal()
    child.stdin = .pipe(Array(answer.utf8))
    let run = try child.run()
    #expect(run.status == status, "\(run.text)")
    #expect(
      run.text.contains("Did carol@example.net tell you this fingerprint, in person or by telephone, and is every "))
  }

  @Test(arguments: [
    ("revoked@example.org", "3F44 A1B7 … B85C 4BB2", "was revoked by its owner"),
    ("expired@example.org", "C991 72C1 … 7466 321C", "expired on 2025-03-01"),
  ])
  func `a certificate that is no good any more is not accepted`(address: String, short: String, why: String) throws {
    let run = try stage.run("key", "accept", address, "--yes", keyring: stage.alice)
    #expect(run.status == 32)
    #expect(run.stderr.contains("\npostseal: cannot accept certificate \(short) for \(address): it \(why)\nhint: "))
  }

  @Test func `accepting a certificate that cannot encrypt promises nothing`() throws {
    let run = try stage.run("key", "accept", "sign-only@example.org", "--yes", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stderr.contains("but mail cannot be sealed to it: it has no key for encryption\n"))
  }

  @Test func `the wrong fingerprint accepts nothing`() throws {
    let run = try stage.run("key", "accept", "carol@example.net", Identity.mallory.hexFingerprint, keyring: stage.alice)
    #expect(run.status == 30)
    #expect(run.stdout.isEmpty)
  }

  @Test func `import shows the certificate and asks, or takes its fingerprint`() throws {
    let file = Identity.mallory.certificateFile.string
    let refused = try stage.run("key", "import", file, keyring: stage.alice)
    #expect(refused.status == 1)
    #expect(refused.stderr.contains("fingerprint  F2DC 5979 2F1B 0489"))
    #expect(refused.stderr.hasSuffix("hint: name it with `--fingerprint HEX`, or add `--yes`\n"))
    #expect(try stage.run("key", "find", "mallory@evil.example", keyring: stage.alice).status == 30)

    let other = try stage.run("key", "import", file, "--fingerprint", Identity.bob.hexFingerprint, keyring: stage.alice)
    #expect(other.status == 1)
    let run = try stage.run(
      "key", "import", file, "--fingerprint", Identity.mallory.hexFingerprint, keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.text.contains("mallory@evil.example"))
  }

  @Test func `more than any certificate is not read`() throws {
    let block = try readFile(Identity.mallory.certificateFile)
    try stage.folder.write(Array(repeating: 0x0A, count: 16 << 20) + block, to: "large.asc")
    expect(
      try stage.run("key", "import", "large.asc", "--yes", keyring: stage.alice),
      stderr: "postseal: large.asc is larger than 17 MB, the limit\n", status: 65)
  }

  @Test func `a second certificate for an address is a change that is told`() throws {
    let run = try stage.run(
      "key", "import", "--dry-run", Identity.impostor.certificateFile.string, keyring: stage.alice)
    #expect(run.status == 0)
    #expect(
      run.stderr.contains(
        "postseal: alice@example.org already has another certificate, AEA2 6172 … 7682 21D1; it stays in use until you accept the new one\n"
      ))
  }

  @Test func `an exported certificate is the one that is imported again`() throws {
    try stage.run("key", "export", "bob@example.org", "-o", "bob.asc", keyring: stage.alice).succeeded()
    let fresh = try TemporaryKeyring(own: [.carol])
    let run = try stage.run("key", "import", "bob.asc", "--yes", "--json", keyring: fresh)
    #expect(run.status == 0)
    #expect(run.text.contains(Identity.bob.hexFingerprint))
    #expect(run.stderr.isEmpty)
  }

  @Test func `a locked key is not exported without its passphrase, and the reason is told`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let run = try stage.run("key", "export", "--secret", "--yes", Identity.locked.hexFingerprint, keyring: locked)
    #expect(run.status == 21)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.contains("the key is locked and nobody can be asked for its passphrase"))
  }

  @Test func `what expires soon, or has, is listed alone`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob, .expired, .expiredSubkey])
    try stage.run("key", "new", "Al <al@example.org>", "--expires", "20d", "--no-passphrase", keyring: keyring)
      .succeeded()
    func listed(_ arguments: String...) throws -> [String] {
      var child = postseal(["key", "list", "--expiring"] + arguments, keyring: keyring)
      child.directory = stage.folder.path
      let lines = try child.run().succeeded().text.split(separator: "\n")
      return lines.compactMap { line in line.firstMatch(of: /<([a-z-]+)@/).map { String($0.1) } }.sorted()
    }
    #expect(try listed("30d") == ["al", "expired", "expired-subkey"])
    #expect(try listed("10d") == ["expired", "expired-subkey"])
    #expect(try listed("1y", "--secret") == ["al"])
    #expect(try stage.run("key", "list", "--expiring", "never", keyring: keyring).status == 64)
  }

  @Test func `a new key signs and is found`() throws {
    let empty = try TemporaryKeyring()
    let run = try stage.run("key", "new", "--no-passphrase", "New Person <new@example.org>", keyring: empty)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text.hasPrefix("✓  New Person <new@example.org>  ed25519  "))
    #expect(run.stderr.contains("it revokes the key when you lose it\n"))
    let again = try stage.run("key", "new", "--dry-run", "Again <NEW@example.org>", keyring: empty)
    #expect(again.stderr.contains("postseal: NEW@example.org already has a key of yours, "))
    #expect(!run.stderr.contains("already has"))
    try stage.write(Letter(from: "new@example.org"))
    #expect(try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: empty).status == 0)
  }

  @Test func `a user ID cannot reach the terminal with its control characters`() throws {
    let hostile = try TemporaryKeyring(own: [.alice], certificates: [.hostileName])
    for command in [["list"], ["show", Identity.hostileName.hexFingerprint]] {
      var child = postseal(["key"] + command, keyring: hostile)
      child.directory = stage.folder.path
      let run = try child.run()
      // A list cuts the middle of a long one.
      #expect(run.status == 0 && (run.text.contains("<U+001B>") || command == ["list"] && run.text.contains("…")))
      #expect(run.stdout.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F })
      #expect(!run.text.unicodeScalars.contains { $0.properties.generalCategory == .format })
    }
  }
}
