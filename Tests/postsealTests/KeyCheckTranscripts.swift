import SystemPackage
import TestSupport
import Testing

/// What `key check` says about the certificates that are used.
@Suite struct KeyCheckTranscripts {
  private static let aged = ["--cert-digest-algo", "SHA1"]

  private func generate(
    _ userID: String, in keyring: TemporaryKeyring, expires: String = "never", _ options: [String] = []
  ) throws {
    let key = ["--passphrase", "", "--quick-gen-key", userID, "future-default", "default", expires]
    try keyring.gpg(arguments: options + key).succeeded()
  }

  /// A certificate made elsewhere and accepted here.
  private func accept(
    _ address: String, made options: [String] = [], expires: String = "never"
  ) throws -> TemporaryKeyring {
    let other = try TemporaryKeyring()
    try generate("Other <\(address)>", in: other, expires: expires, options)
    let keyring = try TemporaryKeyring(own: [.alice])
    let bytes = try other.gpg("--export", address).succeeded().stdout
    try keyring.gpg("--import", stdin: bytes).succeeded()
    let listing = try keyring.gpg("--with-colons", "--list-keys", address).succeeded().text
    let line = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") }
    let fingerprint = try #require(line?.split(separator: ":").last)
    try keyring.gpg("--quick-lsign-key", String(fingerprint)).succeeded()
    return keyring
  }

  private func check(_ keyring: TemporaryKeyring) throws -> DoctorRun {
    try DoctorRun(keyring, command: ["key", "check"])
  }

  @Test func `what is used and sound is well, and what nobody accepted is not looked at`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob], certificates: [.expired])
    let run = try postseal(["key", "check"], keyring: keyring).run()
    expect(
      run,
      stdout: """
        ✓ own key        Alice Example <alice@example.org> AEA2 6172 … 7682 21D1 signs and decrypts
        ! revocation     Alice Example <alice@example.org> AEA2 6172 … 7682 21D1 has no revocation certificate in openpgp-revocs.d; without one a lost key stays valid
                         mend: if you keep none elsewhere: `gpg --output AEA2617202EC1A3C97B675EAD68883EC768221D1.rev --gen-revoke AEA2617202EC1A3C97B675EAD68883EC768221D1`, and store that file safely
        ! backup         Alice Example <alice@example.org> AEA2 6172 … 7682 21D1 has no backup that postseal made here; without one a lost key takes your mail with it
                         mend: `postseal key backup FILE`, and keep the file elsewhere than this machine
        ✓ certificate    Bob Meyer <bob@example.org> 4FE1 D2B8 … 5CF9 2FA2 can be sealed to

        """, stderr: "postseal: no problem, 2 things worth knowing\n", status: 0)
    withExtendedLifetime(keyring) {}
  }

  @Test(arguments: [
    (Identity.signOnly, "it has no key for encryption"),
    (.expiredSubkey, "it has a key for encryption that expired on 2025-03-01"),
    (.weak, "it is too weak (rsa1024)"),
  ])
  func `an accepted certificate that cannot be sealed to is told`(identity: Identity, words: String) throws {
    let run = try check(try TemporaryKeyring(own: [.alice], accepted: [identity]))
    #expect(run.problems == ["certificateUnusable"] && run.status == 32)
    #expect(try run.finding("certificateUnusable").text.hasSuffix(" cannot be sealed to: \(words)"))
  }

  @Test func `one that was disabled on purpose is only worth knowing`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    try keyring.disable(.bob)
    let run = try check(keyring)
    #expect(run.problems == [] && run.notes.contains("certificateUnusable"))
  }

  @Test func `an accepted certificate that ends within 30 days is told`() throws {
    let run = try check(try accept("other@example.org", expires: "10d"))
    #expect(run.problems == ["certificateExpires"] && run.status == 32)
  }

  @Test func `signatures with SHA-1 that hold a certificate together are told`() throws {
    let run = try check(try accept("other@example.org", made: Self.aged))
    #expect(run.problems == ["weakBinding"] && run.status == 32)
    #expect(try run.finding("weakBinding").text.hasSuffix(" is held together by signatures with SHA-1"))
  }

  @Test func `one's own key is bound anew by the command that is told`() throws {
    let keyring = try TemporaryKeyring()
    try generate("A <a@example.org>", in: keyring, Self.aged)
    let run = try check(keyring)
    #expect(run.problems == ["weakBinding"])
    try run.finding("weakBinding").follow(at: keyring)
    #expect(try check(keyring).problems == [])
  }

  @Test func `one's own key that asks for AEAD packets is worth knowing`() throws {
    let run = try check(try TemporaryKeyring(own: [.aead]))
    #expect(run.problems == [] && run.notes.contains("asksForAEAD"))
    #expect(try check(try TemporaryKeyring(own: [.alice])).notes.contains("asksForAEAD") == false)
  }

  @Test func `a key that its last backup does not hold in full is worth knowing`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let state = try TemporaryFolder()
    func check(backedUpAt time: Int) throws -> [String] {
      try state.write(Array("\(time)\n".utf8), to: "postseal/backups/\(Identity.alice.hexFingerprint)")
      let run = try DoctorRun(keyring, command: ["key", "check"], [], ["XDG_STATE_HOME": state.path.string])
      return run.notes.filter { $0.contains("ackup") }
    }
    // Her subkey is of 2025-01-01.
    #expect(try check(backedUpAt: 1_735_000_000) == ["backupTooOld"])
    #expect(try check(backedUpAt: 1_736_000_000) == [])
  }

  @Test func `one's own keys are judged as doctor judges them`() throws {
    let run = try check(try TemporaryKeyring(own: [.signOnly]))
    #expect(run.problems == ["keyUnusable"] && run.status == 32)
    #expect(try check(try TemporaryKeyring(certificates: [.bob])).problems == ["noOwnKey"])
  }
}
