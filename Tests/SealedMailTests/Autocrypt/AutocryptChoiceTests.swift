import ByteStreams
import GPGME
import MIME
import OpenPGPPackets
import TestSupport
import Testing

@testable import SealedMail

/// Bob writes to alice; her key came with mail, or Mallory's came that says it is hers.
@Suite struct AutocryptChoiceTests {
  private static let address = "alice@example.org"

  /// Targets as if mail of `address` had carried the certificate of `identity`.
  private func targets(
    _ identity: Identity, for address: String = address, _ desk: Desk
  ) throws -> AutocryptTargets {
    let data = try TemporaryKeyring(certificates: [identity]).gpg("--export").stdout
    return try targets(data, for: address, desk)
  }

  private func targets(_ data: [UInt8], for address: String, _ desk: Desk) throws -> AutocryptTargets {
    var context = try desk.context()
    var peer = AutocryptPeer(address: try AddrSpec(address))
    peer.update(with: AutocryptHeader(address: peer.address, keyData: data), at: 1)
    let recommendation = try AutocryptRecommendation(for: peer, own: .mutual, at: Desk.now, with: &context)
    return AutocryptTargets([peer.address: recommendation])
  }

  private func decide(
    _ desk: Desk, _ targets: AutocryptTargets, for address: String = address,
    _ adjust: (inout SealOptions) -> Void = { _ in }
  ) throws -> CertificateDecision {
    var options = SealOptions(now: Desk.now)
    options.autocrypt = targets
    adjust(&options)
    var context = try desk.context()
    return try CertificateDecision.of(AddrSpec(address), options: options, with: &context).decision
  }

  @Test func `what came with mail serves where nothing better is there`() throws {
    for strangers in [[], [Identity.impostor]] {
      let desk = try Desk(own: [.bob], certificates: strangers)
      let chosen = try decide(desk, targets(.alice, desk)).outcome.get()
      #expect(chosen.certificate.fingerprint.hex == Identity.alice.hexFingerprint)
      #expect(chosen.trust == .autocrypt)
      // Not where the configuration does not ask for it.
      #expect(throws: RecipientGap.self) { try decide(desk, .none).outcome.get() }
    }
  }

  @Test func `an accepted, a verified and a mapped certificate stand against it`() throws {
    let accepting = try Desk(own: [.bob], accepted: [.alice])
    let accepted = try decide(accepting, targets(.impostor, accepting)).outcome.get()
    #expect(accepted.certificate.fingerprint.hex == Identity.alice.hexFingerprint)
    let verifying = try Desk(own: [.bob], certificates: [.alice])
    try verifying.keyring.gpg("--quick-sign-key", Identity.alice.hexFingerprint).succeeded()
    let verified = try decide(verifying, targets(.impostor, verifying)).outcome.get()
    #expect(verified.certificate.fingerprint.hex == Identity.alice.hexFingerprint)
    #expect(verified.trust == .verified)
    let fingerprint = try #require(Fingerprint(Identity.carol.hexFingerprint))
    let map = CertificateMap([(pattern: .address(try AddrSpec(Self.address)), fingerprint: fingerprint)])
    let mapping = try Desk(own: [.bob], certificates: [.carol])
    let mapped = try decide(mapping, targets(.impostor, mapping)) { $0.map = map }.outcome.get()
    #expect(mapped.certificate.fingerprint == fingerprint)
    // One that is named and missing is not made good by it.
    let lacking = try Desk(own: [.bob])
    let gap = try decide(lacking, targets(.alice, lacking)) { $0.map = map }.outcome
    #expect(throws: RecipientGap.self) { try gap.get() }
  }

  @Test func `an accepted certificate that serves no more is not replaced in silence`() throws {
    let desk = try Desk(own: [.bob], accepted: [.alice])
    try desk.keyring.disable(.alice)
    let decision = try decide(desk, targets(.impostor, desk))
    #expect(throws: RecipientGap.self) { try decision.outcome.get() }
    guard case .autocrypt(let certificates)? = decision.steps.last else {
      Issue.record("\(decision.steps)")
      return
    }
    #expect(certificates.isEmpty)
  }

  @Test func `what the keyring holds against the key counts`() throws {
    let desk = try Desk(own: [.bob], certificates: [.alice])
    try desk.keyring.disable(.alice)
    #expect(throws: RecipientGap.self) { try decide(desk, targets(.alice, desk)).outcome.get() }
  }

  @Test func `a key that its owner revoked stays revoked, though the mail left that out`() throws {
    let whole = try TemporaryKeyring(certificates: [.revoked]).gpg("--export").stdout
    let keyID = try #require(Fingerprint(Identity.revoked.hexFingerprint)).keyID
    let lean = try #require(try LeanCertificate.cut(ArraySource(whole), of: keyID) { _ in true })
    let address = "revoked@example.org"
    let stranger = try Desk(own: [.bob])
    #expect(throws: Never.self) {
      try decide(stranger, targets(lean, for: address, stranger), for: address).outcome.get()
    }
    let desk = try Desk(own: [.bob], certificates: [.revoked])
    #expect(throws: RecipientGap.self) {
      try decide(desk, targets(lean, for: address, desk), for: address).outcome.get()
    }
  }

  @Test func `a key for one address is none for another, whatever its user IDs say`() throws {
    let desk = try Desk(own: [.bob])
    let decision = try decide(desk, targets(.impostor, for: "mallory@evil.example", desk))
    #expect(throws: RecipientGap.self) { try decision.outcome.get() }
    #expect(decision.candidates.isEmpty)
  }

  @Test func `the key is taken in for sealing only, and stays without trust`() throws {
    let desk = try Desk(own: [.bob])
    var options = SealOptions(now: Desk.now)
    options.autocrypt = try targets(.alice, desk)
    var context = try desk.context()
    let letter = Letter(from: "bob@example.org", to: Self.address).bytes()
    let message = try OutgoingMessage(ByteStore(letter), circumstances: .init(now: Desk.now, zoneMinutes: 0))
    let plan = try Sealer.plan(message, options: options, with: &context)
    #expect(try context.certificates().count == 1)
    let (complete, taken) = try Sealer.takeIn(plan, options: options, with: &context)
    #expect(taken.map(\.fingerprint.hex) == [Identity.alice.hexFingerprint])
    let copies = try Sealer.seal(message, plan: complete, options: options, with: &context)
    #expect(try Desk(own: [.alice]).open(copies[0].bytes).verdict.encryption == .whole)
    #expect(try Sealer.takeIn(plan, options: options, with: &context).taken.isEmpty)
    let certificate = try #require(try context.certificates(for: [Self.address])[0].first)
    #expect(CertificateChoice.trust(in: certificate, for: try AddrSpec(Self.address)) == nil)
    #expect(throws: SealError.self) { try Sealer.plan(message, options: SealOptions(now: Desk.now), with: &context) }
  }
}
