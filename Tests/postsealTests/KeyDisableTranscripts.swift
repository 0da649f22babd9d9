import SystemPackage
import TestSupport
import Testing

/// What `key disable` and `key enable` say and change.
@Suite struct KeyDisableTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  private func encrypting(to address: String, keyring: TemporaryKeyring) throws -> Int32 {
    try stage.write(Letter(to: address))
    return try stage.run("encrypt", "letter.eml", "-o", "sealed.eml", "--force", keyring: keyring).status
  }

  @Test func `a certificate is taken out of use, and into use again`() throws {
    let bob = Identity.bob.hexFingerprint
    expect(
      try stage.run("key", "disable", "bob@example.org", keyring: stage.alice),
      stdout: "✗  Bob Meyer <bob@example.org>  ed25519  4FE1 D2B8 … 5CF9 2FA2  is disabled in this keyring\n",
      stderr: """
        postseal: certificate 4FE1 D2B8 … 5CF9 2FA2 is out of use: nothing is sealed to it, but signatures by it are checked as before
        postseal: mail would be refused: cannot encrypt to bob@example.org: certificate 4FE1 D2B8 … 5CF9 2FA2 is disabled in this keyring
        postseal: to take that back: `postseal key enable \(bob)`

        """, status: 0)
    #expect(try encrypting(to: "bob@example.org", keyring: stage.alice) == 32)
    let run = try stage.run("key", "enable", bob, keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.text.hasPrefix("✓  Bob Meyer <bob@example.org>  ed25519  4FE1 D2B8 … 5CF9 2FA2  accepted by you, 20"))
    #expect(run.stderr.hasPrefix("postseal: certificate 4FE1 D2B8 … 5CF9 2FA2 is in use again\npostseal: mail for "))
    #expect(try encrypting(to: "bob@example.org", keyring: stage.alice) == 0)
  }

  @Test func `what is done already is told and is no failure`() throws {
    let enabled = try stage.run("key", "enable", "bob@example.org", keyring: stage.alice)
    #expect(enabled.status == 0)
    #expect(enabled.stderr == "postseal: certificate 4FE1 D2B8 … 5CF9 2FA2 is not disabled, nothing was changed\n")
    try stage.alice.disable(.bob)
    let disabled = try stage.run("key", "disable", "bob@example.org", keyring: stage.alice)
    #expect(disabled.status == 0)
    #expect(
      disabled.stderr == "postseal: certificate 4FE1 D2B8 … 5CF9 2FA2 is disabled already, nothing was changed\n")
  }

  @Test func `with one of two certificates out of use the other serves, and the address names each`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.sharedA, .sharedB])
    expect(
      try stage.run("key", "disable", "shared@example.org", keyring: keyring),
      stderr: """
        postseal: several certificates have the name shared@example.org
        hint: name one: \(Identity.sharedA.hexFingerprint), \(Identity.sharedB.hexFingerprint)

        """, status: 64)
    let run = try stage.run("key", "disable", Identity.sharedA.hexFingerprint, keyring: keyring)
    #expect(run.status == 0)
    #expect(run.stderr.contains("postseal: mail for shared@example.org is sealed to 186C 948B … 107E 6E61, accepted"))
    #expect(try encrypting(to: "shared@example.org", keyring: keyring) == 0)
    #expect(try stage.run("key", "enable", "shared@example.org", keyring: keyring).text.contains("548B 4EA5"))
  }

  @Test func `a disabled key of one's own signs nothing and opens what there is`() throws {
    try stage.write(Letter(from: "alice@example.org", to: "alice@example.org"))
    try stage.run("encrypt", "letter.eml", "-o", "old.eml", keyring: stage.alice).succeeded()
    let run = try stage.run("key", "disable", "alice@example.org", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stderr.hasPrefix("postseal: key AEA2 6172 … 7682 21D1 is out of use: it signs nothing and nothing is "))
    #expect(try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: stage.alice).status == 34)
    #expect(try stage.run("decrypt", "old.eml", "-o", "opened.eml", keyring: stage.alice).status == 0)
    #expect(try stage.run("key", "enable", "alice@example.org", keyring: stage.alice).status == 0)
    #expect(try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: stage.alice).status == 0)
  }

  @Test(arguments: ["disable", "enable"])
  func `a name that nothing has, and one that is no name`(command: String) throws {
    expect(
      try stage.run("key", command, "dave@example.com", keyring: stage.alice),
      stderr: """
        postseal: no certificate for dave@example.com in your keyring, and nowhere else was looked
        hint: ask others with `postseal key find --all dave@example.com`, which tells them whom you look for
        hint: get it from its owner, then `postseal key import FILE`

        """, status: 30)
    #expect(try stage.run("key", command, "5CF92FA2", keyring: stage.alice).status == 64)
  }

  @Test func `a dry run and a report for programs`() throws {
    let dry = try stage.run("key", "disable", "--dry-run", "bob@example.org", keyring: stage.alice)
    #expect(dry.status == 0 && dry.stdout.isEmpty && dry.stderr.hasPrefix("fingerprint  4FE1 D2B8"))
    #expect(dry.stderr.hasSuffix("postseal: would take certificate 4FE1 D2B8 … 5CF9 2FA2 out of use\n"))
    #expect(try encrypting(to: "bob@example.org", keyring: stage.alice) == 0)
    let run = try stage.run("key", "disable", "--json", "bob@example.org", keyring: stage.alice)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.text.hasPrefix("{\"version\":1,\"certificates\":[{\"fingerprint\":\"\(Identity.bob.hexFingerprint)\""))
    #expect(run.text.contains("\"problem\":\"is disabled in this keyring\""))
    #expect(try stage.run("key", "enable", "--dry-run", "bob@example.org", keyring: stage.alice).status == 0)
    #expect(try encrypting(to: "bob@example.org", keyring: stage.alice) == 32)
    let back = try stage.run("key", "enable", "--json", "bob@example.org", keyring: stage.alice)
    #expect(back.text.contains("\"problem\":null"))
  }
}
