import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `key export` writes and says.
@Suite struct KeyExportTranscripts {
  let stage: Stage
  private static let alice = Identity.alice.hexFingerprint

  init() throws { stage = try Stage() }

  private func export(_ arguments: String..., keyring: TemporaryKeyring) throws -> ChildRun {
    var child = postseal(["key", "export"] + arguments, keyring: keyring)
    child.directory = stage.folder.path
    return try child.run()
  }

  /// What gpg lists in exported data: kinds of record, with the key IDs of signers.
  private func records(_ data: [UInt8]) throws -> [String] {
    try stage.alice.gpg("--with-colons", "--import-options", "show-only", "--import", stdin: data).succeeded().text
      .split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
      .filter { ["pub", "sec", "uid", "sub", "ssb", "sig", "rev"].contains($0[0]) }.map { "\($0[0]) \($0[4])" }
  }

  @Test func `a certificate goes to standard output in armor, and nothing is said`() throws {
    let run = try export("bob@example.org", keyring: stage.alice)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.text.hasPrefix("-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n"))
  }

  @Test func `a file is told with the way to import it, and is never replaced unasked`() throws {
    expect(
      try export("bob@example.org", "-o", "bob.asc", keyring: stage.alice),
      stderr: """
        postseal: wrote certificate 4FE1 D2B8 … 5CF9 2FA2 to bob.asc
        postseal: to import it elsewhere: `postseal key import bob.asc`, or `gpg --import bob.asc`

        """, status: 0)
    expect(
      try export("bob@example.org", "-o", "bob.asc", keyring: stage.alice),
      stderr: """
        postseal: cannot write bob.asc: it exists
        hint: add `--force` to replace it, or name another file

        """, status: 73)
    try export("bob@example.org", "-o", "bob.asc", "--force", keyring: stage.alice).succeeded()
  }

  @Test func `several certificates go into one file, each once, and binary is what gpg writes`() throws {
    let run = try export(
      "--binary", "alice@example.org", "bob@example.org", Self.alice, "-o", "both.pgp", keyring: stage.alice)
    #expect(run.stderr.hasPrefix("postseal: wrote 2 certificates to both.pgp\n"))
    let expected = try [Self.alice, Identity.bob.hexFingerprint].flatMap {
      try stage.alice.gpg("--export", $0).succeeded().stdout
    }
    #expect(try stage.folder.read("both.pgp") == expected)
    let armored = try export("alice@example.org", "bob@example.org", keyring: stage.alice)
    #expect(try records(armored.stdout).filter { $0.hasPrefix("pub") }.count == 2)
  }

  @Test func `a minimal certificate has no certification by others and the newest self-signature only`() throws {
    let keyring = try TemporaryKeyring(own: [.bob, .carol])
    let (bob, carol) = (Identity.bob.hexFingerprint, Identity.carol.hexFingerprint)
    try keyring.gpg("--local-user", carol, "--quick-sign-key", bob).succeeded()
    try keyring.gpg("--quick-set-expire", bob, "5y").succeeded()
    func signers(_ arguments: String...) throws -> [String] {
      var child = postseal(["key", "export", bob] + arguments, keyring: keyring)
      child.directory = stage.folder.path
      let packets = try keyring.gpg("--list-packets", stdin: try child.run().succeeded().stdout).text
      return packets.matches(of: /:signature packet: algo \d+, keyid ([0-9A-F]{16})/).map { String($0.1) }
    }
    #expect(try signers().contains(String(carol.suffix(16))))
    #expect(try signers("--minimal") == Array(repeating: String(bob.suffix(16)), count: 2))
  }

  @Test func `a secret key needs the end of its fingerprint typed, or all of it named`() throws {
    expect(
      try export("--secret", "alice@example.org", "-o", "a.asc", keyring: stage.alice),
      stderr: """
        postseal: whoever gets the secret key and its passphrase can read your mail and sign as you
        postseal: nobody can be asked: Write the secret key of Alice Example <alice@example.org>?
        hint: `postseal key export --secret --yes \(Self.alice) -o FILE`

        """, status: 1)
    #expect(try export("--secret", "--yes", "alice@example.org", "-o", "a.asc", keyring: stage.alice).status == 64)
    #expect(try stage.folder.contents() == [])
    expect(
      try export("--secret", "--yes", Self.alice, "-o", "a.asc", keyring: stage.alice),
      stderr: """
        postseal: wrote the secret key of AEA2 6172 … 7682 21D1 to a.asc
        postseal: to import it elsewhere: `postseal key import a.asc`, or `gpg --import a.asc`
        postseal: keep that file from others, and delete it when it has been imported

        """, status: 0)
    let path = stage.folder.appending("a.asc").string
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    #expect(try records(try stage.folder.read("a.asc")).first == "sec \(Self.alice.suffix(16))")
  }

  @Test(arguments: [("768221D1", true), ("7682 21d1", true), ("yes", false)])
  func `at a terminal the end of the fingerprint decides`(answer: String, isWritten: Bool) throws {
    var child = stage.command("key", "export", "--secret", "alice@example.org", "-o", "a.asc", keyring: stage.alice)
      .onTerminal()
    child.stdin = .pipe(Array("\(answer)\n".utf8))
    let run = try child.run()
    #expect(run.status == (isWritten ? 0 : 1), "\(run.text)")
    #expect(run.text.contains("Write the secret key of Alice Example <alice@example.org>? Type the last eight digits"))
    #expect(try stage.folder.contents() == (isWritten ? ["a.asc"] : []))
  }

  @Test func `no secret key and no binary data goes to a terminal`() throws {
    for (option, words) in [
      ("--secret", "a terminal is no place for a secret key"), ("--binary", "binary data is nothing for a terminal"),
    ] {
      let run = try stage.command("key", "export", option, "alice@example.org", keyring: stage.alice).onTerminal().run()
      #expect(run.status == 64 && run.text.contains("postseal: \(words)\r\nhint: name a file with `-o FILE`"))
    }
  }

  @Test func `a locked key is written with its passphrase alone`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let hex = Identity.locked.hexFingerprint
    for (passphrase, status) in [("wrong", Int32(21)), (Identity.passphrase, 0)] {
      var child = stage.command(
        "key", "export", "--secret", "--yes", hex, "-o", "l.asc", "--passphrase-fd", "0", keyring: locked)
      child.stdin = .pipe(Array("\(passphrase)\n".utf8))
      #expect(try child.run().status == status)
      #expect(try stage.folder.contents() == (status == 0 ? ["l.asc"] : []))
    }
  }

  @Test func `nobody's certificate, another's secret key, and what excludes each other are told`() throws {
    #expect(try export("dave@example.com", keyring: stage.alice).status == 30)
    #expect(try export("--secret", "--yes", Identity.bob.hexFingerprint, keyring: stage.alice).status == 30)
    #expect(try export(keyring: stage.alice).status == 64)
    #expect(try export("--secret", "--minimal", Self.alice, keyring: stage.alice).status == 64)
    #expect(try export("--yes", Self.alice, keyring: stage.alice).status == 64)
  }
}
