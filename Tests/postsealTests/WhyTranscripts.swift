import SystemPackage
import TestSupport
import Testing

/// What `key why` tells about each way in which a certificate is chosen, or none is.
@Suite struct WhyTranscripts {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func why(_ arguments: String..., keyring: TemporaryKeyring) throws -> ChildRun {
    var child = postseal(["key", "why"] + arguments, keyring: keyring)
    child.directory = folder.path
    return try child.run()
  }

  private func configure(_ text: String) throws { try folder.write(Array(text.utf8), to: "c.toml") }

  @Test func `without any certificate the step that ends it and the next command are told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    expect(
      try why("dave@example.com", keyring: keyring),
      stdout: """
        dave@example.com
        1  configuration  no entry of [keys] is for it
        2  address        no certificate of your keyring has it as a user ID
        send  would refuse with status 30: no certificate for dave@example.com
        mend  looked in your keyring only; try `postseal key find dave@example.com`

        """, status: 30)
  }

  @Test func `a certificate that nobody accepted is refused at the last step`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.carol])
    expect(
      try why("carol@example.net", keyring: keyring),
      stdout: """
        carol@example.net
        1  configuration  no entry of [keys] is for it
        2  address        1 certificate has it as a user ID
           ?  F19C 23ED … 6BD5 821F  rsa3072, made 2025-01-01  usable, but neither verified nor accepted
        3  usable         1 of 1 can be encrypted to
        4  accepted       none is accepted by you
        5  verified       none is verified
        send  would refuse with status 31: cannot encrypt to carol@example.net: certificate F19C 23ED … 6BD5 821F is neither verified nor accepted
        mend  compare the fingerprint with its owner, then `postseal key accept carol@example.net \(Identity.carol.hexFingerprint)`

        """, status: 31)
  }

  @Test(arguments: [
    ("expired@example.org", Identity.expired, "expired on 2025-03-01"),
    ("revoked@example.org", .revoked, "was revoked by its owner"),
    ("sign-only@example.org", .signOnly, "has no key for encryption"),
    ("expired-subkey@example.org", .expiredSubkey, "has a key for encryption that expired on 2025-03-01"),
    ("weak@example.org", .weak, "is too weak (rsa1024)"),
  ])
  func `an unusable certificate says what is wrong with it`(address: String, identity: Identity, why: String) throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [identity])
    let run = try self.why(address, keyring: keyring)
    #expect(run.status == 32)
    let lines = run.text.split(separator: "\n")
    #expect(lines[3].hasPrefix("   ✗  \(short(identity))  ") && lines[3].hasSuffix("  \(why)"), "\(lines[3])")
    #expect(lines[4] == "3  usable         none of 1 can be encrypted to")
    #expect(
      lines[5]
        == "send  would refuse with status 32: cannot encrypt to \(address): certificate \(short(identity)) \(why)")
    #expect(lines[6] == "mend  ask \(address) for a current certificate, then `postseal key import FILE`")
    #expect(lines.count == 7)
  }

  @Test func `a disabled certificate is mended by the command that is told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    try keyring.disable(.bob)
    let run = try why("bob@example.org", keyring: keyring)
    #expect(run.status == 32)
    #expect(run.text.contains("is disabled in this keyring"))
    let command = "postseal key enable \(Identity.bob.hexFingerprint)"
    #expect(run.text.hasSuffix("mend  take it into use again with `\(command)`\n"))
    try postseal(command.split(separator: " ").dropFirst().map(String.init), keyring: keyring).run().succeeded()
    #expect(try why("bob@example.org", keyring: keyring).status == 0)
  }

  @Test func `the accepted one goes before one that is merely valid, and sealing does the same`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.sharedA], certificates: [.sharedB])
    try keyring.gpg("--quick-sign-key", Identity.sharedB.hexFingerprint).succeeded()
    let run = try why("shared@example.org", keyring: keyring)
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n").map(String.init)
    #expect(lines[2] == "2  address        2 certificates have it as a user ID")
    #expect(lines.contains { $0.hasPrefix("   ✓  \(short(.sharedA))") && $0.contains("  accepted by you, 20") })
    #expect(lines.contains { $0.hasPrefix("   ✓  \(short(.sharedB))") && $0.hasSuffix("  verified") })
    #expect(lines[6] == "4  accepted       \(short(.sharedA)) is accepted by you, which decides")
    #expect(lines.count == 8)
    try folder.write(Letter(to: "shared@example.org").bytes(), to: "letter.eml")
    var child = postseal(["encrypt", "--json", "letter.eml"], keyring: keyring)
    child.directory = folder.path
    #expect(try child.run().stderr.contains("\"fingerprint\":\"\(Identity.sharedA.hexFingerprint)\""))
  }

  @Test func `of two accepted ones none is taken until the configuration names it`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.sharedA, .sharedB])
    let refused = try why("shared@example.org", keyring: keyring)
    #expect(refused.status == 32)
    #expect(refused.text.contains("\n4  accepted       2 are accepted by you, and nothing says which is meant: "))
    let mend = try #require(refused.text.split(separator: "\n").last)
    #expect(mend.hasPrefix("mend  name one under [keys] in the configuration: \"shared@example.org\" = \""))
    let entry = try #require(mend.split(separator: ": ", maxSplits: 1).last)
    try configure("[keys]\n\(entry)\n")
    let run = try why("shared@example.org", "--config", "c.toml", keyring: keyring)
    #expect(run.status == 0, "\(run.text)\(run.stderr)")
    #expect(run.text.contains("for shared@example.org, which decides\n"))
  }

  @Test func `an entry for the domain serves, and one for the address goes before it`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob, .carol])
    try configure("[keys]\n\"*@Partner.example\" = \"\(Identity.bob.hexFingerprint)\"\n")
    expect(
      try why("ops@partner.example", "--config", "c.toml", keyring: keyring),
      stdout: """
        ops@partner.example
        1  configuration  [keys] names \(short(.bob)) for *@partner.example, which decides
           ✓  \(short(.bob))  ed25519, made 2025-01-01  named in the configuration
        send  would encrypt to 4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2, named in the configuration

        """, status: 0)
    try configure(
      """
      [keys]
      "*@partner.example" = "\(Identity.bob.hexFingerprint)"
      "ops@partner.example" = "\(Identity.carol.hexFingerprint)"
      """)
    let run = try why("ops@partner.example", "--config", "c.toml", keyring: keyring)
    #expect(run.text.contains("names \(short(.carol)) for ops@partner.example, which decides"))
  }

  @Test(arguments: [
    (Identity.mallory, Int32(30), "no certificate for bob@example.org: the configuration names "),
    (.expired, 32, "cannot encrypt to bob@example.org: certificate "),
  ])
  func `a named certificate that does not serve is not replaced by another`(
    identity: Identity, status: Int32, words: String
  ) throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob], certificates: [.expired])
    try configure("[keys]\n\"bob@example.org\" = \"\(identity.hexFingerprint)\"\n")
    let run = try why("bob@example.org", "--config", "c.toml", keyring: keyring)
    #expect(run.status == status)
    #expect(run.text.contains("\nsend  would refuse with status \(status): \(words)\(short(identity))"))
    #expect(!run.text.contains("\n2  "))
  }

  @Test func `what gpg finds beside the candidates is named with the reason`() throws {
    let keyring = try TemporaryKeyring(
      own: [.bob], accepted: [.alice, .revokedAddress], certificates: [.lookalikeName, .lookalikeTwo])
    let revoked = try why("revoked-address@example.org", keyring: keyring)
    #expect(revoked.status == 30)
    #expect(revoked.text.contains("–  \(short(.revokedAddress))  "))
    #expect(revoked.text.contains("  no candidate: its owner revoked the user ID with this address\n"))
    let twin = try why("alice@example.org", keyring: keyring)
    #expect(twin.status == 0)
    #expect(twin.text.contains("2  address        1 certificate has it as a user ID\n"))
    let others = twin.text.split(separator: "\n").filter { $0.contains("no candidate: the address only occurs") }
    #expect(!others.isEmpty && others.allSatisfy { $0.hasPrefix("   –  ") })
  }

  @Test func `of two that differ in capitals the one that fits letter by letter is meant`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    try keyring.gpg("--passphrase", "", "--quick-gen-key", "Other <BOB@example.org>", "future-default").succeeded()
    let run = try why("bob@example.org", keyring: keyring)
    #expect(run.status == 0)
    #expect(
      run.text.contains(
        "  no candidate: its address is BOB@example.org, and another has the address letter by letter\n"))
  }

  @Test func `a rule that only signs is told, and the certificate all the same`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    for (protection, words) in [("signed", "would only sign"), ("clear", "would refuse")] {
      try configure("[[rule]]\nto = [\"*@example.org\"]\nprotection = \"\(protection)\"\n")
      let run = try why("bob@example.org", "--config", "c.toml", keyring: keyring)
      #expect(run.status == 0)
      #expect(run.text.contains("\nsend  \(words), as a [[rule]] of the configuration says"))
      #expect(run.text.contains("; if it encrypted, it would encrypt to 4FE1 D2B8 "))
    }
  }

  @Test func `as JSON the keywords are stable`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.expired])
    let hex = Identity.expired.hexFingerprint
    expect(
      try why("expired@example.org", "--json", keyring: keyring),
      stdout:
        #"{"version":1,"address":"expired@example.org","steps":["#
        + #"{"step":"configuration","entry":null,"certificates":[]},{"step":"address","certificates":["\#(hex)"]},"#
        + #"{"step":"usable","certificates":[]}],"candidates":[{"fingerprint":"\#(hex)","algorithm":"ed25519","#
        + #""created":1704110400,"expires":1740787200,"problem":"expired","trust":null,"text":"expired on 2025-03-01"}],"#
        + #""bystanders":[],"chosen":null,"gap":"unusable","protection":"sealed","status":32,"messages":["#
        + #""cannot encrypt to expired@example.org: certificate C991 72C1 \u2026 7466 321C expired on 2025-03-01"],"hints":["#
        + #""ask expired@example.org for a current certificate, then `postseal key import FILE`"]}"# + "\n", status: 32)
  }

  @Test func `what is no address is refused`() throws {
    let run = try why("Identity without a sign", keyring: try TemporaryKeyring(own: [.alice]))
    #expect(run.status == 65 && run.stdout.isEmpty)
  }

  private func short(_ identity: Identity) -> String {
    let hex = identity.hexFingerprint
    return "\(hex.prefix(4)) \(hex.dropFirst(4).prefix(4)) … \(hex.suffix(8).prefix(4)) \(hex.suffix(4))"
  }
}
