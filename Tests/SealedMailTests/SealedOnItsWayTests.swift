import ByteStreams
import Foundation
import GPGME
import MIME
import SealedMail
import SystemPackage
import TestSupport
import Testing

/// Mail that came in clear and was encrypted by a mail server, as its reader sees it.
@Suite struct SealedOnItsWayTests {
  private let desk: Desk

  init() throws { desk = try Desk(own: [.bob], accepted: [.alice, .mallory]) }

  /// The message as the server's filter gives it on for Bob.
  private func filtered(_ message: [UInt8]) throws -> [UInt8] {
    let decision = try MailFilter.process(
      IncomingMessage(ByteStore(message)), for: [try AddrSpec("bob@example.org")], policy: .seal,
      options: SealOptions(now: Desk.now), engine: EngineConfiguration(home: desk.keyring.home, passphrases: .neverAsk))
    guard case .sealed(let sealed, _) = decision else { throw CocoaError(.featureUnsupported) }
    return try sealed.bytes.read(0..<sealed.bytes.count)
  }

  private func corpus(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: Corpus.folder.appending("\(name).eml").string)))
  }

  private func shown(_ opened: OpenedMessage) -> [String] {
    opened.header.fields.filter { !$0.isNamed("MIME-Version") }.map {
      "\($0.name): \(EncodedWord.decode($0.value))"
    }.sorted()
  }

  @Test(arguments: [
    "hp-bad-signature", "signed-good", "hp-cipher-in-signed", "hp-outer-in-signed", "altered-subject", "altered-text",
    "signed-by-other-protected", "list-footer", "list-footer-of-altered", "inline-signed", "inline-signed-altered",
    "signature-expired", "signer-unknown", "signed-deep-inside",
  ])
  func `what was sealed on its way has the header and the finding that it came with`(name: String) throws {
    let message = try corpus(name)
    let came = try desk.open(message)
    let sealed = try desk.open(try filtered(message))
    #expect(sealed.verdict.encryption == .whole)
    #expect(shown(sealed) == shown(came))
    #expect(sealed.verdict.signature == came.verdict.signature)
    let ofHeader = { (opened: OpenedMessage) in
      opened.verdict.warnings.filter { if case .headerDiffers = $0 { true } else { false } }
    }
    #expect(ofHeader(sealed) == ofHeader(came))
  }

  @Test func `the header of a bad signature is not believed because somebody encrypted it`() throws {
    let message = try corpus("hp-bad-signature")
    let sealed = try desk.open(try filtered(message))
    #expect(sealed.header.from.map(\.address.text) == ["alice@example.org"])
    #expect(shown(sealed).contains("Subject: Budget") && !shown(sealed).contains { $0.contains("Bonus") })
    #expect(sealed.header.hiddenSubject == "[...]")
  }

  @Test func `a signed payload without a header of its own keeps the subject that it came with`() throws {
    let alice = try Desk(own: [.alice])
    let payload = "Content-Type: text/plain\r\n\r\nthe figures\r\n"
    let signed = HandmadeMail.signed(payload, try alice.detachedSignature(over: payload, by: .alice))
    let message = HandmadeMail(from: "alice@example.org", subject: "Budget").message(signed)
    let sealed = try desk.open(try filtered(message))
    #expect(sealed.verdict.signature == .good)
    #expect(shown(sealed).contains("Subject: Budget"))
  }

  @Test(arguments: ["", "; protected-headers=\"v1\"\r\nSubject: Budget"])
  func `whoever encrypts signed mail of another does not get the answers`(protected: String) throws {
    let alice = try Desk(own: [.alice])
    let payload = "Content-Type: text/plain\(protected)\r\n\r\nthe figures\r\n"
    let signed = HandmadeMail.signed(payload, try alice.detachedSignature(over: payload, by: .alice))
    let header = "Reply-To: mallory@example.org\r\nCc: mallory@example.org\r\n"
    let message = HandmadeMail(from: "alice@example.org", subject: "Budget").message(signed)
    let opened = try desk.open(try filtered(Array(header.utf8) + message))
    #expect(opened.verdict.signature == .good)
    let answer = Answer(to: opened, scope: .everybody, own: [])
    #expect(answer.to.map(\.address.text) == ["alice@example.org"])
    #expect(!answer.cc.contains { $0.address.text == "mallory@example.org" })
  }

  @Test func `what the sender sealed with a signature inside is read as before`() throws {
    let alice = try Desk(own: [.alice], accepted: [.bob])
    // The nested form of RFC 3156 §6.1, its header in the innermost part; nobody here knows the signer.
    let payload =
      "Content-Type: text/plain; protected-headers=\"v1\"\r\nFrom: alice@example.org\r\nSubject: Secret\r\n\r\nthe figures\r\n"
    let signed = HandmadeMail.signed(payload, try alice.detachedSignature(over: payload, by: .alice))
    let stranger = try Desk(own: [.bob])
    let entity = HandmadeMail.encrypted(try alice.ciphertext(of: signed, to: .bob))
    let opened = try stranger.open(HandmadeMail(from: "alice@example.org", subject: "...").message(entity))
    #expect(opened.verdict.signature == .unknownSigner)
    #expect(shown(opened).contains("Subject: Secret"))
  }
}
