import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport
import Testing

@Suite struct OpenerTests {
  @Test func `a message without protection is neither signed nor encrypted`() throws {
    let opened = try Desk().open(Letter().bytes())
    #expect(opened.verdict.encryption == .none)
    #expect(opened.verdict.signature == .none)
    #expect(try opened.bodyText == "Hello Bob,\nthe figures.\n")
  }

  @Test func `no altered byte of a ciphertext gives any content`() throws {
    let desk = try Desk(accepted: [.bob])
    let sealed = try desk.seal(Letter())[0].bytes
    let armor = try #require(bodyOfArmor(sealed))
    var generator = SplitMix64(seed: 1)
    for _ in 0..<40 {
      var altered = sealed
      let place = armor.randomElement(using: &generator) ?? armor.lowerBound
      guard altered[place].isBase64 else { continue }
      altered[place] = altered[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      if altered == sealed { continue }
      let opened = try desk.open(altered)
      #expect(opened.content == nil)
      #expect(opened.verdict.signature == .none)
      guard case .refused = opened.verdict.encryption else {
        Issue.record("byte \(place) altered, and yet \(opened.verdict.encryption)")
        continue
      }
    }
  }

  @Test func `an altered ciphertext with a fitting checksum is refused for its integrity`() throws {
    let desk = try Desk(accepted: [.bob])
    let binary = try binaryCiphertext(desk)
    for offset in [binary.count - 1, binary.count - 30, binary.count - 60] {
      var altered = binary
      altered[offset] ^= 1
      let opened = try desk.open(encrypted(altered))
      #expect(opened.content == nil)
      guard case .refused(.integrity) = opened.verdict.encryption else {
        Issue.record("\(opened.verdict.encryption)")
        continue
      }
    }
  }

  @Test func `a message cut anywhere gives no content`() throws {
    let desk = try Desk(accepted: [.bob])
    let binary = try binaryCiphertext(desk)
    for length in stride(from: 1, to: binary.count, by: max(1, binary.count / 25)) {
      let opened = try desk.open(encrypted(Array(binary.prefix(length))))
      #expect(opened.content == nil)
    }
  }

  @Test(arguments: [[0xD1, 1, 0x41] as [UInt8], [0], [0x84], [0xFF], [0xCB, 7, 0x62, 0, 0, 0, 0, 0, 0x41]])
  func `a ciphertext with other data behind it gives no content`(more: [UInt8]) throws {
    let desk = try Desk(accepted: [.bob])
    let opened = try desk.open(encrypted(try binaryCiphertext(desk) + more))
    #expect(opened.content == nil)
    guard case .refused(.integrity) = opened.verdict.encryption else {
      Issue.record("\(opened.verdict.encryption)")
      return
    }
  }

  @Test func `who has no secret key for it is told for whom it is`() throws {
    let sealed = try Desk(accepted: [.bob]).seal(Letter())[0]
    let opened = try Desk(own: [.carol]).open(sealed.bytes)
    guard case .refused(.noSecretKey(let recipients, _, _)) = opened.verdict.encryption else {
      Issue.record("\(opened.verdict.encryption)")
      return
    }
    #expect(recipients.count == 2)
  }

  @Test func `a locked key without anybody to ask is refused at once`() throws {
    let sealed = try Desk(accepted: [.locked]).seal(Letter(to: "locked@example.org"))[0]
    let opened = try Desk(own: [.locked]).open(sealed.bytes)
    guard case .refused(.passphrase) = opened.verdict.encryption else {
      Issue.record("\(opened.verdict.encryption)")
      return
    }
  }

  @Test func `a signature by an unknown certificate is not good`() throws {
    let signed = try Desk(accepted: [.bob]).seal(Letter()) { $0.protection = .signed }[0]
    let opened = try Desk(own: [.bob]).open(signed.bytes)
    #expect(opened.verdict.signature == .unknownSigner)
    #expect(opened.verdict.signer?.claimedKeyID?.count == 16)
  }

  @Test func `a signature by an unaccepted certificate is good and not verified`() throws {
    let signed = try Desk(accepted: [.bob]).seal(Letter()) { $0.protection = .signed }[0]
    let opened = try Desk(own: [.bob], certificates: [.alice]).open(signed.bytes)
    #expect(opened.verdict.signature == .good)
    #expect(opened.verdict.signer?.trust == .unverified)
    #expect(!opened.verdict.isGoodAndTrusted)
  }

  @Test func `a certificate that the user accepted says so, with the time`() throws {
    let signed = try Desk().seal(Letter()) { $0.protection = .signed }[0]
    let opened = try Desk(own: [.bob], accepted: [.alice]).open(signed.bytes)
    guard case .accepted(let at) = opened.verdict.signer?.trust else {
      Issue.record("\(String(describing: opened.verdict.signer?.trust))")
      return
    }
    #expect(at > 0)
  }

  @Test func `one changed letter of a signed message makes the signature bad`() throws {
    let desk = try Desk()
    let signed = try desk.seal(Letter()) { $0.protection = .signed }[0].text
    let opened = try desk.open(Array(signed.replacing("the figures", with: "the figurez").utf8))
    #expect(opened.verdict.signature == .bad)
    #expect(opened.value("Subject") == "Budget")
  }

  @Test func `a signature by somebody who is not the sender is a mismatch`() throws {
    let mallory = try Desk(own: [.mallory])
    let letter = Letter(from: "mallory@evil.example")
    let signed = try mallory.seal(letter) { $0.protection = .signed }[0].text
    let forged = signed.replacing("From: mallory@evil.example", with: "From: alice@example.org")
    let opened = try Desk(own: [.bob], accepted: [.alice, .mallory]).open(Array(forged.utf8))
    #expect(opened.verdict.signature != .good)
  }

  @Test func `the sender inside counts, and another one outside is told`() throws {
    let desk = try Desk()
    let signed = try desk.seal(Letter()) { $0.protection = .signed }[0].text
    let place = try #require(signed.range(of: "From: Alice Example <alice@example.org>"))
    let forged = signed.replacingCharacters(in: place, with: "From: mallory@evil.example")
    let opened = try desk.open(Array(forged.utf8))
    #expect(opened.value("From") == "Alice Example <alice@example.org>")
    #expect(
      opened.verdict.warnings.contains(
        .headerDiffers(
          name: "From", protected: "Alice Example <alice@example.org>", outer: "mallory@evil.example")))
  }

  @Test func `a changed Subject outside a sealed message is told`() throws {
    let desk = try Desk(accepted: [.bob])
    let sealed = try desk.seal(Letter())[0].text
    let opened = try desk.open(Array(sealed.replacing("Subject: [...]", with: "Subject: pay me").utf8))
    #expect(opened.value("Subject") == "Budget")
    #expect(
      opened.verdict.warnings == [.headerDiffers(name: "Subject", protected: "Budget", outer: "pay me")])
  }

  @Test func `a signed part below other content makes only a part signed`() throws {
    let desk = try Desk()
    let signed = try desk.seal(Letter()) { $0.protection = .signed }[0].text
    let wrapped =
      "From: mallory@evil.example\r\nTo: bob@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
      + "Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n--outer\r\n\r\nPay this.\r\n--outer\r\n\(signed)\r\n--outer--\r\n"
    let opened = try desk.open(Array(wrapped.utf8))
    #expect(opened.verdict.signature == .partial)
    #expect(!opened.verdict.isGoodAndTrusted)
    #expect(opened.verdict.signer?.finding == .senderMismatch)
  }

  @Test func `an encrypted part below other content is left alone`() throws {
    let desk = try Desk(accepted: [.bob])
    let sealed = try desk.seal(Letter(body: "the canary\n"))[0].text
    let wrapped =
      "From: mallory@evil.example\r\nTo: alice@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
      + "Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n--outer\r\n\(sealed)\r\n--outer\r\n\r\nReply.\r\n--outer--\r\n"
    let opened = try desk.open(Array(wrapped.utf8))
    #expect(opened.verdict.encryption == .none)
    #expect(
      opened.verdict.warnings.contains { if case .errantPart("1", .encrypted, false) = $0 { true } else { false } })
    #expect(try !opened.bodyText.contains("the canary"))
  }

  @Test func `literal data inside multipart encrypted is not called encrypted`() throws {
    let desk = try Desk()
    let store = try desk.keyring.gpg("--store", stdin: Letter().bytes()).succeeded()
    let opened = try desk.open(encrypted(store.stdout))
    #expect(opened.verdict.encryption == .refused(.notEncrypted))
    #expect(opened.content == nil)
  }

  @Test func `the nested form opens, its signature verified over the received bytes`() throws {
    let desk = try Desk(accepted: [.bob])
    let signed = try desk.seal(Letter()) { $0.protection = .signed }[0].bytes
    let sealed = try desk.keyring.gpg(
      "--encrypt", "--recipient", Identity.alice.hexFingerprint, "--trust-model", "always", stdin: signed
    ).succeeded()
    let opened = try desk.open(encrypted(sealed.stdout))
    #expect(opened.verdict.encryption == .whole)
    #expect(opened.verdict.signature == .good)
    #expect(try opened.bodyText == "Hello Bob,\r\nthe figures.\r\n")
  }

  @Test func `a large message is released only by a second decryption, and the same`() throws {
    let desk = try Desk(accepted: [.bob])
    var letter = Letter()
    letter.attachments = [(name: "big.bin", mediaType: "application/octet-stream", bytes: SplitMix64.block(1 << 20))]
    let sealed = try desk.seal(letter)[0].bytes
    let held = try desk.open(sealed)
    let again = try desk.open(sealed) { $0.holdLimit = 4096 }
    #expect(again.verdict == held.verdict)
    #expect(again.verdict.signature == .good)
    #expect(try again.bodyText == held.bodyText)
    let contents = try #require(again.content)
    var parts: [Int] = []
    let ranges = contents.structure.entities.filter(\.isLeaf).map(\.body)
    try contents.withSources(ranges) { _, source in parts.append(try source.copy(to: NullSink())) }
    #expect(parts == ranges.map(\.count))
  }

  @Test func `the bounds in force while opening are those that are promised`() {
    let options = OpenOptions(now: Desk.now)
    #expect(options.encryptionLayers == 3 && options.limits == .standard)
    #expect(options.expansionFactor == 100 && options.expansionFloor == 64 << 20)
  }

  @Test func `plaintext beyond the bound stops gpg`() throws {
    let desk = try Desk(accepted: [.bob])
    let sealed = try desk.seal(Letter(body: String(repeating: "0123456789\n", count: 20_000)))[0].bytes
    #expect {
      try desk.open(sealed) {
        $0.expansionFactor = 1
        $0.expansionFloor = 100_000
      }
    } throws: { error in
      guard case OpenError.expansion(limit: 100_000) = error else { return false }
      return true
    }
    // Either bound allows it.
    let opened = try desk.open(sealed) {
      $0.expansionFactor = 1000
      $0.expansionFloor = 1
    }
    #expect(opened.verdict.encryption == .whole)
  }

  // MARK: Messages made by hand

  private func binaryCiphertext(_ desk: Desk) throws -> [UInt8] {
    try desk.keyring.gpg(
      "--encrypt", "--recipient", Identity.alice.hexFingerprint, "--trust-model", "always", "--compress-algo", "none",
      stdin: Letter().bytes(lineEnd: "\r\n")
    ).succeeded().stdout
  }

  /// A PGP/MIME message around packets, with an armor whose checksum fits.
  private func encrypted(_ packets: [UInt8]) -> [UInt8] {
    HandmadeMail(subject: "[...]").message(HandmadeMail.encrypted(packets))
  }

  /// Where the base64 of the armor stands.
  private func bodyOfArmor(_ message: [UInt8]) -> Range<Int>? {
    let begin = Array("-----BEGIN PGP MESSAGE-----\r\n\r\n".utf8)
    let end = Array("-----END PGP MESSAGE-----".utf8)
    guard let start = message.indices.first(where: { message[$0...].starts(with: begin) }),
      let stop = message.indices.first(where: { $0 > start && message[$0...].starts(with: end) })
    else { return nil }
    return (start + begin.count)..<stop
  }
}

extension UInt8 {
  fileprivate var isBase64: Bool {
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8).contains(self)
  }
}

extension SplitMix64 {
  /// Bytes that do not compress.
  fileprivate static func block(_ count: Int) -> [UInt8] {
    var generator = SplitMix64(seed: 7)
    return generator.bytes(count)
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }

  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
