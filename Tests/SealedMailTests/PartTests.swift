import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport
import Testing

/// One part of a message judged alone, and a mailing list's wrapper.
@Suite struct PartTests {
  private let desk: Desk

  init() throws {
    desk = try Desk(own: [.alice, .mallory], accepted: [.bob])
  }

  private func open(_ entity: String, part: String? = nil, from: String = "alice@example.org") throws -> OpenedMessage {
    var context = try desk.context()
    return try Opener.open(
      ByteStore(HandmadeMail(from: from).message(entity)), part: part.map { try #require(PartNumber($0)) },
      options: OpenOptions(now: Desk.now), with: &context)
  }

  private func mixed(_ parts: String..., boundary: String = "m") -> String {
    "Content-Type: multipart/mixed; boundary=\(boundary)\r\n\r\n"
      + parts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n"
  }

  private func signed(_ payload: String = HandmadeMail.text(), by signer: Identity = .alice) throws -> String {
    HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: signer))
  }

  private func summary(_ opened: OpenedMessage) -> VerdictSummary {
    VerdictSummary(opened.verdict, sender: nil) { _ in "" }
  }

  // MARK: Forwarded messages

  private func forwarded(_ entity: String, from: String) -> String {
    "Content-Type: message/rfc822\r\n\r\n"
      + String(decoding: HandmadeMail(from: from, subject: "Inner").message(entity), as: UTF8.self)
  }

  @Test func `a forwarded message has a status of its own, by its own header`() throws {
    let entity = mixed(HandmadeMail.text("See below."), forwarded(try signed(), from: "alice@example.org"))
    let outer = try open(entity, from: "mallory@evil.example")
    #expect(outer.verdict.signature == .partial)
    #expect(outer.verdict.signer == nil)
    #expect(outer.verdict.warnings.contains(.errantPart(section: "2", kind: .signed, isForwarded: true)))
    let inner = try open(entity, part: "2", from: "mallory@evil.example")
    #expect(inner.verdict.signature == .good)
    #expect(inner.verdict.part == "2")
    #expect(inner.value("Subject") == "Inner")
    #expect(summary(inner).headline.hasPrefix("part 2 alone · "))
  }

  @Test func `a good signature outside gives a forwarded message nothing, and the other way round`() throws {
    let inner = try signed(by: .mallory)
    let entity = try signed(
      mixed(HandmadeMail.text("See below."), forwarded(inner, from: "alice@example.org"), boundary: "n"))
    #expect(try open(entity).verdict.signature == .good)
    let alone = try open(entity, part: "1.2")
    #expect(alone.verdict.signature == .senderMismatch)
    let plain = try signed(
      mixed(HandmadeMail.text("x"), forwarded(HandmadeMail.text(), from: "bob@example.org"), boundary: "n"))
    #expect(try open(plain, part: "1.2").verdict.signature == .none)
  }

  @Test func `a forwarded sealed message opens on request alone`() throws {
    let sealed = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text("The canary."), "--sign"))
    let entity = mixed(HandmadeMail.text("What does it say?"), forwarded(sealed, from: "alice@example.org"))
    let outer = try open(entity, from: "mallory@evil.example")
    #expect(outer.verdict.encryption == .none)
    #expect(outer.verdict.warnings.contains(.errantPart(section: "2", kind: .encrypted, isForwarded: true)))
    #expect(try !outer.bodyText.contains("canary"))
    let inner = try open(entity, part: "2", from: "mallory@evil.example")
    #expect(inner.verdict.encryption == .whole)
    #expect(try inner.bodyText == "The canary.\r\n")
  }

  // MARK: Errant parts

  @Test func `an errant part opens alone, with no header of the message around it`() throws {
    let sealed = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text("The canary."), "--sign"))
    let entity = mixed(HandmadeMail.text("Please reply."), sealed)
    let alone = try open(entity, part: "2", from: "mallory@evil.example")
    #expect(alone.header.fields.isEmpty)
    #expect(alone.outerHeader == nil)
    #expect(alone.verdict.signature == .senderMismatch)
    #expect(try alone.bodyText == "The canary.\r\n")
    #expect(try open(entity, part: "2").verdict.signature == .good)
  }

  /// A multipart/signed of that protocol with these parts.
  private func called(signed kind: String, _ parts: String...) -> String {
    "Content-Type: multipart/signed; protocol=\"application/\(kind)-signature\"; boundary=t\r\n\r\n"
      + parts.map { "--t\r\n\($0)\r\n" }.joined() + "--t--\r\n"
  }

  @Test func `what stands below a layer that gives nothing is told all the same`() throws {
    let sealed = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text("The canary.")))
    let inner = mixed(HandmadeMail.text("x"), sealed, boundary: "n")
    let pkcs7 = "Content-Type: application/pkcs7-signature\r\n\r\nx"
    let messages = [
      (mixed(try signed(inner), HandmadeMail.text("footer")), "1.1.2"),
      (called(signed: "pgp", inner, HandmadeMail.text(), HandmadeMail.text()), "1.2"),
      (called(signed: "pkcs7", inner, pkcs7), "1.2"),
    ]
    for (entity, section) in messages {
      let warnings = try open(entity).verdict.warnings
      #expect(
        warnings.contains(.errantPart(section: section, kind: .encrypted, isForwarded: false)),
        "\(section): \(warnings)")
    }
    let below = mixed(HandmadeMail.text("x"), called(signed: "pkcs7", HandmadeMail.text(), pkcs7))
    let told = VerdictWarning.errantPart(section: "2", kind: .smime(.detached), isForwarded: false)
    #expect(try open(below).verdict.warnings.contains(told))
  }

  @Test func `header fields of a part name no sender`() throws {
    let part = "From: alice@example.org\r\n" + (try signed())
    let alone = try open(mixed(HandmadeMail.text("x"), part), part: "2", from: "mallory@evil.example")
    #expect(alone.verdict.signature == .senderMismatch)
  }

  @Test func `each of several ciphertexts of a mangled layer opens alone`() throws {
    let first = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text("One.")))
    let second = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text("Two.")))
    let more = try #require(second.split(separator: "--e\r\n").last).replacing("--e--\r\n", with: "")
    let entity = first.replacing("--e--\r\n", with: "--e\r\n\(more)--e--\r\n")
    let whole = try open(entity)
    #expect(whole.verdict.encryption == .refused(.other("it holds more than one ciphertext")))
    #expect(whole.content == nil)
    #expect(try open(entity, part: "2").bodyText == "One.\r\n")
    #expect(try open(entity, part: "3").bodyText == "Two.\r\n")
  }

  @Test func `a part of a sealed message is found in what was sealed`() throws {
    let payload = mixed(HandmadeMail.text("x"), try signed())
    let entity = HandmadeMail.encrypted(try desk.ciphertext(of: payload))
    #expect(try open(entity).verdict.signature == .partial)
    #expect(try open(entity, part: "2").verdict.signature == .good)
    #expect(throws: OpenError.self) { try open(entity, part: "3") }
  }

  @Test(arguments: ["", ".", "1.", ".1", "1..2", "a", "1:0", "1:", ":1", "1:2:3", "-1", "1 ", "١"])
  func `what is no number of a part is refused`(text: String) {
    #expect(PartNumber(text) == nil)
  }

  @Test func `layers of encryption around a part count for it`() throws {
    var entity = HandmadeMail.text()
    for _ in 0..<3 { entity = HandmadeMail.encrypted(try desk.ciphertext(of: entity)) }
    let deep = HandmadeMail.encrypted(try desk.ciphertext(of: mixed(HandmadeMail.text("x"), entity)))
    #expect(throws: OpenError.self) { try open(deep, part: "2") }
  }

  // MARK: Mailing lists

  @Test func `a list's footer is named, and the signed part with its signer`() throws {
    let opened = try open(mixed(try signed(), HandmadeMail.text("To leave the list, ask.")))
    #expect(opened.verdict.signature == .partial)
    #expect(opened.verdict.signer?.isGoodAndTrusted == true)
    #expect(!opened.verdict.isGoodAndTrusted)
    #expect(opened.verdict.warnings == [.mailingListWrapper(section: "1", others: ["2"])])
    #expect(opened.verdict.layers.map(\.kind) == [.mailingList, .signed])
    #expect(summary(opened).headline == "not encrypted · only part 1 is signed, by Alice Example <alice@example.org>")
    #expect(opened.content?.covered == 2..<3)
  }

  @Test func `a list's wrapper around somebody else's signature says so`() throws {
    let opened = try open(mixed(HandmadeMail.text("Pay this."), try signed(by: .mallory)))
    #expect(opened.verdict.signature == .partial)
    let text = summary(opened)
    #expect(text.mark == .alert)
    #expect(text.headline.hasSuffix("only part 2 is signed, by mallory@evil.example, who is not the From address"))
  }

  @Test func `a forged signature in a list's wrapper is none`() throws {
    let forged = try signed().replacing("The figures.", with: "The figurez.")
    #expect(try open(mixed(forged, HandmadeMail.text("Footer."))).verdict.signature == .bad)
  }

  // MARK: Mailboxes

  @Test func `a line that a mailbox quoted verifies as it was written, and is told`() throws {
    let payload = HandmadeMail.text("From here on\r\n>From there\r\n")
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    let quoted = payload.replacing("From here", with: ">From here").replacing(">From there", with: ">>From there")
    let opened = try open(HandmadeMail.signed(quoted, signature))
    #expect(opened.verdict.signature == .good)
    #expect(opened.verdict.warnings.contains { if case .repaired = $0 { true } else { false } })
    #expect(try opened.bodyText == "From here on\r\n>From there\r\n\r\n")
    let forged = quoted.replacing("on\r\n", with: "off\r\n")
    #expect(try open(HandmadeMail.signed(forged, signature)).verdict.signature == .bad)
  }
}
