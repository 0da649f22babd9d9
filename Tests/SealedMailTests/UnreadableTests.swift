import ByteStreams
import GPGME
import SealedMail
import TestSupport
import Testing

/// What gpg cannot read is named by what it is, and only after gpg was asked.
@Suite struct UnreadableTests {
  private let payload = HandmadeMail.text()

  private func encrypted(_ packets: [UInt8], at desk: Desk) throws -> Verdict {
    let opened = try desk.open(HandmadeMail().message(HandmadeMail.encrypted(packets)))
    if case .refused = opened.verdict.encryption { #expect(opened.content == nil) }
    return opened.verdict
  }

  private func refusal(of packets: [UInt8], at desk: Desk? = nil) throws -> DecryptionRefusal? {
    guard case .refused(let refusal) = try encrypted(packets, at: desk ?? Desk()).encryption else { return nil }
    return refusal
  }

  // MARK: Ciphertexts

  static let newer: [([UInt8], UnreadableCiphertext)] = [
    (NewerMessage.sessionKey6(algorithm: 25) + NewerMessage.ciphertext2(), .rfc9580(cipher: "AES-256 in OCB")),
    (NewerMessage.sessionKey6(algorithm: 18) + NewerMessage.ciphertext2(mode: 1), .rfc9580(cipher: "AES-256 in EAX")),
    (NewerMessage.sessionKey3(algorithm: 18) + NewerMessage.ciphertext2(mode: 3), .rfc9580(cipher: "AES-256 in GCM")),
    (
      NewerMessage.packet(3, [6, 30, 9, 2, 20, 3, 8] + [UInt8](repeating: 1, count: 60)) + NewerMessage.ciphertext2(),
      .rfc9580(cipher: "AES-256 in OCB")
    ),
    (
      NewerMessage.sessionKey6(algorithm: 35) + NewerMessage.ciphertext2(),
      .postQuantum(algorithms: ["ML-KEM-768 + X25519"])
    ),
    (
      NewerMessage.sessionKey6(algorithm: 35) + NewerMessage.sessionKey6(algorithm: 36) + NewerMessage.ciphertext2(),
      .postQuantum(algorithms: ["ML-KEM-768 + X25519", "ML-KEM-1024 + X448"])
    ),
    (NewerMessage.sessionKey3(algorithm: 8) + NewerMessage.ciphertext1, .postQuantum(algorithms: ["Kyber"])),
    (NewerMessage.sessionKey3(algorithm: 25) + NewerMessage.ciphertext1, .algorithms(["X25519"])),
    (NewerMessage.sessionKey3(algorithm: 99) + NewerMessage.ciphertext1, .algorithms(["algorithm 99"])),
    (
      NewerMessage.packet(1, [9, 1, 2, 3]) + NewerMessage.ciphertext1,
      .unknownVersion("a session key packet of unknown version 9")
    ),
    (
      NewerMessage.sessionKey6(algorithm: 25) + NewerMessage.packet(18, [3, 9, 2, 6, 1, 1]),
      .unknownVersion("a ciphertext of version 3")
    ),
  ]

  @Test(arguments: newer)
  func `a ciphertext newer than gpg is named`(packets: [UInt8], kind: UnreadableCiphertext) throws {
    #expect(try refusal(of: packets) == .unreadable(kind))
    #expect(kind.sentence.first?.isLowercase == true && kind.sentence.contains("gpg"))
  }

  @Test func `GnuPG's own AEAD packet is named, whole or altered`() throws {
    let bob = try Desk(own: [.bob])
    var altered = NewerMessage.aead
    altered[altered.count - 1] ^= 1
    for packets in [NewerMessage.aead, altered] {
      #expect(try refusal(of: packets, at: bob) == .unreadable(.gnupgAEAD(cipher: "AES-256 in OCB")))
    }
    guard case .noSecretKey = try refusal(of: NewerMessage.aead) else {
      Issue.record("without the key, the missing key is the reason")
      return
    }
  }

  @Test func `a message for others is not called newer for one recipient who is`() throws {
    let desk = try Desk(own: [.alice], certificates: [.bob])
    let made = try desk.ciphertext(of: payload, to: .bob)
    guard
      case .noSecretKey(let recipients, 0, true) = try refusal(
        of: NewerMessage.sessionKey3(algorithm: 25) + made, at: desk)
    else {
      Issue.record("the missing key is the reason")
      return
    }
    #expect(recipients.first == "0102030405060708" && recipients.count == 2)
  }

  @Test(arguments: [25, 35])
  func `newer session keys beside one that fits do no harm, before or behind it`(algorithm: UInt8) throws {
    let desk = try Desk(own: [.alice])
    let made = try desk.ciphertext(of: payload)
    let key = Int(made[1]) + 2
    let newer = NewerMessage.sessionKey6(algorithm: algorithm)
    for packets in [
      newer + made, made[..<key] + newer + made[key...], NewerMessage.sessionKey3(algorithm: algorithm) + made,
    ] {
      #expect(try encrypted(Array(packets), at: desk).encryption == .whole)
    }
  }

  // MARK: Passphrases and hidden recipients

  @Test func `a message opened with a passphrase is not called encrypted to you`() throws {
    let desk = try Desk()
    let sesame = SecretBytes(capacity: 6) { room in
      for (index, byte) in "sesame".utf8.enumerated() { room.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
      return 6
    }
    let made = try TemporaryKeyring().gpg("--passphrase", "sesame", "--symmetric", stdin: Array(payload.utf8))
      .succeeded()
    var context = try desk.context(.given(sesame))
    let message = HandmadeMail().message(HandmadeMail.encrypted(made.stdout))
    let opened = try Opener.open(ByteStore(message), options: OpenOptions(now: Desk.now), with: &context)
    #expect(opened.verdict.encryption == .whole)
    #expect(opened.verdict.isOpenedByPassphrase)
    let summary = VerdictSummary(opened.verdict, sender: nil) { "\($0)" }
    #expect(summary.headline == "encrypted with a passphrase · not signed")
    #expect(
      try refusal(of: made.stdout) == .passphrase("it is encrypted with a passphrase, and nobody can be asked for it"))
    #expect(!(try encrypted(try desk.ciphertext(of: payload), at: desk)).isOpenedByPassphrase)
  }

  @Test func `more session keys than anybody has keys are not tried`() throws {
    let desk = try Desk()
    let whole = try desk.ciphertext(of: payload)
    let hidden = NewerMessage.packet(1, [3] + [UInt8](repeating: 0, count: 8) + [1, 0, 8, 0xFF])
    let many = { (count: Int) in [[UInt8]](repeating: hidden, count: count).flatMap(\.self) + whole }
    #expect(try encrypted(many(100), at: desk).encryption == .whole)
    guard case .other(let sentence) = try refusal(of: many(101), at: desk) else {
      Issue.record("it was tried")
      return
    }
    #expect(sentence.contains("more than 100 session keys"))
  }

  @Test func `hidden recipients are told as such`() throws {
    let desk = try Desk(own: [.alice], certificates: [.bob, .carol])
    let hidden = try desk.keyring.gpg(
      "--trust-model", "always", "--hidden-recipient", Identity.bob.hexFingerprint, "--hidden-recipient",
      Identity.carol.hexFingerprint, "--encrypt", stdin: Array(payload.utf8)
    ).succeeded().stdout
    let found = try refusal(of: hidden, at: desk)
    #expect(found == .noSecretKey(recipients: [], hidden: 2, isFinal: false))
    #expect(found?.sentence == "no secret key here fits without a passphrase; it is for 2 recipients who are hidden")
    #expect(try encrypted(hidden, at: try Desk(own: [.bob])).encryption == .whole)
    let both = DecryptionRefusal.noSecretKey(recipients: ["A"], hidden: 1, isFinal: true)
    #expect(both.sentence == "no secret key here fits; it is for A, and one recipient who is hidden")
    let many = DecryptionRefusal.noSecretKey(recipients: (1...1000).map { "\($0)" }, hidden: 0, isFinal: true)
    #expect(many.sentence == "no secret key here fits; it is for 1, 2, 3, 4, 5, 6, 7, 8 and 992 more")
  }

  // MARK: Signatures

  private func signed(_ signature: [UInt8], at desk: Desk) throws -> Verdict {
    let armor =
      "-----BEGIN PGP SIGNATURE-----\n\n\(base64Lines(signature).joined(separator: "\n"))\n-----END PGP SIGNATURE-----\n"
    return try desk.open(HandmadeMail().message(HandmadeMail.signed(payload, Array(armor.utf8)))).verdict
  }

  static let sentence6 =
    "there is a signature of version 6 (Ed25519 with SHA-512), which this gpg cannot check; it claims key A42E83772B25EC1F"

  @Test func `a signature of version 6 is named`() throws {
    let verdict = try signed(NewerMessage.signature6, at: Desk())
    #expect(verdict.signature == .malformed)
    #expect(verdict.signer?.reason == Self.sentence6)
  }

  @Test(arguments: [(2, 30, "ML-DSA-65 + Ed25519 with SHA-512"), (3, 99, "EdDSA with hash 99")])
  func `a signature by an algorithm that gpg does not know is named`(offset: Int, value: UInt8, name: String) throws {
    let desk = try Desk()
    var made = try desk.keyring.gpg("--digest-algo", "SHA512", "--detach-sign", stdin: Array(payload.utf8)).succeeded()
      .stdout
    made[2 + offset] = value
    let verdict = try signed(made, at: desk)
    #expect(verdict.signature == .malformed)
    #expect(verdict.signer?.reason?.hasPrefix("there is a signature by \(name), which this gpg cannot check") == true)
  }

  @Test func `an old signature beside a new one counts, whichever stands first`() throws {
    let desk = try Desk()
    let made = try desk.keyring.gpg("--detach-sign", stdin: Array(payload.utf8)).succeeded().stdout
    for signature in [made + NewerMessage.signature6, NewerMessage.signature6 + made] {
      let verdict = try signed(signature, at: desk)
      #expect(verdict.isGoodAndTrusted)
      #expect(verdict.warnings.contains(.uncheckedSignature(Self.sentence6)))
    }
  }

  // MARK: Other formats

  @Test(arguments: [
    ("application/pkcs7-mime; smime-type=enveloped-data", "S/MIME, encrypted"),
    ("application/pkcs7-mime; smime-type=compressed-data", "S/MIME, compressed"),
    ("application/x-pkcs7-mime; smime-type=signed-data", "S/MIME, signed"),
    ("application/octet-stream; name=smime.p7m", "S/MIME"),
  ])
  func `S/MIME is named by its kind, and neither opened nor called clear`(type: String, words: String) throws {
    let verdict = try Desk().open(HandmadeMail().message(HandmadeMail.text("x", type: type))).verdict
    #expect(verdict.encryption == .none && verdict.signature == .none)
    let summary = VerdictSummary(verdict, sender: nil) { "\($0)" }
    #expect(summary.headline == "not checked: \(words)")
    #expect(
      summary.details.contains { $0.hasPrefix("it is \(words), which postseal does not ") && $0.contains("`openssl ") })
  }

  @Test func `Outlook's wrapping is named and left alone`() throws {
    let entity =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\nContent-Type: application/ms-tnef\r\n\r\nx\r\n--b--\r\n"
    let verdict = try Desk().open(HandmadeMail().message(entity)).verdict
    #expect(verdict.warnings.contains(.tnef(section: "2")))
  }
}
