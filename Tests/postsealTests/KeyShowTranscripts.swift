import SystemPackage
import TestSupport
import Testing

/// What `key show` tells of a certificate, and of an own key beside that.
@Suite struct KeyShowTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private func lines(_ name: String, keyring: TemporaryKeyring) throws -> [String] {
    try stage.run("key", "show", name, keyring: keyring).succeeded().text.split(separator: "\n").map(String.init)
  }

  @Test func `a certificate is shown with its keys, its state and who certified it`() throws {
    let run = try stage.run("key", "show", "bob@example.org", keyring: stage.alice)
    let today = try #require(run.text.firstMatch(of: /accepted by you, (20\d\d-\d\d-\d\d)/)?.1)
    expect(
      run,
      stdout: """
        fingerprint  4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2
        user ID      Bob Meyer <bob@example.org> (accepted by you, \(today))
                     certified by Alice Example <alice@example.org>, AEA2 6172 … 7682 21D1, \(today), in this keyring only
        primary key  ed25519, certification + signing, made 2025-01-01
        subkey       cv25519, encryption, made 2025-01-01
                     8784 7019 DBD8 1A03 08E3 272E 6AEA 3496 5857 FB15

        """, status: 0)
  }

  @Test func `certifications that the keyring can check are told with their end, others are not`() throws {
    let keyring = try TemporaryKeyring(own: [.alice, .bob, .erin], certificates: [.carol])
    func certify(_ by: Identity, _ options: String...) throws {
      try keyring.gpg(
        arguments: options + ["--local-user", by.hexFingerprint, "--quick-sign-key", Identity.carol.hexFingerprint]
      ).succeeded()
    }
    try certify(.bob)
    try certify(.erin, "--default-cert-expire", "2031-06-30")
    try stage.run("key", "accept", "carol@example.net", "--yes", "--as", "alice@example.org", keyring: keyring)
      .succeeded()
    let back = try stage.run("key", "unaccept", "carol@example.net", keyring: keyring).succeeded()
    #expect(back.stderr.hasSuffix("your exportable certification stands: run it again to take that back, too\n"))
    let shown = try lines("carol@example.net", keyring: keyring)
    // What was taken back is no acceptance, although another certification keeps the user ID valid.
    #expect(shown.contains("user ID      Carol Novak <carol@example.net> (verified)"))
    let told = shown.filter { $0.hasPrefix(" ") && $0.contains(" by ") }.sorted()
    #expect(
      told.map { $0.replacing(/, 20\d\d-\d\d-\d\d/, with: "", maxReplacements: 1) } == [
        "             certification taken back by Alice Example <alice@example.org>, AEA2 6172 … 7682 21D1",
        "             certified by Bob Meyer <bob@example.org>, 4FE1 D2B8 … 5CF9 2FA2, exportable",
        "             certified by Erin Example <erin@example.org>, 8774 43E1 … 0C95 4613, exportable, until 2031-06-30",
      ])
    try keyring.gpg("--delete-secret-and-public-key", Identity.bob.hexFingerprint).succeeded()
    #expect(
      try !lines("carol@example.net", keyring: keyring).contains { $0.contains("Bob Meyer") || $0.contains("4B04") })
  }

  @Test(arguments: [
    (Identity.expired, ["expired on 2025-03-01"]), (.revoked, ["was revoked by its owner"]),
    (.signOnly, ["has no key for encryption"]), (.bob, []),
  ])
  func `why it cannot be used is told once`(identity: Identity, words: [String]) throws {
    for keyring in [
      try TemporaryKeyring(own: [identity]), try TemporaryKeyring(own: [.alice], certificates: [identity]),
    ] {
      let told = try lines(identity.hexFingerprint, keyring: keyring).filter { $0.hasPrefix("unusable ") }
      #expect(told == words.map { "unusable     \($0)" })
    }
    #expect(
      try lines(Identity.expired.hexFingerprint, keyring: stage.alice).contains {
        $0.hasPrefix("primary key") && $0.hasSuffix(", expired 2025-03-01")
      })
  }

  @Test func `of an own key it is told where the secret is and where its revocation certificate`() throws {
    let own = try TemporaryKeyring()
    try stage.run("key", "new", "--no-passphrase", "New <new@example.org>", keyring: own).succeeded()
    let made = try lines("new@example.org", keyring: own)
    #expect(made.contains("secret key   here"))
    let fingerprint = try #require(made.first).filter(\.isHexDigit).suffix(40)
    let file = own.home.appending("openpgp-revocs.d").appending("\(fingerprint).rev")
    #expect(made.last == "revocation   a certificate for it is stored in \(file)")
    #expect(
      try lines("alice@example.org", keyring: stage.alice).suffix(2) == [
        "secret key   here", "revocation   no certificate for it is stored here",
      ])
    #expect(try !lines("bob@example.org", keyring: stage.alice).contains { $0.hasPrefix("revocation") })
  }

  @Test func `a primary key that is kept elsewhere, and a card, are told`() throws {
    let subkeys = try stage.alice.gpg("--export-secret-subkeys", Identity.alice.hexFingerprint).succeeded().stdout
    let daily = try TemporaryKeyring()
    try daily.gpg("--import", stdin: subkeys).succeeded()
    let told = try lines("alice@example.org", keyring: daily)
    #expect(told.contains("primary key  ed25519, certification + signing, made 2025-01-01, secret part not here"))
    #expect(told.contains("secret key   here, but not that of the primary key, which is kept elsewhere"))
    #expect(told.contains("unusable     has no secret key here"))

    let card = try TemporaryKeyring(own: [.bob])
    try card.moveKeysToCard()
    let carried = try lines("bob@example.org", keyring: card)
    #expect(carried.count { $0.hasSuffix(", made 2025-01-01, on card \(TemporaryKeyring.cardSerial)") } == 2)
    #expect(carried.contains("secret key   on card \(TemporaryKeyring.cardSerial)"))
  }

  @Test func `JSON has all of it and the text for a QR code`() throws {
    let text = try stage.run("key", "show", "--json", "bob@example.org", keyring: stage.alice).succeeded().text
    #expect(text.contains(#""uri":"OPENPGP4FPR:\#(Identity.bob.hexFingerprint)""#))
    #expect(
      text.contains(#""issuer":"\#(Identity.alice.hexFingerprint)","issuerUserID":"Alice Example <alice@example.org>""#)
    )
    #expect(text.contains(#""local":true,"revoked":false"#))
    #expect(text.contains(#""signingProblem":null,"primarySecret":false,"revocationCertificate":null"#))
    let refused = try stage.run("key", "show", "--json", "--qr", "bob@example.org", keyring: stage.alice)
    #expect(refused.status == 64)
  }

  @Test(.enabled(if: optionalTool("qrencode"), "needs qrencode"))
  func `the fingerprint is drawn for another device to scan`() throws {
    let plain = try stage.run("key", "show", "bob@example.org", keyring: stage.alice).succeeded().text
    for (locale, kind) in [("C.UTF-8", "UTF8"), ("C", "ASCIIi")] {
      var child = stage.command("key", "show", "--qr", "bob@example.org", keyring: stage.alice)
      child.environment["LANG"] = locale
      var encoder = ChildProcess("qrencode", ["-t", kind, "-m", "2", "-l", "M"], environment: testEnvironment)
      encoder.stdin = .file(Array("OPENPGP4FPR:\(Identity.bob.hexFingerprint)".utf8))
      let drawing = try encoder.run().succeeded().text
      #expect(try child.run().succeeded().text.hasSuffix("\n" + drawing))
      #expect(!plain.contains(drawing))
    }
    let coloured = try stage.run("key", "show", "--qr", "--color", "always", "bob@example.org", keyring: stage.alice)
    #expect(coloured.text.hasSuffix("█\u{1B}[0m\n") && coloured.text.contains("\u{1B}[40;37;1m█"))
  }

  @Test func `without the program the way to it is told, and nothing else`() throws {
    let folder = try TemporaryFolder()
    try ChildProcess("ln", ["-s", "/usr/bin/gpg", folder.path.string], environment: testEnvironment).run().succeeded()
    var child = stage.command("key", "show", "--qr", "bob@example.org", keyring: stage.alice)
    child.environment["PATH"] = folder.path.string
    expect(
      try child.run(),
      stderr: """
        postseal: cannot draw a QR code: the program qrencode is not installed
        hint: install it, on Debian and Ubuntu with `apt install qrencode`

        """, status: 69)
  }

  @Test(arguments: ["exit 1", #"printf '\033[2J\n'"#, "echo 'good signature'", "exit 0"])
  func `whatever else has the program's name draws nothing`(script: String) throws {
    let fake = try FakeBrowser(script, name: "qrencode")
    var child = stage.command("key", "show", "--qr", "bob@example.org", keyring: stage.alice)
    child.environment["PATH"] = "\(fake.folder.path):\(testEnvironment["PATH"] ?? "")"
    expect(
      try child.run(),
      stderr: """
        postseal: cannot draw a QR code: \(fake.folder.path)/qrencode failed
        hint: run it by itself to see why

        """, status: 69)
  }

  @Test func `what nobody has is not shown`() throws {
    let run = try stage.run("key", "show", "dave@example.com", keyring: stage.alice)
    #expect(run.status == 30)
    #expect(run.stderr.hasPrefix("postseal: no certificate for dave@example.com in your keyring"))
  }
}
