import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport
import Testing

/// How mail goes that no person looks at, by rules and a policy.
@Suite struct ProtectionPolicyTests {
  private static func rules(_ rules: [(String, Protection)]) throws -> ProtectionRules {
    ProtectionRules(
      try rules.map { ProtectionRules.Rule(patterns: [.address(try AddrSpec($0.0))], protection: $0.1) })
  }

  private static let (a, b) = ("a@example.org", "b@example.org")

  @Test(arguments: [
    ([], ProtectionPolicy.sealed, "sealed"), ([], .signed, "signed"), ([], .sealedOrSigned, "sealed-or-signed"),
    ([(a, Protection.signed)], .sealed, "mixed"), ([(a, .signed), (b, .signed)], .sealed, "signed"),
    ([(a, .sealed)], .signed, "mixed"), ([(a, .sealed)], .sealedOrSigned, "sealed"),
    ([(a, .signed)], .sealedOrSigned, "signed"), ([(a, .sealed), (b, .signed)], .sealedOrSigned, "mixed"),
    ([(a, .clear)], .sealed, "clear"), ([(a, .clear), (b, .clear)], .sealedOrSigned, "clear"),
  ])
  func `a rule goes before the policy, and one message is never in two versions`(
    rules: [(String, Protection)], policy: ProtectionPolicy, outcome: String
  ) throws {
    let recipients = try [Self.a, Self.b].map { try AddrSpec($0) }
    let found: String
    do {
      found = try Self.rules(rules).protection(for: recipients, otherwise: policy).rawValue
    } catch SealError.mixedProtection {
      found = "mixed"
    } catch SealError.wouldGoInClear {
      found = "clear"
    }
    #expect(found == outcome)
  }

  @Test func `a rule that asks for protection goes before a program that asks for none`() throws {
    let recipients = [try AddrSpec(Self.a)]
    #expect(throws: Never.self) { try ProtectionRules().allowClear(for: recipients) }
    for protection in [Protection.sealed, .signed] {
      #expect(throws: SealError.self) { try Self.rules([(Self.a, protection)]).allowClear(for: recipients) }
    }
  }

  private func plan(_ letter: Letter, _ policy: ProtectionPolicy, map: CertificateMap = CertificateMap()) throws -> (
    plan: SealPlan, gaps: [RecipientGap]
  ) {
    let desk = try Desk(accepted: [.bob], certificates: [.carol])
    var context = try desk.context()
    let message = try OutgoingMessage(
      ByteStore(letter.bytes()), circumstances: .init(now: Desk.now, zoneMinutes: 0))
    var options = SealOptions(now: Desk.now)
    options.map = map
    return try Sealer.plan(message, rules: ProtectionRules(), policy: policy, options: options, with: &context)
  }

  @Test func `a policy of two seals where everybody can be sealed for, else it signs for all`() throws {
    let sealed = try plan(Letter(), .sealedOrSigned)
    #expect(sealed.plan.protection == .sealed)
    #expect(sealed.gaps.isEmpty)
    for other in ["carol@example.net", "dave@example.com"] {
      let signed = try plan(Letter(cc: other), .sealedOrSigned)
      #expect(signed.plan.protection == .signed)
      #expect(signed.plan.copies.map(\.addresses.count) == [2])
      #expect(signed.gaps.map(\.address.text) == [other])
    }
  }

  @Test func `and it does not sign where only the configuration is wrong`() throws {
    let missing = try #require(Fingerprint("0123456789ABCDEF0123456789ABCDEF01234567"))
    let map = CertificateMap([(.address(try AddrSpec("bob@example.org")), missing)])
    #expect(throws: SealError.self) { try plan(Letter(), .sealedOrSigned, map: map) }
  }

  @Test func `what was refused is kept byte for byte, for its owner alone and without a passphrase`() throws {
    let desk = try Desk(own: [.locked])
    let owner = try AddrSpec("locked@example.org")
    var context = try desk.context()
    let bytes: [UInt8] = Array("no header\0\r and\rno sense\n.\n".utf8)
    let copy = try Sealer.keep(
      ByteStore(bytes), for: owner, reason: "not sent:\u{1B}[2J no certificate for zoë@example.org",
      options: SealOptions(now: Desk.now), circumstances: .init(now: Desk.now, zoneMinutes: 0), with: &context)
    #expect(copy.addresses == [owner])
    #expect(copy.message.protection == .sealed)
    #expect(try !copy.outerHeader.contains("zo"))
    var opening = try desk.context(.given(SecretBytes(text: Identity.passphrase)))
    let opened = try Opener.open(
      copy.message.bytes, options: OpenOptions(now: Desk.now), with: &opening)
    #expect(opened.value("Subject")?.isEmpty == false)
    let content = try #require(opened.content)
    let payload = content.payload
    let source = try payload.transferEncoding.decoding(content.source(payload.body))
    #expect(try source.readAll(limit: 1 << 20, what: "test body") == bytes)
  }

  @Test func `nothing is kept for somebody without a key`() throws {
    let desk = try Desk(accepted: [.bob])
    var context = try desk.context()
    #expect {
      try Sealer.keep(
        ByteStore([1]), for: AddrSpec("bob@example.org"), reason: "x", options: SealOptions(now: Desk.now),
        circumstances: .init(now: Desk.now, zoneMinutes: 0), with: &context)
    } throws: { error in
      guard case SealError.ownCopy(_, .none) = error else { return false }
      return true
    }
  }
}
