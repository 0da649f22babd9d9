import ByteStreams
import MIME
import SealedMail
import TestSupport
import Testing

/// Messages that try to look better signed than they are.
@Suite struct HostileMessageTests {
  private let desk: Desk

  init() throws {
    desk = try Desk(own: [.alice, .mallory])
  }

  private func open(_ entity: String, from: String = "alice@example.org", subject: String = "Budget") throws
    -> OpenedMessage
  {
    try desk.open(HandmadeMail(from: from, subject: subject).message(entity))
  }

  @Test func `line ends turned into bare CRs break the signature`() throws {
    let payload =
      "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nI agree.\r\n--m\r\n\r\nNot to this:\r\n--m--\r\n"
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    #expect(try open(HandmadeMail.signed(payload, signature)).verdict.signature == .good)
    let merged = payload.replacing("\r\n--m\r\n\r\nNot", with: "\r--m\r\rNot")
    #expect(try open(HandmadeMail.signed(merged, signature)).verdict.signature == .bad)
  }

  @Test func `a bare CR that was signed is still good`() throws {
    let payload = HandmadeMail.text("one\rtwo")
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    #expect(try open(HandmadeMail.signed(payload, signature)).verdict.signature == .good)
  }

  @Test func `a signature outside the encryption is not one over the content`() throws {
    let entity = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text("The canary.")))
    let signed = HandmadeMail.signed(entity, try desk.detachedSignature(over: entity, by: .mallory))
    let opened = try open(signed, from: "mallory@evil.example")
    #expect(opened.verdict.encryption == .whole)
    #expect(opened.verdict.signature == .none)
    #expect(opened.verdict.warnings.contains(.signatureOutsideEncryption))
    #expect(try opened.bodyText == "The canary.\r\n")
  }

  @Test func `a signature between two layers of encryption does not count`() throws {
    let inner = HandmadeMail.encrypted(try desk.ciphertext(of: HandmadeMail.text()))
    let signed = HandmadeMail.signed(inner, try desk.detachedSignature(over: inner, by: .alice))
    let opened = try open(HandmadeMail.encrypted(try desk.ciphertext(of: signed, "--sign")))
    #expect(opened.verdict.encryption == .whole)
    #expect(opened.verdict.signature == .none)
  }

  @Test func `a layer that is no signature does not undo the one around it, and is told`() throws {
    let inner =
      "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=i\r\n\r\n--i\r\n\r\na\r\n--i--\r\n"
    let verdict = try open(HandmadeMail.signed(inner, try desk.detachedSignature(over: inner, by: .alice))).verdict
    #expect(verdict.signature == .good)
    #expect(verdict.warnings.contains(.otherSignature("it has 1 parts where two belong")))
  }

  private static let outerFroms = ["HP-Outer: From: mallory@evil.example", "HP-Outer: From: alice@example.org"]

  @Test(arguments: outerFroms)
  func `a sender inside whom no signature confirms is not the one shown`(outer: String) throws {
    let payload = HandmadeMail.text(
      fields: ["From: alice@example.org", "Subject: inside", outer], type: "text/plain; hp=cipher")
    let opened = try open(
      HandmadeMail.encrypted(try desk.ciphertext(of: payload)), from: "mallory@evil.example", subject: "[...]")
    #expect(opened.value("From") == "mallory@evil.example")
    #expect(opened.value("Subject") == "inside")
    #expect(!opened.header.protectedNames.contains("from"))
    #expect(opened.verdict.warnings.contains(.senderInsideUnproven("alice@example.org")))
  }

  @Test func `a sender inside whom a trusted signature confirms is shown`() throws {
    let payload = HandmadeMail.text(fields: ["From: alice@example.org"], type: "text/plain; hp=cipher")
    let opened = try open(
      HandmadeMail.encrypted(try desk.ciphertext(of: payload, "--sign")), from: "mallory@evil.example")
    #expect(opened.verdict.signature == .good)
    #expect(opened.value("From") == "alice@example.org")
  }

  @Test(arguments: ["text/plain; hp=cipher", "text/plain; hp=clear", "text/plain; protected-headers=v1"])
  func `a signed Subject that differs outside was changed, not hidden`(type: String) throws {
    let payload = HandmadeMail.text(
      fields: ["From: alice@example.org", "Subject: Budget", "HP-Outer: Subject: pay me"], type: type)
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    let opened = try open(HandmadeMail.signed(payload, signature), subject: "pay me")
    #expect(opened.value("Subject") == "Budget")
    #expect(opened.header.hiddenSubject == nil)
    #expect(
      opened.verdict.warnings.contains(.headerDiffers(name: "Subject", protected: "Budget", outer: "pay me")))
  }

  @Test func `header fields of a part that is not the payload's root protect nothing`() throws {
    let payload =
      "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain; hp=clear\r\nSubject: fake\r\n"
      + "From: mallory@evil.example\r\n\r\nhi\r\n--m--\r\n"
    let opened = try open(HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: .alice)))
    #expect(opened.value("Subject") == "Budget")
    #expect(opened.verdict.signature == .good)
    #expect(opened.verdict.warnings == [.headersNotProtected])
  }

  @Test(arguments: [
    "alice@example.org, mallory@evil.example", "\"alice@example.org\" <mallory@evil.example>",
    "alice@example.org <mallory@evil.example>", "=?utf-8?q?alice=40example=2Eorg?=", "a <alice@example.org> b",
    "alice@example.org\r\nFrom: mallory@evil.example", "\u{430}lice@example.org", "alice@ex\u{E4}mple.org",
    "Team: alice@example.org, mallory@evil.example;", "<alice@example.org> (", "", "alice@example.org\0",
  ])
  func `a From field that is not exactly the signer's address is a mismatch`(from: String) throws {
    let payload = HandmadeMail.text()
    let signed = HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: .alice))
    #expect(try open(signed, from: from).verdict.signature == .senderMismatch)
  }

  @Test func `a signed message inside a large sealed one is verified over the second decryption`() throws {
    let payload = HandmadeMail.text(String(repeating: "The figures.\r\n", count: 20_000))
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    for (text, finding) in [(payload, SignatureFinding.good), (payload.replacing("figures", with: "figurez"), .bad)] {
      let packets = try desk.ciphertext(of: HandmadeMail.signed(text, signature))
      let bytes = HandmadeMail().message(HandmadeMail.encrypted(packets))
      let opened = try desk.open(bytes) { $0.holdLimit = 1000 }
      #expect(opened.verdict.encryption == .whole)
      #expect(opened.verdict.signature == finding)
      #expect(try opened.bodyText.count == text.count - "Content-Type: text/plain\r\n\r\n".count)
    }
  }

  @Test func `a sealed message inside a large sealed one opens, with each layer decrypted again`() throws {
    let payload = HandmadeMail.text(String(repeating: "The figures.\r\n", count: 20_000))
    let inner = HandmadeMail.encrypted(try desk.ciphertext(of: payload, "--sign"))
    let outer = HandmadeMail.encrypted(try desk.ciphertext(of: inner))
    let opened = try desk.open(HandmadeMail().message(outer)) { $0.holdLimit = 1000 }
    #expect(opened.verdict.encryption == .whole)
    #expect(opened.verdict.signature == .good)
    #expect(try opened.bodyText.hasPrefix("The figures.\r\nThe figures.\r\n"))
  }

  @Test func `what is told of many signatures is told once`() throws {
    let payload = HandmadeMail.text()
    let own = try desk.detachedSignature(over: payload, by: .alice, "--no-armor")
    let other = try desk.detachedSignature(over: payload, by: .mallory, "--no-armor")
    let signatures = own + Array(repeating: other, count: 30).joined()
    let armor = "-----BEGIN PGP SIGNATURE-----\n\n\(base64Lines(signatures).joined(separator: "\n"))\n"
    let signed = HandmadeMail.signed(payload, Array("\(armor)-----END PGP SIGNATURE-----\n".utf8))
    let verdict = try open(signed).verdict
    #expect(verdict.signatures.count == 31)
    #expect(verdict.signature == .good)
    #expect(verdict.warnings == [.headersNotProtected, .otherSignature("the signer is not the From address")])
  }

  @Test func `a signature of a megabyte is malformed`() throws {
    let payload = HandmadeMail.text()
    let signature = try desk.detachedSignature(over: payload, by: .alice)
    let padded = signature + Array(repeating: UInt8(ascii: "\n"), count: 1 << 20)
    #expect(try open(HandmadeMail.signed(payload, signature)).verdict.signature == .good)
    #expect(try open(HandmadeMail.signed(payload, padded)).verdict.signature == .malformed)
  }

  @Test func `what a signature in text mode does not cover is not called signed`() throws {
    let payload = HandmadeMail.text("Pay 10 euros.")
    let signature = try desk.detachedSignature(over: payload, by: .alice, "--textmode")
    #expect(try open(HandmadeMail.signed(payload, signature)).verdict.signature == .good)
    // gpg calls each of these good.
    let returns = String(repeating: "\r", count: 20_000)
    for addition in [returns + " No, pay 9999.", "\r", "\r\0", returns] {
      let altered = payload.replacing("euros.", with: "euros." + addition)
      let opened = try open(HandmadeMail.signed(altered, signature))
      #expect(opened.verdict.signature == .malformed)
      #expect(opened.content?.covered == nil)
    }
  }

  @Test func `more layers of signature than anybody makes are an error`() throws {
    func nested(_ layers: Int) throws -> String {
      try (0..<layers).reduce(HandmadeMail.text()) { entity, layer in
        HandmadeMail.signed(entity, try desk.detachedSignature(over: entity, by: .alice), boundary: "s\(layer)")
      }
    }
    #expect(try open(nested(4)).verdict.signature == .good)
    #expect(throws: OpenError.self) { try open(nested(5)) }
  }

  @Test func `a header that others read in another way makes nothing signed`() throws {
    let payload = HandmadeMail.text()
    let signed = HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: .alice))
    let phony = "\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nPay me.\r\n--x--\r\n"
    let verdict = try open(signed.replacing("\r\n\r\n--s", with: phony + "--s", maxReplacements: 1)).verdict
    #expect(verdict.signature == .malformed)
    let wrapper =
      "Content-Type: multipart/mixed; boundary=w\r\nContent-Type: text/plain\r\n\r\n--w\r\n\(signed)\r\n--w--\r\n"
    #expect(try open(wrapper).verdict.signature == .partial)
    #expect(
      try open(wrapper.replacing("Content-Type: text/plain\r\n\r\n--w", with: "\r\n--w")).verdict.signature == .good)
  }

  @Test(arguments: [1 << 20, 1000])
  func `a file that changes after it was judged gives nothing`(holdLimit: Int) throws {
    let folder = try TemporaryFolder()
    let sealed = HandmadeMail.encrypted(
      try desk.ciphertext(of: HandmadeMail.text(String(repeating: "The figures.\r\n", count: 9000))))
    for entity in [HandmadeMail.text(), sealed] {
      let path = try folder.write(HandmadeMail().message(entity), to: "mail.eml")
      var options = OpenOptions(now: Desk.now)
      options.holdLimit = holdLimit
      var context = try desk.context()
      let opened = try Opener.open(try ByteStore.file(path), options: options, with: &context)
      let content = try #require(opened.content)
      #expect(throws: Never.self) { try content.write(restoring: opened.header, into: NullSink()) }
      try folder.write(HandmadeMail().message(entity) + Array("x".utf8), to: "mail.eml")
      // What was decrypted and held is not read from the file again.
      let isHeld = entity == sealed && content.structure.count <= holdLimit
      if isHeld { continue }
      #expect(throws: OpenError.self) { try content.write(restoring: opened.header, into: NullSink()) }
    }
  }

  // MARK: Words

  @Test func `a certificate that nobody verified is never called a good signature`() throws {
    let impostor = try Desk(own: [.impostor])
    let payload = HandmadeMail.text()
    let signature = try impostor.detachedSignature(over: payload, by: .impostor)
    let reader = try Desk(own: [.bob], accepted: [.alice], certificates: [.impostor])
    let opened = try reader.open(HandmadeMail().message(HandmadeMail.signed(payload, signature)))
    #expect(opened.verdict.signature == .good)
    #expect(!opened.verdict.isGoodAndTrusted)
    let summary = VerdictSummary(opened.verdict, sender: nil) { _ in "" }
    #expect(summary.mark == .unknown)
    #expect(!summary.headline.contains("good"))
    // The next step, and not with a fingerprint that the impostor chose.
    let steps = VerdictSummary(opened.verdict, sender: "alice@example.org") { _ in "" }.details
    let step = "ask its owner for its fingerprint, then `postseal key accept alice@example.org FINGERPRINT`"
    #expect(steps.contains(step))
    let hostile = VerdictSummary(opened.verdict, sender: "$(id)@evil.example") { _ in "" }.details
    #expect(!hostile.contains { $0.contains("key accept") })
  }

  @Test(arguments: [
    "`id`@evil.example", "$(id)@evil.example", "a|id@evil.example", "-a@evil.example", "a'b@evil.example",
  ])
  func `no sender gets a command of theirs into a hint`(sender: String) throws {
    let payload = HandmadeMail.text()
    let signed = HandmadeMail.signed(payload, try desk.detachedSignature(over: payload, by: .mallory))
    let verdict = try Desk().open(HandmadeMail().message(signed)).verdict
    #expect(VerdictSummary(verdict, sender: "a.b+c@evil.example") { _ in "" }.headline.contains("find a.b+c@evil"))
    #expect(!VerdictSummary(verdict, sender: sender) { _ in "" }.headline.contains("find"))
  }
}
