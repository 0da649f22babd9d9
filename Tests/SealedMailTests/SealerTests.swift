import GPGME
import MIME
import OpenPGPPackets
import SealedMail
import TestSupport
import Testing

@Suite struct SealerTests {
  @Test func `To and Cc share one copy and each Bcc recipient gets their own`() throws {
    let desk = try Desk(accepted: [.bob, .carol, .mallory])
    let copies = try desk.seal(
      Letter(to: "bob@example.org", cc: "carol@example.net", bcc: "mallory@evil.example"))
    #expect(
      copies.map { $0.addresses.map(\.text) } == [["bob@example.org", "carol@example.net"], ["mallory@evil.example"]])
    #expect(copies.map(\.isBlind) == [false, true])
    let names = try copies.map { try recipients(of: $0, desk) }
    #expect(names[0].count == 3)
    #expect(names[1].count == 2)
    let blind = try encryptionKey(of: .mallory)
    #expect(!names[0].contains(blind))
    #expect(names[1].contains(blind))
    for copy in copies {
      #expect(try !copy.outerHeader.lowercased().contains("\r\nbcc"))
      #expect(try !copy.text.contains("evil.example"))
      #expect(try !String(decoding: desk.gpgDecrypt(copy.bytes).stdout, as: UTF8.self).contains("evil.example"))
    }
  }

  @Test func `every recipient's gap is reported at once, each with its reason`() throws {
    let desk = try Desk(accepted: [.bob, .expired, .signOnly], certificates: [.carol])
    let to = "bob@example.org, dave@example.com, carol@example.net, expired@example.org, sign-only@example.org"
    let error = try #require(throws: SealError.self) { try desk.seal(Letter(to: to)) }
    guard case .recipients(let gaps) = error else {
      Issue.record("\(error)")
      return
    }
    let addresses = ["dave@example.com", "carol@example.net", "expired@example.org", "sign-only@example.org"]
    #expect(gaps.map(\.address.text) == addresses)
    #expect(gaps.map(\.kind) == ["none", "not accepted", "expired", "no encryption key"])
  }

  @Test func `a sealed message can be opened by its recipient and by its sender`() throws {
    let alice = try Desk(accepted: [.bob])
    let bob = try Desk(own: [.bob], accepted: [.alice])
    let copy = try #require(try alice.seal(Letter()).first)
    for desk in [alice, bob] {
      let opened = try desk.open(copy.bytes)
      #expect(opened.verdict.encryption == .whole)
      #expect(opened.verdict.signature == .good)
      #expect(opened.verdict.isGoodAndTrusted)
      #expect(opened.verdict.warnings == [])
      #expect(opened.value("Subject") == "Budget")
      #expect(opened.header.hiddenSubject == "[...]")
      #expect(try opened.bodyText == "Hello Bob,\r\nthe figures.\r\n")
    }
  }

  @Test func `no protected field stands outside`() throws {
    var letter = Letter(subject: "Budget is secret")
    letter.fields += [("Keywords", "secret"), ("Comments", "secret"), ("Thread-Topic", "Budget is secret")]
    let copy = try #require(try Desk(accepted: [.bob]).seal(letter).first)
    #expect(try copy.outerHeader.contains("\r\nSubject: [...]\r\n"))
    #expect(try !copy.text.contains("secret"))
  }

  @Test func `the payload carries the fields, what stands outside, and the marks for readers`() throws {
    let desk = try Desk(accepted: [.bob])
    let copy = try #require(try desk.seal(Letter()).first)
    let payload = try String(decoding: desk.gpgDecrypt(copy.bytes).succeeded().stdout, as: UTF8.self)
    #expect(payload.contains("Subject: Budget\r\n"))
    #expect(payload.contains("HP-Outer: Subject: [...]\r\n"))
    #expect(payload.contains("HP-Outer: To: Bob Meyer <bob@example.org>\r\n"))
    #expect(payload.contains("hp=cipher"))
    #expect(payload.contains("protected-headers=v1"))
  }

  @Test(arguments: ["\n", "\r\n"])
  func `line ends of the input do not matter`(lineEnd: String) throws {
    let desk = try Desk(accepted: [.bob])
    let copy = try #require(try desk.seal(Letter(), lineEnd: lineEnd).first)
    #expect(try desk.open(copy.bytes).bodyText == "Hello Bob,\r\nthe figures.\r\n")
    #expect(try !copy.text.utf8.split(separator: UInt8(ascii: "\n")).dropLast().contains { $0.last != 0x0D })
  }

  @Test func `encrypt-to in gpg.conf adds nobody`() throws {
    let desk = try Desk(
      accepted: [.bob, .mallory], options: ["encrypt-to \(Identity.mallory.hexFingerprint)"])
    let copy = try #require(try desk.seal(Letter()).first)
    #expect(try recipients(of: copy, desk).count == 2)
  }

  @Test func `armor in gpg.conf changes nothing`() throws {
    let desk = try Desk(accepted: [.bob], options: ["armor"])
    #expect(try desk.gpgDecrypt(desk.seal(Letter())[0].bytes).text.contains("the figures."))
    let signed = try #require(try desk.seal(Letter()) { $0.protection = .signed }.first)
    #expect(try desk.open(signed.bytes).verdict.signature == .good)
  }

  @Test(arguments: [
    "throw-keyids", "group \(Identity.bob.hexFingerprint)=\(Identity.mallory.hexFingerprint)",
    "recipient \(Identity.mallory.hexFingerprint)", "hidden-recipient \(Identity.mallory.hexFingerprint)", "rfc2440",
  ])
  func `what gpg.conf adds, exchanges or weakens is not used`(option: String) throws {
    let desk = try Desk(accepted: [.bob, .mallory], options: [option])
    #expect {
      try desk.seal(Letter())
    } throws: { error in
      guard case SealError.readBack = error else { return false }
      return true
    }
  }

  @Test func `a certificate that only looks like the recipient's is not taken`() throws {
    let desk = try Desk(
      own: [.bob], accepted: [.lookalikePrefix, .lookalikeSuffix, .lookalikeName, .lookalikeTwo])
    let letter = Letter(from: "bob@example.org", to: "alice@example.org")
    let error = try #require(throws: SealError.self) { try desk.seal(letter) }
    guard case .recipients(let gaps) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(gaps.map(\.kind) == ["none"])
  }

  @Test func `two trusted certificates for one address are refused`() throws {
    let desk = try Desk(accepted: [.sharedA, .sharedB])
    let error = try #require(throws: SealError.self) { try desk.seal(Letter(to: "shared@example.org")) }
    guard case .recipients(let gaps) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(gaps.map(\.kind) == ["ambiguous"])
  }

  @Test func `a trusted certificate goes before an unknown one for the same address`() throws {
    let desk = try Desk(own: [.bob], accepted: [.alice], certificates: [.impostor])
    let copy = try #require(
      try desk.seal(Letter(from: "bob@example.org", to: "alice@example.org")).first)
    let alice = try encryptionKey(of: .alice)
    #expect(try recipients(of: copy, desk).contains(alice))
  }

  @Test func `a disabled certificate is not used`() throws {
    let desk = try Desk(accepted: [.bob])
    try desk.keyring.disable(.bob)
    let error = try #require(throws: SealError.self) { try desk.seal(Letter()) }
    guard case .recipients(let gaps) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(gaps.map(\.kind) == ["disabled"])
  }

  @Test func `trust-model always in gpg.conf accepts nobody`() throws {
    let desk = try Desk(certificates: [.bob], options: ["trust-model always"])
    let error = try #require(throws: SealError.self) { try desk.seal(Letter()) }
    guard case .recipients(let gaps) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(gaps.map(\.kind) == ["not accepted"])
  }

  @Test func `a message to nobody is refused`() throws {
    #expect(throws: SealError.self) { try Desk().seal(Letter(to: nil)) }
  }

  @Test func `a sender without a key is told so`() throws {
    let desk = try Desk(accepted: [.bob])
    let letter = Letter(from: "dave@example.com")
    let error = try #require(throws: SealError.self) { try desk.seal(letter) }
    guard case .signer(let address, .none) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(address?.text == "dave@example.com")
  }

  @Test func `without a signature the sender can read the message all the same`() throws {
    let desk = try Desk(own: [.alice], accepted: [.bob])
    let copy = try #require(try desk.seal(Letter()) { $0.protection = .encryptedOnly }.first)
    #expect(try recipients(of: copy, desk).count == 2)
    let alone = try #require(
      try desk.seal(Letter(from: "dave@example.com")) { $0.protection = .encryptedOnly }.first)
    #expect(try recipients(of: alone, desk).count == 1)
  }

  @Test(arguments: [([Identity.signOnly], "sign-only"), ([.sharedA, .sharedB], "shared"), ([.expired], "expired")])
  func `an own key that cannot serve is told, never left out`(own: [Identity], name: String) throws {
    let desk = try Desk(own: [.alice] + own, accepted: [.bob])
    let letter = Letter(from: "\(name)@example.org")
    #expect {
      try desk.seal(letter) { $0.protection = .encryptedOnly }
    } throws: { error in
      guard case SealError.ownCopy = error else { return false }
      return true
    }
  }

  @Test func `clear text needs a permission`() throws {
    let desk = try Desk(accepted: [.bob])
    #expect(throws: SealError.self) { try desk.seal(Letter()) { $0.protection = .clear } }
    let copies = try desk.seal(Letter(), clear: .userAskedForClearText()) { $0.protection = .clear }
    #expect(try copies[0].text.contains("the figures."))
  }

  @Test func `a message that is only signed verifies and stays readable`() throws {
    let desk = try Desk(accepted: [.bob])
    var letter = Letter(body: "Grüße \nFrom here on\n-- \nAlice\n")
    letter.attachments = [(name: "a.bin", mediaType: "application/octet-stream", bytes: [1, 2, 3])]
    let copy = try #require(try desk.seal(letter) { $0.protection = .signed }.first)
    #expect(try copy.bytes.allSatisfy { $0 < 0x80 })
    #expect(try copy.text.contains("micalg=pgp-sha"))
    let opened = try desk.open(copy.bytes)
    #expect(opened.verdict.encryption == .none)
    #expect(opened.verdict.signature == .good)
    #expect(opened.verdict.warnings == [])
  }

  /// The key ID that messages to an identity name.
  private func encryptionKey(of identity: Identity) throws -> String {
    let desk = try Desk(own: [identity])
    defer { withExtendedLifetime(desk) {} }
    var context = try desk.context()
    let fingerprint = try #require(Fingerprint(identity.hexFingerprint))
    let key = try context.certificate(with: fingerprint).encryptionKey(at: Desk.now)
    return try #require(key).keyID.description
  }

  private func recipients(of copy: SealedCopy, _ desk: Desk) throws -> Set<String> {
    let packets = try desk.keyring.gpg("--list-packets", "--list-only", stdin: try copy.bytes)
    let lines = packets.text.split(separator: "\n").filter { $0.contains("pubkey enc packet") }
    return Set(lines.compactMap { $0.split(separator: " ").last.map(String.init) })
  }
}

extension RecipientGap {
  /// The reason in a word, for comparing.
  fileprivate var kind: String {
    switch reason {
    case .none: "none"
    case .notAccepted: "not accepted"
    case .ambiguous: "ambiguous"
    case .mappedButMissing: "mapped but missing"
    case .unusable(_, .expired): "expired"
    case .unusable(_, .revoked): "revoked"
    case .unusable(_, .disabled): "disabled"
    case .unusable(_, .noKey): "no encryption key"
    case .unusable(_, let problem): "\(problem)"
    }
  }
}
