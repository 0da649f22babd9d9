import ByteStreams
import GPGME
import OpenPGPPackets
import TestSupport
import Testing

@Suite struct RoundTripTests {
  @Test func `what is encrypted and signed is decrypted and verified`() throws {
    let keyring = try TemporaryKeyring(own: [.alice, .bob])
    var context = try keyring.context()
    let text = Array("Hello Bob".utf8)
    let ciphertext = try context.encrypted(text, to: [.bob, .alice], signer: .alice)
    let (report, plaintext) = try context.decrypted(ciphertext)
    #expect(plaintext == text)
    #expect(report.plaintextLength == text.count)
    #expect(report.recipients.count == 2)
    #expect(report.recipients.allSatisfy { $0.algorithmName == "ECDH" })
    let signature = try #require(report.signatures.first)
    #expect(report.signatures.count == 1)
    #expect(signature.status == .good)
    #expect(signature.primary == Identity.alice.fingerprint)
    #expect(signature.validity == .full)
    #expect(signature.certificate?.userIDs.first?.validity == .ultimate)
    #expect(signature.hashName == "SHA512" || signature.hashName == "SHA256")
  }

  @Test func `a detached signature fits its content and no other`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let sink = sinkForTests()
    let alice = try context.certificate(of: .alice)
    let made = try context.signDetached(ArraySource(Array("text\r\n".utf8)), signer: alice, into: sink)
    #expect(made.hashName.hasPrefix("SHA"))
    let good = try context.verifyDetached(ArraySource(sink.bytes), over: ArraySource(Array("text\r\n".utf8)))
    #expect(good.map(\.status) == [.good])
    #expect(good[0].fingerprint == made.fingerprint)
    let bad = try context.verifyDetached(ArraySource(sink.bytes), over: ArraySource(Array("test\r\n".utf8)))
    #expect(bad.map(\.status) == [.bad])
    #expect(bad[0].claimedKeyID == made.fingerprint.keyID)
  }
}
