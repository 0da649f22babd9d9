import ByteStreams
import MIME
import OpenPGPPackets
import SealedMail
import TestSupport
import Testing

/// What a message shows without any key, part by part.
@Suite struct InspectionTests {
  private func findings(_ entity: String) throws -> [[Inspection.Finding]] {
    try Inspection.of(ByteStore(HandmadeMail().message(entity))).findings
  }

  @Test func `a ciphertext shows its recipients at its multipart, and nothing needs a key`() throws {
    let packets =
      NewerMessage.sessionKey3(algorithm: 18) + NewerMessage.sessionKey6(algorithm: 35) + NewerMessage.ciphertext1
    let found = try findings(HandmadeMail.encrypted(packets))
    guard case .encrypted(let summary, .mime) = found[0].first else {
      Issue.record("\(found)")
      return
    }
    #expect(summary.recipients.map(\.algorithm.description) == ["ECDH", "ML-KEM-768 + X25519"])
    #expect(found.dropFirst().flatMap { $0 } == [])
  }

  @Test func `a block is told once, also in a message that is nothing but it`() throws {
    let packets = NewerMessage.sessionKey3(algorithm: 18) + NewerMessage.ciphertext1
    let lines = ["-----BEGIN PGP MESSAGE-----", ""] + base64Lines(packets) + ["-----END PGP MESSAGE-----", ""]
    for type in ["application/pgp; x-action=encrypt", "text/plain", "application/octet-stream"] {
      let entity = "Content-Type: \(type)\r\n\r\n" + lines.joined(separator: "\r\n")
      #expect(try findings(entity)[0].count == 1, "\(type)")
    }
  }

  @Test func `a signature shows its claim, below other content as errant`() throws {
    let armor =
      "-----BEGIN PGP SIGNATURE-----\n\n\(base64Lines(NewerMessage.signature6).joined(separator: "\n"))\n-----END PGP SIGNATURE-----\n"
    let signed = HandmadeMail.signed(HandmadeMail.text(fields: []), Array(armor.utf8))
    guard case .signed(let signatures, .mime) = try findings(signed)[0].first else {
      Issue.record("it was not found")
      return
    }
    #expect(signatures.map(\.issuer?.description) == ["A42E83772B25EC1F"])
    let below = try findings(
      "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: application/x\r\n\r\nhi\r\n--m\r\n\(signed)\r\n--m--\r\n"
    )
    #expect(below[0].isEmpty && below[2].contains(.errant))
    #expect(below[2].contains(.signed(signatures, .mime)))
  }

  @Test func `blocks in a text are found, quoted ones too`() throws {
    let packets = base64Lines(NewerMessage.sessionKey3(algorithm: 1) + NewerMessage.ciphertext1).map { "> \($0)" }
    let block = ["> -----BEGIN PGP MESSAGE-----", ">"] + packets + ["> -----END PGP MESSAGE-----"]
    let found = try findings(HandmadeMail.text("You wrote:\r\n" + block.joined(separator: "\r\n")))
    guard case .encrypted(let summary, .block) = found[0].first else {
      Issue.record("\(found)")
      return
    }
    #expect(summary.recipients.map(\.algorithm.description) == ["RSA"])
  }

  @Test func `a certificate shows its own key ID`() throws {
    let certificate = try ByteStore.file(Identity.alice.certificateFile)
    let text = String(decoding: try certificate.read(0..<certificate.count), as: UTF8.self)
    guard case .keys(let keys) = try findings(HandmadeMail.text(text, type: "application/pgp-keys"))[0].first else {
      Issue.record("it was not found")
      return
    }
    #expect(keys.map(\.keyID?.description) == [String(Identity.alice.hexFingerprint.suffix(16))])
  }

  static let marks: [(String, Inspection.Finding)] = [
    ("text/plain; hp=cipher", .headerProtection(.cipher)), ("text/plain; hp=\"clear\"", .headerProtection(.clear)),
    ("text/plain; protected-headers=v1", .headerProtection(.v1)),
    ("text/plain; hp-legacy-display=1", .headerProtection(.legacyDisplay)),
    ("application/pkcs7-mime; smime-type=signed-data", .smime(.opaque(type: "signed-data"))),
    ("application/ms-tnef", .tnef), ("multipart/mixed", .defect("it is a multipart without a boundary")),
    ("multipart/encrypted; protocol=x/y; boundary=b", .malformed("its protocol \"x/y\" is unknown")),
    ("application/pgp-keys", .unreadable("there is no OpenPGP data")),
    ("application/pgp-signature", .unreadable("there is no OpenPGP data")),
  ]

  @Test(arguments: marks)
  func `marks, other formats and defects are named`(type: String, finding: Inspection.Finding) throws {
    #expect(try findings(HandmadeMail.text("x", type: type))[0].contains(finding))
  }

  @Test func `a message past a limit is a named error`() {
    let nested = (0..<60).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }.joined()
    #expect(throws: OpenError.self) { try findings(nested) }
  }
}
