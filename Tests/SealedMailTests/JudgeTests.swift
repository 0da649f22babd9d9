@testable import GPGME
import MIME
import OpenPGPPackets
@testable import SealedMail
import TestSupport
import Testing

@Suite struct JudgeTests {
  private let desk: Desk
  private let alice: Certificate

  init() throws {
    desk = try Desk()
    var context = try desk.context()
    alice = try context.certificate(with: try #require(Fingerprint(Identity.alice.hexFingerprint)))
  }

  private func report(
    _ status: SignatureReport.Status = .good, hash: String? = "SHA512", created: Int64? = Desk.now, known: Bool = true
  ) -> SignatureReport {
    SignatureReport(
      status: status, claimedKeyID: alice.keyID, fingerprint: alice.fingerprint, certificate: known ? alice : nil,
      created: created, expires: nil, hashName: hash, algorithmName: "EdDSA", validity: .full)
  }

  private func judge(_ from: [String] = ["alice@example.org"], date: Int64? = Desk.now) throws -> Judge {
    Judge(from: try from.map { try Mailbox($0) }, date: date, now: Desk.now)
  }

  @Test(arguments: [
    (SignatureReport.Status.good, SignatureFinding.good), (.bad, .bad), (.keyMissing, .unknownSigner),
    (.expiredSignature, .expired), (.expiredKey, .expired), (.revokedKey, .revoked), (.error("odd"), .malformed),
  ])
  func `each status has its finding`(status: SignatureReport.Status, finding: SignatureFinding) throws {
    #expect(try judge().record(of: report(status)).finding == finding)
  }

  @Test(arguments: ["SHA1", "MD5", "RIPEMD160", "SHA224", nil])
  func `a weak hash is never good`(hash: String?) throws {
    #expect(try judge().record(of: report(hash: hash)).finding == .weak)
  }

  @Test func `a signature from the future or older than its key is never good`() throws {
    #expect(try judge().record(of: report(created: Desk.now + 86_401)).finding == .weak)
    #expect(try judge().record(of: report(created: Desk.now + 86_400)).finding == .good)
    #expect(try judge().record(of: report(created: (alice.created ?? 0) - 1)).finding == .weak)
    #expect(try judge().record(of: report(created: nil)).finding == .weak)
  }

  @Test func `good needs the signer's certificate`() throws {
    #expect(try judge().record(of: report(known: false)).finding == .unknownSigner)
  }

  @Test(arguments: [
    ["mallory@evil.example"], ["\"alice@example.org\" <mallory@evil.example>"],
    ["alice@example.org", "mallory@evil.example"], ["notalice@example.org"], ["alice@example.org.evil.example"], [],
  ])
  func `good needs the signer's address as the one From address`(from: [String]) throws {
    #expect(try judge(from).record(of: report()).finding == .senderMismatch)
  }

  @Test func `a good signature beside a bad one decides, and the bad one is told`() throws {
    let judge = try judge()
    let records = [report(.bad), report()].map { judge.record(of: $0) }
    let chosen = Judge.decisive(records)
    #expect(chosen?.finding == .good)
    #expect(judge.warnings(about: chosen, others: records) == [.otherSignature("it does not match the message")])
  }

  @Test func `a signer's time a day away from the Date field is told`() throws {
    let judge = try judge(date: Desk.now - 86_401)
    let record = judge.record(of: report())
    #expect(
      judge.warnings(about: record, others: [record])
        == [.signedAtOtherTime(signedAt: Desk.now, date: Desk.now - 86_401)])
  }

  @Test func `a display name that holds an address is told`() throws {
    let judge = try judge(["\"alice@example.org\" <mallory@evil.example>"])
    #expect(judge.warnings(about: nil, others: []) == [.displayNameHoldsAddress("alice@example.org")])
  }

  @Test(arguments: [
    ("\u{430}lice@example.org", true), ("al\u{456}ce@example.org", true), ("\u{FF41}lice@example.org", true),
    ("alice@example.org", false), ("j\u{F6}rg@example.org", false), ("\u{430}\u{431}@example.org", false),
  ])
  func `a sender's address that mixes alphabets is told`(address: String, isTold: Bool) throws {
    let warnings = try judge([address]).warnings(about: nil, others: [])
    #expect(warnings.contains { if case .addressMixesAlphabets = $0 { true } else { false } } == isTold)
  }

  @Test(arguments: [
    ("alice@ex\u{430}mple.org", "alice@xn--exmple-4nf.org"), ("\u{430}lice@example.org", "{U+430}lice@example.org"),
    ("alice@ex\u{2044}mple.org", "alice@ex{U+2044}mple.org"), ("j\u{F6}rg@example.org", "j\u{F6}rg@example.org"),
    ("Alice@Example.org", "Alice@Example.org"),
  ])
  func `a signer's address never looks like another`(address: String, shown: String) throws {
    let record = SignerRecord(
      finding: .senderMismatch, claimedKeyID: nil, fingerprint: alice.fingerprint,
      userID: "Alice Example <\(address)>", address: address, signedAt: nil, expiresAt: nil, hashName: nil,
      algorithmName: nil, trust: .unverified, reason: nil)
    #expect(record.shownAddress == shown)
    for (finding, words) in [
      (SignatureFinding.senderMismatch, "signed by \(shown), who"), (.good, "calls itself Alice Example <\(shown)>"),
      (.expired, "signed by Alice Example <\(shown)>"), (.partial, "by \(shown), who"),
    ] {
      let verdict = Verdict(
        encryption: .none, signature: finding, signer: record, signatures: [record], warnings: [])
      #expect(VerdictSummary(verdict, sender: nil) { _ in "" }.headline.contains(words))
    }
  }
}
