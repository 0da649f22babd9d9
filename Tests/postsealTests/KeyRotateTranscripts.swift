import SystemPackage
import TestSupport
import Testing

/// What `key rotate` says and changes, and that the key serves whenever it is interrupted.
@Suite struct KeyRotateTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let old = "subkey 93ED 9873 … FE96 3AA1 for encryption"

  private func rotate(_ name: String, _ options: String..., keyring: TemporaryKeyring) throws -> ChildRun {
    var child = postseal(["key", "rotate", name] + options, keyring: keyring)
    child.directory = stage.folder.path
    return try child.run()
  }

  /// One subkey as `key show` has it.
  private struct Shown: Equatable {
    let facts: String
    let fingerprint: String
    var isForEncryption: Bool { facts.contains(", encryption, ") }
    var isOver: Bool { facts.contains(", expired ") || facts.hasSuffix(", revoked") }
    var short: String {
      let groups = [0, 4, 32, 36].map { String(fingerprint.dropFirst($0).prefix(4)) }
      return "\(groups[0]) \(groups[1]) … \(groups[2]) \(groups[3])"
    }
  }

  private func subkeys(_ name: String, in keyring: TemporaryKeyring) throws -> [Shown] {
    let lines = try stage.run("key", "show", name, keyring: keyring).succeeded().text.split(separator: "\n")
    return zip(lines, lines.dropFirst()).filter { $0.0.hasPrefix("subkey") }.map {
      Shown(facts: String($0.0.dropFirst(13)), fingerprint: $0.1.filter(\.isHexDigit))
    }
  }

  /// Seals a letter to oneself as `name` and returns the key ID that it is encrypted to.
  private func seal(_ address: String, as name: String, in keyring: TemporaryKeyring) throws -> String {
    try stage.write(Letter(from: address, to: address))
    try stage.run("encrypt", "letter.eml", "-o", name, "--force", "--no-sign", keyring: keyring).succeeded()
    let told = try stage.run("inspect", name, keyring: keyring).text
    return String(try #require(told.firstMatch(of: /for key ([0-9A-F]{16})/)?.1))
  }

  @Test func `mail is sealed to the new subkey, and older mail still opens`() throws {
    #expect(try seal("alice@example.org", as: "old.eml", in: stage.alice) == "F8F52B01FE963AA1")
    let run = try rotate("alice@example.org", "--expires", "2031-06-30", keyring: stage.alice)
    let subkeys = try subkeys("alice@example.org", in: stage.alice)
    #expect(subkeys.map(\.isOver) == [true, false])
    expect(
      run, stdout: "✓  Alice Example <alice@example.org>  ed25519  AEA2 6172 … 7682 21D1  your own key\n",
      stderr: """
        postseal: added: subkey \(subkeys[1].short) for encryption, cv25519, expires on 2031-06-30
        postseal: \(Self.old) has expired now; it still opens old mail
        postseal: next: publish the new certificate with `postseal key publish --keyserver \(Identity.alice.hexFingerprint)`, or give it to others with `postseal key export \(Identity.alice.hexFingerprint)`
        postseal: next: renew your backup, which lacks the new subkeys: `postseal key backup FILE`

        """, status: 0)
    #expect(try seal("alice@example.org", as: "new.eml", in: stage.alice) == subkeys[1].fingerprint.suffix(16))
    for file in ["old.eml", "new.eml"] {
      #expect(try stage.run("decrypt", file, keyring: stage.alice).status == 0)
    }
    // Others need nothing but the new certificate.
    let certificate = try stage.run("key", "export", "alice@example.org", keyring: stage.alice).stdout
    let bob = try Stage.bob()
    try bob.gpg("--import", stdin: certificate).succeeded()
    #expect(try seal("alice@example.org", as: "from-bob.eml", in: bob) == subkeys[1].fingerprint.suffix(16))
  }

  @Test func `a signing subkey is replaced too, and its old signatures stay good`() throws {
    let own = try TemporaryKeyring(own: [.signingSubkey])
    let address = "signing-subkey@example.org"
    try stage.write(Letter(from: address, to: address))
    try stage.run("sign", "letter.eml", "-o", "old.eml", keyring: own).succeeded()
    let run = try rotate(address, keyring: own)
    #expect(run.status == 0, "\(run.stderr)")
    let subkeys = try subkeys(address, in: own)
    #expect(subkeys.map(\.isOver) == [true, false, false, false])
    #expect(subkeys[2].facts.hasPrefix("ed25519, signing, ") && subkeys[3].isForEncryption)
    try stage.run("sign", "letter.eml", "-o", "new.eml", keyring: own).succeeded()
    #expect(try stage.run("inspect", "new.eml", keyring: own).text.contains(subkeys[2].fingerprint.suffix(16)))
    for file in ["old.eml", "new.eml"] { #expect(try stage.run("verify", file, keyring: own).status == 0) }
    // The next rotation, though it follows at once, is a whole one.
    let next = try rotate(address, "--json", keyring: own)
    #expect(next.status == 0)
    #expect(next.text.contains(#""ended":["\#(subkeys[3].fingerprint)"]"#))
    #expect(try self.subkeys(address, in: own).map(\.isOver) == [true, false, false, true, false, false])
  }

  @Test func `a key that would end before its subkeys is extended, an expired one is good again`() throws {
    let own = try TemporaryKeyring(own: [.expired])
    let run = try rotate("expired@example.org", "--expires", "2031-06-30", keyring: own)
    #expect(run.status == 0)
    #expect(run.text.hasSuffix("  your own key, expires 2031-06-30\n"))
    #expect(run.stderr.hasPrefix("postseal: key C991 72C1 … 7466 321C now expires on 2031-06-30\npostseal: added: "))
    let subkeys = try subkeys("expired@example.org", in: own)
    #expect(subkeys.map(\.facts).first == "cv25519, encryption, made 2024-01-01, expired 2025-03-01")
    #expect(try seal("expired@example.org", as: "new.eml", in: own) == subkeys[1].fingerprint.suffix(16))
    // One that ends later stays.
    let later = try rotate("expired@example.org", "--expires", "2030-01-01", keyring: own)
    #expect(later.status == 0 && later.text.hasSuffix(", expires 2031-06-30\n"))
    #expect(!later.stderr.contains("now expires"))
  }

  @Test func `the old subkey is revoked when that is asked for, after a question`() throws {
    let before = try subkeys("alice@example.org", in: stage.alice)
    let asked = try rotate("alice@example.org", "--revoke", keyring: stage.alice)
    #expect(asked.status == 1)
    #expect(
      asked.stderr.hasSuffix(
        "postseal: nobody can be asked: Revoke the old subkey for encryption for ever?\nhint: add `--yes`, or leave out `--revoke`\n"
      ))
    #expect(try subkeys("alice@example.org", in: stage.alice) == before)
    #expect(try seal("alice@example.org", as: "old.eml", in: stage.alice) == "F8F52B01FE963AA1")
    let run = try rotate("alice@example.org", "--revoke", "--yes", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stderr.contains("\npostseal: \(Self.old) is revoked as superseded; it still opens old mail\n"))
    let subkeys = try subkeys("alice@example.org", in: stage.alice)
    #expect(subkeys.map { $0.facts.hasSuffix(", revoked") } == [true, false])
    #expect(try stage.run("decrypt", "old.eml", keyring: stage.alice).status == 0)
    #expect(try seal("alice@example.org", as: "new.eml", in: stage.alice) == subkeys[1].fingerprint.suffix(16))
  }

  @Test(arguments: 0...1, ["", "--revoke"])
  func `wherever it is cancelled the key serves, what is left is told, and the next run does just that`(
    stepsBefore: Int, option: String
  ) throws {
    // gpg asks for each new subkey whatever it remembers, and for nothing else while it does.
    let right = FakePinentry.Answer.passphrase(Identity.passphrase)
    let pinentry = try FakePinentry(
      answer: .inOrder(Array(repeating: right, count: stepsBefore) + [.cancel] + [right]))
    let locked = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let name = "locked@example.org"
    // One of today would count as a new one.
    try locked.gpg(
      "--faked-system-time", "20250601T120000", "--passphrase", Identity.passphrase, "--quick-add-key",
      Identity.locked.hexFingerprint, "ed25519", "sign", "never"
    ).succeeded()
    var child = postseal(["key", "rotate", name] + (option.isEmpty ? [] : [option, "--yes"]), keyring: locked)
    // Where there is a display, a person may be there.
    child.environment["DISPLAY"] = ":9"
    let first = try child.run()
    #expect(first.status == 21, "\(first.stderr)")
    #expect(first.stdout.isEmpty)
    #expect(try subkeys(name, in: locked).count - 2 == stepsBefore)
    _ = try seal(name, as: "between.eml", in: locked)
    let left = [
      "add a subkey for signing", "add a subkey for encryption",
      option.isEmpty ? "let the old subkey" : "revoke the old subkey",
    ]
    let told = try #require(first.stderr.split(separator: "\n").first { $0.hasPrefix("postseal: left: ") })
    #expect(left.map { told.contains($0) } == (0..<3).map { $0 >= stepsBefore })
    #expect(told.hasSuffix("; the key works as it is"))
    #expect(
      first.stderr.contains(
        stepsBefore == 0
          ? "\npostseal: nothing was changed\n" : "\npostseal: done: add a subkey for signing, which expires "))
    #expect(first.stderr.hasSuffix("\nhint: run it again: what is done is not done twice\n"))

    let finished = try child.run()
    #expect(finished.status == 0, "\(finished.stderr)")
    let subkeys = try subkeys(name, in: locked)
    #expect(subkeys.count == 4)
    #expect(subkeys.filter(\.isForEncryption).map(\.isOver) == [true, false])
    let new = try #require(subkeys.last { $0.isForEncryption })
    #expect(try seal(name, as: "new.eml", in: locked) == new.fingerprint.suffix(16))
  }

  @Test(arguments: [["sign"], ["sign", "encrypt"]], ["", "--revoke"])
  func `what an interrupted run made is not made again`(made: [String], option: String) throws {
    let own = try TemporaryKeyring(own: [.signingSubkey])
    let name = "signing-subkey@example.org"
    for use in made {
      try stage.run("key", "subkey", "add", name, "--for", use, keyring: own).succeeded()
    }
    let before = try subkeys(name, in: own)
    #expect(before.allSatisfy { !$0.isOver })
    let run = try postseal(["key", "rotate", name] + (option.isEmpty ? [] : [option, "--yes"]), keyring: own).run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(
      run.stderr.contains("postseal: subkey \(before[2].short) for signing is new enough, and is kept as the new one\n")
    )
    let after = try subkeys(name, in: own)
    #expect(after.map(\.isOver) == [true, false, false, false])
    #expect(after[2].fingerprint == before[2].fingerprint && after[3].isForEncryption)
    #expect(try seal(name, as: "new.eml", in: own) == after[3].fingerprint.suffix(16))
  }

  @Test func `a wrong passphrase changes nothing, the right one comes by descriptor`() throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let before = try subkeys("locked@example.org", in: locked)
    let nobody = try rotate("locked@example.org", "--batch", keyring: locked)
    #expect(nobody.status == 21)
    #expect(
      nobody.stderr.contains(
        "the key is locked and nobody can be asked for its passphrase\npostseal: nothing was changed\n"))
    for (passphrase, status) in [("wrong", Int32(21)), (Identity.passphrase, 0)] {
      #expect(try subkeys("locked@example.org", in: locked) == before)
      var child = stage.command("key", "rotate", "locked@example.org", "--passphrase-fd", "0", keyring: locked)
      child.stdin = .pipe(Array("\(passphrase)\n".utf8))
      let run = try child.run()
      #expect(run.status == status, "\(run.stderr)")
      if status != 0 { #expect(run.stderr.contains("the passphrase is wrong\npostseal: nothing was changed\n")) }
    }
    #expect(try subkeys("locked@example.org", in: locked).map(\.isOver) == [true, false])
  }

  @Test func `keys of others, of nobody, revoked ones and those without their primary key stay as they are`() throws {
    expect(
      try rotate("bob@example.org", keyring: stage.alice),
      stderr: """
        postseal: cannot change certificate 4FE1 D2B8 … 5CF9 2FA2: its secret key is not here, and only its owner can change it
        hint: see your own keys with `postseal key list --secret`

        """, status: 20)
    #expect(try rotate("dave@example.com", keyring: stage.alice).status == 30)
    #expect(try rotate("revoked@example.org", keyring: try TemporaryKeyring(own: [.revoked])).status == 32)
    let two = try rotate("shared@example.org", keyring: try TemporaryKeyring(own: [.sharedA, .sharedB]))
    #expect(two.status == 64 && two.stderr.contains("hint: name one: \(Identity.sharedA.hexFingerprint), "))
    let secret = try stage.alice.gpg("--export-secret-subkeys", Identity.alice.hexFingerprint).succeeded().stdout
    let daily = try TemporaryKeyring()
    try daily.gpg("--import", stdin: secret).succeeded()
    expect(
      try rotate("alice@example.org", keyring: daily),
      stderr: """
        postseal: cannot change key AEA2 6172 … 7682 21D1: only its subkeys are here, its primary key is elsewhere
        hint: run it where the primary key is, or name that GnuPG home with `--home DIR`

        """, status: 20)
  }

  @Test func `subkeys on a smartcard are not replaced by some that are not`() throws {
    let card = try TemporaryKeyring(own: [.bob])
    try card.moveKeysToCard()
    expect(
      try rotate("bob@example.org", keyring: card),
      stderr: """
        postseal: cannot rotate key 4FE1 D2B8 … 5CF9 2FA2: its subkeys are on card \(TemporaryKeyring.cardSerial), and new ones would not be
        hint: add one that is not on the card with `postseal key subkey add \(Identity.bob.hexFingerprint)`

        """, status: 64)
  }

  @Test func `an RSA key stays one unless something else is asked for`() throws {
    let rsa = try TemporaryKeyring(own: [.carol])
    #expect(try rotate("carol@example.net", keyring: rsa).status == 0)
    #expect(try rotate("carol@example.net", "--algorithm", "ed25519", keyring: rsa).status == 0)
    #expect(try subkeys("carol@example.net", in: rsa).map { $0.facts.prefix(7) } == ["rsa3072", "rsa3072", "cv25519"])
  }

  @Test func `a dry run says each step and changes nothing`() throws {
    let own = try TemporaryKeyring(own: [.signingSubkey])
    let before = try subkeys("signing-subkey@example.org", in: own)
    let run = try rotate("signing-subkey@example.org", "--expires", "never", "--revoke", "--dry-run", keyring: own)
    #expect(run.status == 0 && run.stdout.isEmpty)
    #expect(
      run.stderr.hasSuffix(
        """

        postseal: would add a subkey for signing, which never expires
        postseal: would add a subkey for encryption, which never expires
        postseal: would revoke the old subkey E958 B587 … 5899 CF90

        """))
    #expect(try subkeys("signing-subkey@example.org", in: own) == before)
  }
}
