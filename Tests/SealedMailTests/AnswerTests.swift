import ByteStreams
import GPGME
import MIME
import OpenPGPPackets
import SealedMail
import TestSupport
import Testing

/// To whom an answer goes, and whether it may repeat the text.
@Suite struct AnswerTests {
  private let alice: Desk
  private let bob: Desk
  private static let own = [try? Mailbox("Alice <Alice@example.org>")].compactMap(\.self)

  init() throws {
    alice = try Desk(own: [.alice], accepted: [.bob, .mallory, .carol], certificates: [.expired])
    bob = try Desk(own: [.bob], accepted: [.alice, .carol])
  }

  private func answer(
    _ bytes: [UInt8], _ scope: Answer.Scope = .author, own: [Mailbox] = own
  ) throws -> Answer {
    Answer(to: try alice.open(bytes), scope: scope, own: own)
  }

  /// A letter from bob to alice and others, sealed by him.
  private func sealed(_ adjust: (inout Letter) -> Void = { _ in }) throws -> [UInt8] {
    var letter = Letter(from: "Bob Meyer <bob@example.org>", to: "alice@example.org", cc: "Carol <carol@example.net>")
    adjust(&letter)
    return try bob.seal(letter)[0].bytes
  }

  private func texts(_ mailboxes: [Mailbox]) -> [String] { mailboxes.map(\.address.text) }

  /// The message with other fields outside than it was sent with.
  private func resent(_ bytes: [UInt8], from: String, adding: String = "") -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    let rest = text.split(separator: "\r\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("From:") }
    return Array((["From: \(from)\(adding)"] + rest.map(String.init)).joined(separator: "\r\n").utf8)
  }

  @Test func `the author gets the answer, and with the others everybody but oneself`() throws {
    let message = try sealed()
    let one = try answer(message)
    #expect(texts(one.to) == ["bob@example.org"] && one.cc.isEmpty && one.notes.isEmpty)
    #expect(one.origin == .sealed && one.refusal == nil && one.subject == "Budget")
    #expect(one.ownMailbox?.address.text == "Alice@example.org")
    let all = try answer(message, .everybody)
    #expect(texts(all.to) == ["bob@example.org"] && texts(all.cc) == ["carol@example.net"])
  }

  @Test func `who answers their own message writes to the same people again`() throws {
    let message = try alice.seal(Letter(cc: "Carol <carol@example.net>"))[0].bytes
    let all = try answer(message, .everybody)
    #expect(texts(all.to) == ["bob@example.org"] && texts(all.cc) == ["carol@example.net"])
  }

  @Test func `the conversation is continued from protected fields`() throws {
    let message = try sealed {
      $0.fields.append(("References", (1...30).map { "<\($0)@example.org>" }.joined(separator: "\n ")))
    }
    let answer = try answer(message)
    #expect(answer.original?.id == "letter@example.org")
    #expect(answer.references.count == 20)
    #expect(answer.references.first?.id == "1@example.org" && answer.references.last?.id == "letter@example.org")
  }

  @Test func `a protected Reply-To is followed`() throws {
    let message = try sealed { $0.fields.append(("Reply-To", "carol@example.net")) }
    #expect(texts(try answer(message).to) == ["carol@example.net"])
  }

  @Test func `what somebody added outside of a sealed message gets no answer`() throws {
    let fields = "\r\nReply-To: mallory@evil.example\r\nCc: mallory@evil.example"
    let old = resent(try neomutt(), from: "Bob Meyer <bob@example.org>", adding: fields)
    let answer = try answer(old, .everybody)
    #expect(texts(answer.to) == ["bob@example.org"] && answer.cc.isEmpty)
    let mallory = try AddrSpec("mallory@evil.example")
    #expect(answer.notes.contains(.outsideOfProtection("Reply-To", [mallory])))
    #expect(answer.notes.contains(.outsideOfProtection("Cc", [mallory])))
    // Where all fields are protected, those outside are none.
    let new = try self.answer(resent(try sealed(), from: "Bob Meyer <bob@example.org>", adding: fields), .everybody)
    #expect(texts(new.to) == ["bob@example.org"] && texts(new.cc) == ["carol@example.net"])
  }

  @Test func `many authors who want the answers elsewhere cost no time`() throws {
    let list = { (name: String) in
      (0..<10).map { field in
        "\(name): " + (0..<9_000).map { "\(name)\(field).\($0)@x.example" }.joined(separator: ",\r\n ")
      }
    }
    let rest = HandmadeMail().message(HandmadeMail.encrypted(try bob.ciphertext(of: HandmadeMail.text())))
    let fields = (list("From") + list("Reply-To")).joined(separator: "\r\n") + "\r\n"
    let opened = try alice.open(Array(fields.utf8) + rest)
    var count = 0
    let seconds = ProcessorTime.seconds { count = Answer(to: opened, scope: .author, own: Self.own).to.count }
    // Each with each would take hours.
    #expect(count == 90_001 && seconds < 60)
  }

  /// A message whose Subject alone is protected, as neomutt makes it, signed by bob.
  private func neomutt() throws -> [UInt8] {
    let payload = HandmadeMail.text(fields: ["Subject: Budget"], type: "text/plain; protected-headers=\"v1\"")
    let desk = try Desk(own: [.bob], accepted: [.alice])
    let packets = try desk.ciphertext(of: payload, "--sign", "--local-user", Identity.bob.hexFingerprint)
    return HandmadeMail(from: "Bob Meyer <bob@example.org>", subject: "...").message(HandmadeMail.encrypted(packets))
  }

  @Test func `a ciphertext that somebody else sends on is not repeated to them`() throws {
    let stolen = resent(try neomutt(), from: "Mallory <mallory@evil.example>")
    #expect(try answer(stolen).refusal == .signedByOther("bob@example.org"))
  }

  @Test func `nor is one whose signer's certificate is over or not here`() throws {
    for (signer, refusal) in [
      (Identity.expired, QuoteRefusal.signedByOther("expired@example.org")),
      (.erin, .signedByUnknown(try #require(Fingerprint(Identity.erin.hexFingerprint)).keyID.description)),
    ] {
      let desk = try Desk(own: [signer], certificates: [.alice])
      let packets = try desk.ciphertext(
        of: HandmadeMail.text(), "--sign", "--local-user", signer.hexFingerprint, "--faked-system-time",
        "20250201T000000!")
      let message = { (from: String) in HandmadeMail(from: from).message(HandmadeMail.encrypted(packets)) }
      #expect(try answer(message("Mallory <mallory@evil.example>")).refusal == refusal)
      guard signer == .expired else { continue }
      // Their own text goes back to them.
      #expect(try answer(message("expired@example.org")).refusal == nil)
    }
  }

  @Test func `a message that names another author inside is not repeated unless a signature proves that`() throws {
    let payload = HandmadeMail.text(
      fields: ["From: bob@example.org", "Subject: Budget"], type: "text/plain; hp=\"cipher\"")
    let packets = try bob.ciphertext(of: payload)
    let stolen = HandmadeMail(from: "mallory@evil.example").message(HandmadeMail.encrypted(packets))
    #expect(try answer(stolen).refusal == .authorInsideUnproven("bob@example.org"))
    let proven = try answer(resent(try sealed(), from: "mallory@evil.example"))
    #expect(proven.refusal == nil && texts(proven.to) == ["bob@example.org"])
  }

  @Test func `without a signature it is told who gets the text`() throws {
    let packets = try bob.ciphertext(of: HandmadeMail.text())
    let answer = try answer(HandmadeMail(from: "bob@example.org").message(HandmadeMail.encrypted(packets)))
    #expect(answer.notes == [.unprovenAuthor([try AddrSpec("bob@example.org")])])
  }

  @Test func `what was not opened is not repeated`() throws {
    let message = try bob.seal(Letter(from: "bob@example.org", to: "carol@example.net"))[0].bytes
    guard case .notOpened = try answer(message).refusal else {
      Issue.record("it may be repeated")
      return
    }
  }

  @Test func `clear mail is answered as its header asks`() throws {
    var letter = Letter(from: "bob@example.org", to: "alice@example.org, carol@example.net")
    letter.fields.append(("Reply-To", "list@example.org"))
    let answer = try answer(letter.bytes(), .everybody)
    #expect(texts(answer.to) == ["list@example.org"] && texts(answer.cc) == ["carol@example.net"])
    #expect(answer.origin == .clear && answer.refusal == nil && answer.notes.isEmpty)
  }

  @Test func `a field that cannot be read is told`() throws {
    let answer = try answer(Letter(from: "bob@example.org", cc: "carol@@example").bytes(), .everybody)
    #expect(answer.notes == [.unreadable("Cc")])
  }
}
