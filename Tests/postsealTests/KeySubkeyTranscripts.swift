import SystemPackage
import TestSupport
import Testing

/// What `key subkey` says and changes.
@Suite struct KeySubkeyTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private static let short = "AEA2 6172 … 7682 21D1"
  private static let subkey = "93ED987343284F4CF463844AF8F52B01FE963AA1"
  private static let old = "subkey 93ED 9873 … FE96 3AA1 for encryption"
  private static let row = "✓  Alice Example <alice@example.org>  ed25519  \(short)  your own key\n"
  private static let stillToDo =
    "postseal: others still have the old certificate: give them the new one, `postseal key export \(Identity.alice.hexFingerprint)`\n"

  private func run(_ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    var child = postseal(["key", "subkey"] + arguments, keyring: keyring ?? stage.alice)
    child.directory = stage.folder.path
    return try child.run()
  }

  /// The subkeys as `key show` has them: what each is, and its fingerprint.
  private func subkeys(_ name: String, in keyring: TemporaryKeyring) throws -> [(facts: String, fingerprint: String)] {
    let lines = try stage.run("key", "show", name, keyring: keyring).succeeded().text.split(separator: "\n")
    return zip(lines, lines.dropFirst()).filter { $0.0.hasPrefix("subkey") }.map {
      (String($0.0.dropFirst(13)), $0.1.filter(\.isHexDigit))
    }
  }

  @Test(arguments: [
    ("encrypt", "encryption", "cv25519"), ("sign", "signing", "ed25519"), ("auth", "authentication", "ed25519"),
  ])
  func `an added subkey is made for its use and what is left to do is told`(
    use: String, word: String, algorithm: String
  ) throws {
    let run = try run("add", "alice@example.org", "--for", use, "--expires", "2031-06-30")
    let subkeys = try subkeys("alice@example.org", in: stage.alice)
    #expect(subkeys.count == 2)
    #expect(
      subkeys[1].facts.hasPrefix("\(algorithm), \(word), made 20") && subkeys[1].facts.hasSuffix(", expires 2031-06-30")
    )
    let fingerprint = subkeys[1].fingerprint
    let short =
      "\(fingerprint.prefix(4)) \(fingerprint.dropFirst(4).prefix(4)) … \(fingerprint.suffix(8).prefix(4)) \(fingerprint.suffix(4))"
    expect(
      run, stdout: Self.row,
      stderr: """
        postseal: added to key \(Self.short): subkey \(short) for \(word), \(algorithm), expires on 2031-06-30

        """ + Self.stillToDo + "postseal: its fingerprint is \(fingerprint)\n", status: 0)
  }

  @Test func `the newest subkey is encrypted to and signs, and the old one still opens`() throws {
    try stage.write(Letter(to: "alice@example.org"))
    try stage.run("encrypt", "letter.eml", "-o", "old.eml", keyring: stage.alice).succeeded()
    for use in ["encrypt", "sign"] { #expect(try run("add", "alice@example.org", "--for", use).status == 0) }
    let added = try subkeys("alice@example.org", in: stage.alice).map(\.fingerprint)
    try stage.run("encrypt", "letter.eml", "-o", "new.eml", keyring: stage.alice).succeeded()
    let told = try stage.run("inspect", "new.eml", keyring: stage.alice).text
    #expect(told.contains(added[1].suffix(16)) && !told.contains(added[0].suffix(16)))
    for file in ["old.eml", "new.eml"] {
      #expect(try stage.run("decrypt", file, keyring: stage.alice).status == 0)
    }
    let signed = try stage.run("sign", "letter.eml", keyring: stage.alice).stdout
    try stage.folder.write(signed, to: "signed.eml")
    #expect(try stage.run("inspect", "signed.eml", keyring: stage.alice).text.contains(added[2].suffix(16)))
  }

  @Test func `an RSA key gets RSA, and any gets what is asked for`() throws {
    let rsa = try TemporaryKeyring(own: [.carol])
    for (options, algorithm) in [([], "rsa3072"), (["--algorithm", "ed25519"], "cv25519")] {
      #expect(try postseal(["key", "subkey", "add", "carol@example.net"] + options, keyring: rsa).run().status == 0)
      #expect(try subkeys("carol@example.net", in: rsa).last?.facts.hasPrefix("\(algorithm), encryption, ") == true)
    }
  }

  @Test func `one that outlives its key is told`() throws {
    try stage.run("key", "expire", "alice@example.org", "2030-01-31", keyring: stage.alice).succeeded()
    for run in [
      try run("add", "alice@example.org", "--expires", "never"),
      try run("expire", "alice@example.org", Self.subkey, "2031-01-01"),
    ] {
      #expect(
        run.stderr.hasSuffix(
          "postseal: the key itself expires before, on 2030-01-31: `postseal key expire \(Identity.alice.hexFingerprint)` renews it\n"
        ))
    }
    #expect(try !run("add", "alice@example.org", "--expires", "2029-01-31").stderr.contains("expires before"))
  }

  @Test func `one subkey gets another end and all else stays`() throws {
    expect(
      try run("expire", "alice@example.org", Self.subkey, "2031-06-30"),
      stdout: Self.row,
      stderr: "postseal: \(Self.old) of key \(Self.short) now expires on 2031-06-30\n" + Self.stillToDo,
      status: 0)
    let shown = try stage.run("key", "show", "alice@example.org", keyring: stage.alice).text
    #expect(shown.split(separator: "\n").filter { $0.contains("expires") }.map { $0.hasPrefix("subkey ") } == [true])
    #expect(try run("expire", "alice@example.org", Self.subkey, "never").status == 0)
    #expect(try !stage.run("key", "show", "alice@example.org", keyring: stage.alice).text.contains("expires"))
  }

  @Test func `the last subkey for encryption that ends is told, and can live again`() throws {
    let run = try run("expire", "alice@example.org", Self.subkey, "now")
    #expect(run.status == 0)
    #expect(
      run.text.contains(
        "✗  Alice Example <alice@example.org>  ed25519  \(Self.short)  has a key for encryption that expired on 20"))
    #expect(run.stderr.hasPrefix("postseal: \(Self.old) of key \(Self.short) has expired now\n" + Self.stillToDo))
    #expect(
      run.stderr.contains(
        "\npostseal: the key cannot be used for encryption now: it has a key for encryption that expired on 20"))
    #expect(run.stderr.hasSuffix("; `postseal key subkey add \(Identity.alice.hexFingerprint)` adds a subkey\n"))
    try stage.write(Letter(to: "alice@example.org"))
    #expect(try stage.run("encrypt", "letter.eml", "-o", "new.eml", keyring: stage.alice).status == 32)
    #expect(try self.run("expire", "alice@example.org", Self.subkey, "1y").status == 0)
    #expect(try stage.run("encrypt", "letter.eml", "-o", "new.eml", keyring: stage.alice).status == 0)
  }

  @Test func `a revoked subkey is gone for ever, after a question, and the key stays`() throws {
    let asked = try run("revoke", "alice@example.org", Self.subkey)
    #expect(asked.status == 1)
    #expect(
      asked.stderr.hasSuffix("postseal: nobody can be asked: Revoke the \(Self.old) for ever?\nhint: add `--yes`\n"))
    #expect(
      try run("revoke", "alice@example.org", Self.subkey, "--dry-run").stderr.hasSuffix(
        "postseal: \(Self.old) would be revoked, without a reason\n"))
    #expect(try subkeys("alice@example.org", in: stage.alice)[0].facts == "cv25519, encryption, made 2025-01-01")

    #expect(try run("add", "alice@example.org").status == 0)
    let run = try run(
      "revoke", "alice@example.org", Self.subkey, "--reason", "compromised", "--comment", "old laptop", "--yes")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.text == Self.row)
    #expect(
      run.stderr.hasSuffix("postseal: \(Self.old) of key \(Self.short) is revoked as compromised\n" + Self.stillToDo))
    #expect(try subkeys("alice@example.org", in: stage.alice).map { $0.facts.hasSuffix(", revoked") } == [true, false])
    let certificate = try stage.alice.gpg("--export", Identity.alice.hexFingerprint).stdout
    let packets = try stage.alice.gpg("--list-packets", stdin: certificate).text
    #expect(packets.contains("revocation reason 0x02 (old laptop)"))
    for arguments in [
      ["revoke", "alice@example.org", Self.subkey, "--yes"], ["expire", "alice@example.org", Self.subkey, "1y"],
    ] {
      expect(
        try postseal(["key", "subkey"] + arguments, keyring: stage.alice).run(),
        stderr: Self.revokedBefore, status: 32)
    }
  }

  private static let revokedBefore = """
    postseal: cannot change subkey 93ED 9873 … FE96 3AA1: it was revoked, which is for ever
    hint: add another with `postseal key subkey add \(Identity.alice.hexFingerprint)`

    """

  private static let calls = [["add"], ["expire", subkey, "1y"], ["revoke", subkey, "--yes"]]

  private static func arguments(_ call: [String], of name: String, _ options: String...) -> [String] {
    ["key", "subkey", call[0], name] + call[1...] + options
  }

  @Test(arguments: calls)
  func `keys of others, of nobody, and without their primary key stay as they are`(call: [String]) throws {
    func run(_ name: String, _ keyring: TemporaryKeyring) throws -> ChildRun {
      try postseal(Self.arguments(call, of: name), keyring: keyring).run()
    }
    let stranger = try run("bob@example.org", stage.alice)
    #expect(stranger.status == 20)
    #expect(stranger.stderr.contains("its secret key is not here, and only its owner can change it\n"))
    #expect(try run("dave@example.com", stage.alice).status == 30)
    let two = try run("shared@example.org", try TemporaryKeyring(own: [.sharedA, .sharedB]))
    #expect(two.status == 64 && two.stderr.contains("hint: name one: \(Identity.sharedA.hexFingerprint), "))
    let revoked = try run("revoked@example.org", try TemporaryKeyring(own: [.revoked]))
    #expect(revoked.status == 32)
    let secret = try stage.alice.gpg("--export-secret-subkeys", Identity.alice.hexFingerprint).succeeded().stdout
    let daily = try TemporaryKeyring()
    try daily.gpg("--import", stdin: secret).succeeded()
    let offline = try run("alice@example.org", daily)
    #expect(offline.status == 20)
    #expect(offline.stderr.contains("only its subkeys are here, its primary key is elsewhere\n"))
  }

  @Test(arguments: calls.dropFirst())
  func `what is no subkey of the key is refused`(call: [String]) throws {
    func run(_ subkey: String) throws -> ChildRun {
      try postseal(
        ["key", "subkey", call[0], "alice@example.org", subkey] + call[2...], keyring: stage.alice
      ).run()
    }
    let primary = try run(Identity.alice.hexFingerprint)
    #expect(primary.status == 64)
    #expect(
      primary.stderr.hasPrefix(
        "postseal: \(Self.short) is the primary key, no subkey\nhint: for the key as a whole: `postseal key \(call[0]) "
      ))
    expect(
      try run(Identity.bob.hexFingerprint),
      stderr: """
        postseal: key \(Self.short) has no subkey 4FE1 D2B8 … 5CF9 2FA2
        hint: see its subkeys with `postseal key show \(Identity.alice.hexFingerprint)`

        """, status: 30)
    // Anybody can make a key with a given key ID.
    #expect(try run("F8F52B01FE963AA1").status == 64)
  }

  @Test(
    arguments: calls,
    [
      (FakePinentry.Answer.cancel, 21), (.passphrase("wrong"), 21), (.passphrase(Identity.passphrase), 0),
    ] as [(FakePinentry.Answer, Int32)])
  func `pinentry is asked, and a locked key stays as it is`(
    call: [String], answer: (FakePinentry.Answer, Int32)
  ) throws {
    let pinentry = try FakePinentry(answer: answer.0)
    let locked = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let before = try subkeys("locked@example.org", in: locked)
    let call = call.map { $0 == Self.subkey ? before[0].fingerprint : $0 }
    var child = postseal(Self.arguments(call, of: "locked@example.org"), keyring: locked)
    // Where there is a display, a person may be there.
    child.environment["DISPLAY"] = ":9"
    let run = try child.run()
    #expect(run.status == answer.1, "\(run.stderr)")
    #expect(
      try subkeys("locked@example.org", in: locked).map(\.facts) == before.map(\.facts) ? answer.1 != 0 : answer.1 == 0)
    if answer.1 != 0 {
      #expect(run.stdout.isEmpty && run.stderr.contains("passphrase") && run.stderr.hasSuffix("\nhint: run it again\n"))
    }
  }

  @Test(arguments: calls)
  func `a passphrase comes by descriptor, or the reason why not is told`(call: [String]) throws {
    let locked = try TemporaryKeyring(own: [.locked])
    let before = try subkeys("locked@example.org", in: locked)
    let call = call.map { $0 == Self.subkey ? before[0].fingerprint : $0 }
    let nobody = try postseal(Self.arguments(call, of: "locked@example.org", "--batch"), keyring: locked).run()
    #expect(nobody.status == 21)
    #expect(nobody.stderr.contains("the key is locked and nobody can be asked for its passphrase\nhint: run it at a "))
    for (passphrase, status) in [("wrong", Int32(21)), (Identity.passphrase, 0)] {
      var child = postseal(Self.arguments(call, of: "locked@example.org", "--passphrase-fd", "0"), keyring: locked)
      child.stdin = .pipe(Array("\(passphrase)\n".utf8))
      let run = try child.run()
      #expect(run.status == status, "\(run.stderr)")
      if status != 0 { #expect(run.stderr.contains("the passphrase is wrong\n")) }
      #expect((try subkeys("locked@example.org", in: locked).map(\.facts) == before.map(\.facts)) == (status != 0))
    }
  }

  @Test func `a dry run changes nothing`() throws {
    let before = try stage.run("key", "show", "alice@example.org", keyring: stage.alice).text
    for call in Self.calls {
      let run = try postseal(Self.arguments(call, of: "alice@example.org", "--dry-run"), keyring: stage.alice).run()
      #expect(run.status == 0 && run.stdout.isEmpty)
      #expect(run.stderr.contains(" would "))
    }
    #expect(try stage.run("key", "show", "alice@example.org", keyring: stage.alice).text == before)
  }
}
