import SystemPackage
import TestSupport
import Testing

/// What `key certify` says and changes, and how it is taken back.
@Suite struct KeyCertifyTranscripts {
  let stage: Stage
  private static let bob = Identity.bob.hexFingerprint
  private static let first = "Bob Meyer <bob@example.org>"
  private static let second = "Bob at work <bob@work.example>"
  private static let nameOnly = "Robert Meyer"

  init() throws { stage = try Stage() }

  /// A keyring with Bob's certificate, which has more user IDs there.
  private func keyring(own: [Identity] = [.alice], agentOptions: [String] = []) throws -> TemporaryKeyring {
    let source = try TemporaryKeyring(own: [.bob])
    for userID in [Self.second, Self.nameOnly] { try source.gpg("--quick-add-uid", Self.bob, userID).succeeded() }
    let block = try source.gpg("--export", Self.bob).succeeded().stdout
    let keyring = try TemporaryKeyring(own: own, agentOptions: agentOptions)
    try keyring.gpg("--import", stdin: block).succeeded()
    return keyring
  }

  /// The user IDs that are valid.
  private func certified(in keyring: TemporaryKeyring) throws -> [String] {
    let lines = try stage.run("key", "show", Self.bob, keyring: keyring).succeeded().text.split(separator: "\n")
    return lines.filter { $0.hasPrefix("user ID") && !$0.contains("(not verified)") }
      .map { String($0.dropFirst(13).prefix { $0 != "(" }.dropLast()) }.sorted()
  }

  @Test func `all user IDs are certified for this keyring, and mail for each address is sealed`() throws {
    let keyring = try keyring()
    let run = try stage.run("key", "certify", Self.bob, keyring: keyring)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stderr.hasPrefix("fingerprint  4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2\nuser ID      "))
    for text in [Self.first, Self.second, Self.nameOnly] {
      #expect(run.stderr.contains("postseal: certified for this keyring only: \(text)\n"))
    }
    #expect(
      run.stderr.contains("postseal: mail for bob@work.example is sealed to 4FE1 D2B8 … 5CF9 2FA2, accepted by you"))
    #expect(run.stderr.contains("postseal: to take that back: `postseal key unaccept bob@work.example \(Self.bob)`\n"))
    #expect(try certified(in: keyring) == [Self.first, Self.second, Self.nameOnly])
    let again = try stage.run("key", "certify", Self.bob, keyring: keyring)
    #expect(again.status == 0 && again.stderr.hasSuffix("postseal: certified by you already, nothing was changed\n"))
    let other = try TemporaryKeyring(own: [.alice])
    try other.gpg("--import", stdin: try keyring.gpg("--export", Self.bob).succeeded().stdout).succeeded()
    #expect(try certified(in: other) == [], "it is never exported")
  }

  @Test func `chosen user IDs alone are certified, and each is taken back by itself`() throws {
    let keyring = try keyring()
    let run = try stage.run(
      "key", "certify", "--uid", "bob@work.example", "--uid", Self.nameOnly, Self.bob, keyring: keyring)
    #expect(run.status == 0)
    #expect(try certified(in: keyring) == [Self.second, Self.nameOnly])
    #expect(run.stderr.contains("`postseal key unaccept 'Robert Meyer' \(Self.bob)`"))
    let back = try stage.run("key", "unaccept", Self.nameOnly, Self.bob, keyring: keyring)
    #expect(back.status == 0 && back.stderr.hasSuffix("postseal: no longer certified by you: Robert Meyer\n"))
    #expect(try certified(in: keyring) == [Self.second])
    let unknown = try stage.run("key", "certify", "--uid", "carol@example.net", Self.bob, keyring: keyring)
    #expect(unknown.status == 30)
    #expect(unknown.stderr.contains("postseal: key 4FE1 D2B8 … 5CF9 2FA2 has no user ID for carol@example.net\n"))
  }

  @Test func `what is said to everybody is asked for, goes with the certificate, and is taken back`() throws {
    let keyring = try keyring()
    let arguments = ["key", "certify", "--exportable", "--uid", "bob@example.org", Self.bob]
    let refused = try postseal(arguments, keyring: keyring).run()
    #expect(refused.status == 1)
    #expect(
      refused.stderr.contains(
        "nobody can be asked: This says publicly, as Alice Example <alice@example.org>: I have checked that this key is "
      ))
    #expect(refused.stderr.hasSuffix("hint: add `--yes`\n"))
    try stage.run("key", "accept", "bob@example.org", Self.bob, keyring: keyring).succeeded()
    var child = postseal(arguments, keyring: keyring).onTerminal()
    child.stdin = .pipe(Array("no\n".utf8))
    #expect(try child.run().status == 1)
    child.stdin = .pipe(Array("yes\n".utf8))
    let run = try child.run()
    #expect(run.status == 0 && run.text.contains("nothing was published"), "\(run.text)")
    #expect(run.text.contains("  verified\r\n") && !run.text.contains("  accepted by you"))

    let other = try TemporaryKeyring(own: [.alice])
    try other.gpg("--import", stdin: try keyring.gpg("--export", Self.bob).succeeded().stdout).succeeded()
    #expect(try certified(in: other) == [Self.first])
    let back = try stage.run("key", "unaccept", "bob@example.org", Self.bob, keyring: keyring)
    #expect(back.status == 0)
    #expect(
      back.stderr.hasSuffix(
        "who has your certification believes it until they get the certificate again: `postseal key export \(Self.bob)`\n"
      ))
    #expect(try certified(in: keyring) == [])
    try other.gpg("--import", stdin: try keyring.gpg("--export", Self.bob).succeeded().stdout).succeeded()
    #expect(try certified(in: other) == [], "the revocation goes with the certificate, too")
    #expect(try postseal(arguments + ["--yes"], keyring: keyring).run().status == 0, "and it can be made again")
    #expect(try certified(in: keyring) == [Self.first])
  }

  @Test(arguments: [
    ("revoked@example.org", "3F44 A1B7 … B85C 4BB2", "was revoked by its owner"),
    ("expired@example.org", "C991 72C1 … 7466 321C", "expired on 2025-03-01"),
    ("bob@example.org", "4FE1 D2B8 … 5CF9 2FA2", "is disabled in this keyring"),
  ])
  func `a certificate that is no good any more is not certified`(address: String, short: String, why: String) throws {
    try stage.alice.disable(.bob)
    let run = try stage.run("key", "certify", "--yes", address, keyring: stage.alice)
    #expect(run.status == 32)
    #expect(run.stderr.contains("postseal: cannot certify certificate \(short): it \(why)\nhint: "))
  }

  @Test func `a user ID that its owner revoked is not certified`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.revokedAddress])
    let hex = Identity.revokedAddress.hexFingerprint
    let run = try stage.run("key", "certify", "--uid", "revoked-address@example.org", hex, keyring: keyring)
    #expect(run.status == 30 && run.stderr.contains("any more: it is revoked already\n"), "\(run.stderr)")
    let all = try stage.run("key", "certify", hex, keyring: keyring)
    #expect(all.status == 0)
    #expect(all.stderr.split(separator: "\n").count { $0.hasPrefix("postseal: certified ") } == 1)
  }

  @Test func `without a key of one's own nothing is certified, and not by itself either`() throws {
    let none = try stage.run("key", "certify", Self.bob, keyring: try TemporaryKeyring(certificates: [.bob]))
    #expect(none.status == 34)
    #expect(none.stderr.hasSuffix("hint: make one with `postseal key new`\n"))
    let own = try stage.run("key", "certify", Identity.alice.hexFingerprint, keyring: stage.alice)
    #expect(own.status == 64 && own.stderr.contains("is your own key, which needs no certification by itself"))
    let asked = try stage.run("key", "certify", "carol@example.net", keyring: stage.alice)
    #expect(asked.status == 1)
    #expect(asked.stderr.hasSuffix("hint: name the whole fingerprint, or add `--yes`\n"))
  }

  @Test func `a passphrase that is refused, wrong or cancelled certifies nothing`() throws {
    let pinentry = try FakePinentry(answer: .cancel)
    let keyring = try keyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let batch = try stage.run("key", "certify", "--batch", Self.bob, keyring: keyring)
    #expect(batch.status == 21)
    #expect(
      batch.stderr.contains("cannot certify \(Self.bob): the key is locked and nobody can be asked for its passphrase"))
    var child = stage.command("key", "certify", Self.bob, "--passphrase-fd", "0", keyring: keyring)
    child.stdin = .pipe(Array("wrong\n".utf8))
    let wrong = try child.run()
    #expect(wrong.status == 21 && wrong.stderr.contains("cannot certify \(Self.bob): the passphrase is wrong\n"))
    child = stage.command("key", "certify", Self.bob, keyring: keyring)
    child.environment["DISPLAY"] = ":9"
    let cancelled = try child.run()
    #expect(cancelled.status == 21)
    #expect(cancelled.stderr.contains("cannot certify \(Self.bob): the question for the passphrase was cancelled\n"))
    #expect(try certified(in: keyring) == [])
    child = stage.command("key", "certify", Self.bob, "--passphrase-fd", "0", keyring: keyring)
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    #expect(try child.run().status == 0)
    #expect(try certified(in: keyring).count == 3)
  }

  @Test func `a dry run and a report for programs`() throws {
    let dry = try stage.run("key", "certify", "--dry-run", "carol@example.net", keyring: stage.alice)
    #expect(dry.status == 0 && dry.stdout.isEmpty)
    #expect(dry.stderr.hasSuffix("postseal: would certify for this keyring only: Carol Novak <carol@example.net>\n"))
    let run = try stage.run("key", "certify", "--yes", "--json", "carol@example.net", keyring: stage.alice)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(
      run.text.hasPrefix("{\"version\":1,\"certificates\":[{\"fingerprint\":\"\(Identity.carol.hexFingerprint)\""))
    #expect(run.text.contains("\"state\":\"accepted by you, 20"))
  }
}
