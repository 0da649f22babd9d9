import SystemPackage
import TestSupport
import Testing

/// What `doctor` says about the user's own keys and the configuration.
@Suite struct DoctorKeyTranscripts {
  @Test func `without a key of one's own the command that makes one is told`() throws {
    let run = try DoctorRun(try TemporaryKeyring(certificates: [.bob]))
    #expect(run.problems == ["noOwnKey"] && run.status == 34)
    #expect(try run.finding("noOwnKey").mend?.contains("`postseal key new ") == true)
  }

  @Test(arguments: [
    (Identity.expired, Int32(34), "for signing: it expired on 2025-03-01", "postseal key expire "),
    (.revoked, 34, "for signing: it was revoked by its owner", "postseal key new"),
    (.weak, 34, "for signing: it is too weak (rsa1024)", "postseal key new"),
    (.signOnly, 32, "for encryption: it has no key for encryption", "postseal key subkey add "),
    (
      .expiredSubkey, 32, "for encryption: it has a key for encryption that expired on 2025-03-01",
      "postseal key expire "
    ),
  ])
  func `a key that does not serve is told once with what mends it`(
    identity: Identity, status: Int32, words: String, mend: String
  ) throws {
    let run = try DoctorRun(try TemporaryKeyring(own: [identity]))
    #expect(run.problems == ["keyUnusable"] && run.status == status)
    let finding = try run.finding("keyUnusable")
    #expect(finding.text.hasSuffix(" cannot be used \(words)"), "\(finding.text)")
    #expect(finding.mend?.contains(mend) == true)
    #expect(!run.notes.contains("noRevocationCertificate"))
  }

  @Test(arguments: [Identity.signOnly, .expiredSubkey, .expired])
  func `the command that is told mends it`(identity: Identity) throws {
    let keyring = try TemporaryKeyring(own: [identity])
    try DoctorRun(keyring).finding("keyUnusable").follow(at: keyring)
    #expect(try DoctorRun(keyring).problems == [])
  }

  @Test func `a disabled key is told and mended`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    try keyring.disable(.alice)
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["keyUnusable"])
    try run.finding("keyUnusable").follow(at: keyring)
    #expect(try DoctorRun(keyring).problems == [])
  }

  @Test func `an old key beside a new one for the address is kept for old mail`() throws {
    let keyring = try TemporaryKeyring(own: [.expired])
    try keyring.gpg("--passphrase", "", "--quick-gen-key", "New <expired@example.org>", "future-default").succeeded()
    let run = try DoctorRun(keyring)
    #expect(run.problems == [] && run.status == 0)
    #expect(try run.finding("keyReplaced").text.contains("another key of yours has its address"))
    // The new one has its revocation certificate, as gpg stored it.
    #expect(!run.notes.contains("noRevocationCertificate"))
  }

  @Test func `a key that ends within 30 days is told, one that ends later is not`() throws {
    let keyring = try TemporaryKeyring()
    try keyring.gpg("--passphrase", "", "--quick-gen-key", "A <a@example.org>", "future-default", "default", "10d")
      .succeeded()
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["keyExpires"] && run.status == 32)
    try run.finding("keyExpires").follow(at: keyring)
    #expect(try DoctorRun(keyring).problems == [])
    let later = try TemporaryKeyring()
    try later.gpg("--passphrase", "", "--quick-gen-key", "A <a@example.org>", "future-default", "default", "40d")
      .succeeded()
    #expect(try DoctorRun(later).problems == [])
  }

  @Test func `a key that is not marked as one's own is told and mended`() throws {
    let keyring = try TemporaryKeyring(foreign: [.alice])
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["keyNotUltimate"] && run.status == 34)
    try run.finding("keyNotUltimate").follow(at: keyring)
    #expect(try DoctorRun(keyring).problems == [])
  }

  @Test func `a key made in the future is told as the clock's problem`() throws {
    let keyring = try TemporaryKeyring()
    try keyring.gpg(
      "--faked-system-time", "20990101T120000", "--passphrase", "", "--quick-gen-key", "A <a@example.org>",
      "future-default"
    ).succeeded()
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["madeInFuture"] && run.status == 71)
    #expect(try run.finding("madeInFuture").text.hasSuffix(" was made on 2099-01-01"))
  }

  @Test func `a user ID cannot reach the terminal with its control characters`() throws {
    let keyring = try TemporaryKeyring(own: [.hostileName])
    let run = try withExtendedLifetime(keyring) { try postseal(["doctor"], keyring: keyring).run() }
    #expect(run.text.contains("<U+001B>"))
    #expect(run.stdout.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F })
  }
}

/// What `doctor` says about the configuration and the way to submit.
@Suite struct DoctorConfigurationTranscripts {
  private func doctor(
    _ text: String, _ arguments: String..., own: [Identity] = [.alice]
  ) throws -> DoctorRun {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(text.utf8), to: "c.toml")
    return try DoctorRun(try TemporaryKeyring(own: own), ["--config", file.string] + arguments)
  }

  @Test func `a faulty configuration is a line among the others`() throws {
    let run = try doctor("no-such-key = 1\n")
    #expect(run.problems == ["configurationWrong"] && run.status == 78)
    #expect(try run.finding("configurationWrong").text.contains("c.toml:1: no-such-key: "))
    #expect(run.findings.contains { $0.check == "ownKey" && $0.state == "ok" })
  }

  @Test(arguments: [
    ("default-account = \"b\"\n[account.a]\n", [String](), "configurationWrong", Int32(78)),
    ("[account.a]\n", ["--account", "b"], "accountMissing", 78),
    ("[account.a]\nfrom = [\"nobody@example.org\"]\n", [], "accountKeyMissing", 34),
    (
      "[account.a]\nfrom = [\"alice@example.org\"]\nkey = \"\(Identity.bob.hexFingerprint)\"\n", [],
      "accountKeyMissing", 34
    ),
    ("[account.a]\nsubmit = \"gopher://example.org\"\n", [], "configurationWrong", 78),
    ("[account.a]\nsubmit = \"smtp://mail.example.org\"\n", [], "submitWrong", 78),
    ("[account.a]\nsubmit = \"maildir:/tmp\"\nfetch = \"pop3://mail.example.org\"\n", [], "fetchWrong", 78),
    ("[account.a]\nsubmit = \"smtps://alice@mail.example.org\"\n", [], "passwordMissing", 78),
    ("[account.a]\nsubmit = \"sendmail:/nonexistent/sendmail\"\n", [], "sendmailMissing", 78),
    ("[keys]\n\"*@example.net\" = \"\(Identity.carol.hexFingerprint)\"\n", [], "mappedKeyMissing", 30),
  ])
  func `what the configuration names and is not there is told`(
    text: String, arguments: [String], kind: String, status: Int32
  ) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(text.utf8), to: "c.toml")
    let run = try DoctorRun(try TemporaryKeyring(own: [.alice]), ["--config", file.string] + arguments)
    #expect(run.problems == [kind])
    #expect(run.status == status)
  }

  @Test func `an account whose key cannot sign is told`() throws {
    let run = try doctor("[account.a]\nfrom = [\"expired@example.org\"]\n", own: [.alice, .expired])
    #expect(run.problems == ["keyUnusable", "accountKeyUnusable"])
    #expect(try run.finding("accountKeyUnusable").text.hasPrefix("account `a`: cannot sign as expired@example.org: "))
  }

  @Test func `accounts that are complete are well, and one that none is the default of is told`() throws {
    let account = "[account.a]\nfrom = [\"alice@example.org\"]\nsubmit = \"maildir:/tmp\"\n"
    #expect(try doctor("default-account = \"a\"\n" + account).notes.contains("noDefaultAccount") == false)
    let run = try doctor(account)
    #expect(run.problems == [] && run.notes.contains("noDefaultAccount"))
  }

  @Test func `the server is asked only when that is wanted`() throws {
    // Nobody listens at port 1.
    let account = "default-account = \"a\"\n[account.a]\nsubmit = \"smtp://127.0.0.1:1\"\n"
    #expect(try doctor(account).problems == [])
    let run = try doctor(account, "--network")
    #expect(run.problems == ["submitterFailed"] && run.status == 69)
    #expect(try run.finding("submitterFailed").text.contains("127.0.0.1"))
    #expect(try doctor("", "--network").notes.contains("noServer"))
  }
}
