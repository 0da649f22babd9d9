import SystemPackage
import TestSupport
import Testing

@testable import postseal

/// What `key expire` says and changes.
@Suite struct KeyExpireTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let stillToDo =
    "postseal: others still have the old certificate: give them the new one, `postseal key export \(Identity.alice.hexFingerprint)`\n"

  @Test func `a day is set for the key and its subkey, and what is left to do is told`() throws {
    expect(
      try stage.run("key", "expire", "alice@example.org", "2031-06-30", keyring: stage.alice),
      stdout:
        "✓  Alice Example <alice@example.org>  ed25519  AEA2 6172 … 7682 21D1  your own key, expires 2031-06-30\n",
      stderr: "postseal: key AEA2 6172 … 7682 21D1 now expires on 2031-06-30, its subkey too\n" + Self.stillToDo,
      status: 0)
    let shown = try stage.run("key", "show", "alice@example.org", keyring: stage.alice).text
    #expect(shown.split(separator: "\n").count { $0.hasSuffix("expires 2031-06-30") } == 2, "\(shown)")
    #expect(
      try stage.run("key", "expire", "alice@example.org", "never", keyring: stage.alice).stderr
        == "postseal: key AEA2 6172 … 7682 21D1 now never expires, its subkey too\n" + Self.stillToDo)
    #expect(try !stage.run("key", "show", "alice@example.org", keyring: stage.alice).text.contains("expires"))
  }

  @Test func `an expired key is renewed for three years and can be sealed to again`() throws {
    let own = try TemporaryKeyring(own: [.expired])
    try stage.write(Letter(from: "expired@example.org", to: "expired@example.org"))
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: own).status != 0)
    let run = try stage.run("key", "expire", "expired@example.org", "--json", keyring: own)
    #expect(run.status == 0 && run.stderr.isEmpty)
    let shown = try stage.run("key", "show", "expired@example.org", keyring: own).text
    let day = try #require(shown.firstMatch(of: /primary key.*expires (\d{4})-/)?.1)
    #expect(try stage.run("key", "list", keyring: own).text.contains("your own key, expires \(day)-"))
    #expect(Int(day).map { $0 >= 2028 } == true)
    #expect(try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: own).status == 0)
  }

  @Test func `only one's own key can be changed, and the reason is told`() throws {
    expect(
      try stage.run("key", "expire", "bob@example.org", keyring: stage.alice),
      stderr: """
        postseal: cannot change certificate 4FE1 D2B8 … 5CF9 2FA2: its secret key is not here, and only its owner can change it
        hint: see your own keys with `postseal key list --secret`

        """, status: 20)
    #expect(try stage.run("key", "expire", "dave@example.com", keyring: stage.alice).status == 30)
    let revoked = try stage.run("key", "expire", "revoked@example.org", keyring: try TemporaryKeyring(own: [.revoked]))
    #expect(revoked.status == 32)
    #expect(
      revoked.stderr.hasPrefix("postseal: cannot change key 3F44 A1B7 … B85C 4BB2: it was revoked, which is for ever\n")
    )
    #expect(try stage.run("key", "show", "bob@example.org", keyring: stage.alice).text.contains("expires") == false)
  }

  @Test func `a name of two own keys changes neither and both are named`() throws {
    let own = try TemporaryKeyring(own: [.sharedA, .sharedB])
    expect(
      try stage.run("key", "expire", "shared@example.org", keyring: own),
      stderr: """
        postseal: several certificates have the name shared@example.org
        hint: name one: \(Identity.sharedA.hexFingerprint), \(Identity.sharedB.hexFingerprint)

        """, status: 64)
    #expect(try stage.run("key", "expire", Identity.sharedB.hexFingerprint, "1y", keyring: own).status == 0)
    #expect(
      try stage.run("key", "list", keyring: own).text.split(separator: "\n").count { $0.contains("expires") } == 1)
  }

  @Test func `the own key is meant although a stranger's certificate has the same address`() throws {
    let own = try TemporaryKeyring(own: [.alice], certificates: [.impostor])
    #expect(try stage.run("key", "expire", "alice@example.org", "1y", keyring: own).text.contains("AEA2 6172"))
  }

  @Test func `a locked key without anybody to ask is not changed`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    expect(
      try stage.run("key", "expire", "locked@example.org", "--batch", keyring: locked),
      stderr: """
        postseal: cannot set the expiry of \(Identity.locked.hexFingerprint): the key is locked and nobody can be asked for its passphrase
        hint: run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`

        """, status: 21)
    var child = stage.command("key", "expire", "locked@example.org", "--passphrase-fd", "0", keyring: locked)
    child.stdin = .pipe(Array("\(Identity.passphrase)\n".utf8))
    #expect(try child.run().status == 0)
  }

  @Test func `a key that was changed in part only is no success`() throws {
    let pinentry = try FakePinentry(answer: .inOrder([.passphrase(Identity.passphrase), .cancel]))
    let locked = try TemporaryKeyring(
      own: [.locked], agentOptions: [pinentry.agentOption, "default-cache-ttl 0", "max-cache-ttl 0"])
    var child = stage.command("key", "expire", "locked@example.org", keyring: locked)
    // Where there is a display, a person may be there.
    child.environment["DISPLAY"] = ":9"
    expect(
      try child.run(),
      stderr: """
        postseal: cannot set the expiry of \(Identity.locked.hexFingerprint): only 1 of its 2 keys changed
        hint: run it again, until all of them are

        """, status: 21)
  }

  @Test func `a dry run says what would be and changes nothing`() throws {
    let run = try stage.run("key", "expire", "alice@example.org", "2031-06-30", "--dry-run", keyring: stage.alice)
    #expect(run.status == 0 && run.stdout.isEmpty)
    #expect(run.stderr.hasSuffix("\npostseal: would set: expires on 2031-06-30, its subkey too\n"))
    #expect(try !stage.run("key", "show", "alice@example.org", keyring: stage.alice).text.contains("expires"))
  }

  @Test(arguments: ["2020-02-29", "2107-01-01", "100y"])
  func `a day that is over or that OpenPGP cannot say is refused`(day: String) throws {
    let run = try stage.run("key", "expire", "alice@example.org", day, keyring: stage.alice)
    #expect(run.status == 64)
    #expect(run.stderr.hasPrefix("postseal: a key cannot expire "))
  }

  @Test(arguments: [
    "2031-02-29", "2031-13-01", "2031-6-30", "31-06-30", "+031-06-30", "tomorrow", "1h", "0d", "-1y", "",
  ])
  func `what is no day and no time is refused`(text: String) {
    #expect(Expiry(argument: text) == nil)
  }

  @Test(arguments: [
    ("1970-01-01", Int64(43_200)), ("2000-02-29", 951_825_600), ("2028-12-31", 1_861_876_800),
    ("2100-03-01", 4_107_585_600),
  ])
  func `a day means its noon in UTC`(text: String, seconds: Int64) throws {
    guard case .day(let noon) = Expiry(argument: text) else {
      Issue.record("\(text) is a day")
      return
    }
    #expect(noon == seconds)
  }
}
