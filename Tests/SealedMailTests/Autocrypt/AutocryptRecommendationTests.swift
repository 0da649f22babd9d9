import ByteStreams
import GPGME
import MIME
import TestSupport
import Testing

@testable import SealedMail

@Suite struct AutocryptRecommendationTests {
  /// What is known of somebody, in the terms of the specification's section.
  struct Case: Sendable, CustomTestStringConvertible {
    /// Days from the youngest field to the youngest message.
    var silence = 0
    var hasKey = true
    var keyExpired = false
    var hasGossip = false
    var gossipExpired = false
    var peer = EncryptPreference.nopreference
    var own = EncryptPreference.nopreference
    let advice: AutocryptRecommendation.Advice
    var testDescription: String {
      "\(silence) \(hasKey) \(keyExpired) \(hasGossip) \(gossipExpired) \(peer) \(own): \(advice)"
    }
  }

  private static let cases: [Case] = [
    Case(hasKey: false, advice: .disable),
    Case(keyExpired: true, advice: .disable),
    Case(hasKey: false, hasGossip: true, gossipExpired: true, advice: .disable),
    Case(keyExpired: true, hasGossip: true, gossipExpired: true, peer: .mutual, own: .mutual, advice: .disable),
    Case(hasKey: false, hasGossip: true, advice: .discourage),
    Case(hasKey: false, hasGossip: true, peer: .mutual, own: .mutual, advice: .discourage),
    Case(keyExpired: true, hasGossip: true, peer: .mutual, own: .mutual, advice: .discourage),
    Case(silence: 36, advice: .discourage),
    Case(silence: 36, peer: .mutual, own: .mutual, advice: .discourage),
    Case(silence: 35, advice: .available),
    Case(hasGossip: true, advice: .available),
    Case(peer: .mutual, advice: .available),
    Case(own: .mutual, advice: .available),
    Case(silence: 35, peer: .mutual, own: .mutual, advice: .encrypt),
    Case(hasGossip: true, peer: .mutual, own: .mutual, advice: .encrypt),
  ]

  private func key(_ identity: Identity, expired: Bool) throws -> AutocryptRecommendation.Key {
    let desk = try Desk(own: [])
    var context = try desk.context()
    let data = try ReadableFile.open(identity.certificateFile).source().readAll(limit: 1 << 16, what: "certificate")
    let certificate = try #require(try context.preview(ArraySource(data)).first)
    return .init(certificate: certificate, data: data, problem: expired ? .expired(at: 1) : nil)
  }

  @Test(arguments: cases)
  func `the advice for one recipient is the specification's`(given: Case) throws {
    var peer = AutocryptPeer(address: try AddrSpec("bob@example.org"))
    peer.autocryptTimestamp = 1_000_000
    peer.lastSeen = 1_000_000 + Int64(given.silence) * 86_400
    peer.preference = given.peer
    let recommendation = AutocryptRecommendation(
      peer, publicKey: given.hasKey ? try key(.bob, expired: given.keyExpired) : nil,
      gossipKey: given.hasGossip ? try key(.carol, expired: given.gossipExpired) : nil, own: given.own)
    #expect(recommendation.advice == given.advice)
    let usesKey = given.hasKey && !given.keyExpired
    #expect(recommendation.isGossip == (!usesKey && given.advice == .discourage))
    let wanted: Identity? = given.advice == .disable ? nil : usesKey ? .bob : .carol
    #expect(recommendation.target?.certificate.fingerprint.hex == wanted?.hexFingerprint)
  }

  @Test func `what gpg cannot read is no key, and what it can is judged by its own dates`() throws {
    let desk = try Desk(own: [])
    var context = try desk.context()
    let expired = try ReadableFile.open(Identity.expired.certificateFile).source().readAll(limit: 1 << 16, what: "key")
    #expect(try AutocryptRecommendation.Key([0x99, 1, 2], at: Desk.now, with: &context) == nil)
    #expect(try AutocryptRecommendation.Key(Array("text".utf8), at: Desk.now, with: &context) == nil)
    let key = try #require(try AutocryptRecommendation.Key(expired, at: Desk.now, with: &context))
    #expect(key.problem != nil)
    // Nothing was taken in for it.
    #expect(try context.certificates().isEmpty)
  }
}
