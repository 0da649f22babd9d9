import ByteStreams
import Testing

@testable import MIME

@Suite struct SubmittableMessageTests {
  private func sealed(_ message: String, expecting fields: [FieldLine]? = nil) throws -> SubmittableMessage {
    try SubmittableMessage.sealed(ByteStore(octets(message)), expecting: fields)
  }

  private func signed(_ message: String) throws -> SubmittableMessage {
    try SubmittableMessage.signed(ByteStore(octets(message)))
  }

  @Test func `what we write can be submitted`() throws {
    let message = try SubmittableMessage.sealed(ByteStore(try Finished.encrypted()), expecting: Finished.fields)
    #expect(message.protection == .sealed)
    #expect(message.octets == .sevenBit)
    let signed = try SubmittableMessage.signed(ByteStore(try Finished.signed()), expecting: Finished.fields)
    #expect(signed.protection == .signed)
  }

  @Test func `another header than was meant is noticed`() throws {
    let message = text(try Finished.encrypted())
    #expect(throws: MIMEError.notReproduced("the header fields are not those that were meant")) {
      try sealed(message, expecting: Array(Finished.fields.dropLast()))
    }
    #expect(throws: MIMEError.notReproduced("the header fields are not those that were meant")) {
      try sealed(message.replacing("[...]", with: "Budget"), expecting: Finished.fields)
    }
    #expect(throws: MIMEError.notReproduced("the header fields are not those that were meant")) {
      try sealed("X-Extra: 1\r\n" + message, expecting: Finished.fields)
    }
  }

  @Test(arguments: [
    ("From:", "Bcc: eve@example.org\r\nFrom:"), ("From:", "bcc : eve@example.org\r\nFrom:"),
    ("From:", "Resent-BCC: eve@example.org\r\nFrom:"), ("From:", "From: eve@example.org\r\nFrom:"),
    ("From: Alice <alice@example.org>", "From: alice@example.org, eve@example.org"),
    ("From: Alice <alice@example.org>", "From: Alice"), ("From:", "X-From:"), ("Date:", "X-Date:"),
    ("Message-ID:", "X-Message-ID:"), ("MIME-Version:", "X-MIME-Version:"), ("To:", "To: x@y.test\r\nTo:"),
    ("Subject:", "Subject: a\r\nSubject:"), ("To:", "Content-Type: text/plain\r\nTo:"),
    ("Subject: [...]\r\n", "Subject: [...]\n"), ("Subject: [...]", "Subject: [\r...]"),
    ("Subject: [...]", "Subject: [\0]"),
    ("hQEMA", "hQEMA\nBcc: x@y.test"), ("[...]", "grün"), ("[...]", String(repeating: "x", count: 1_000)),
    ("multipart/encrypted", "multipart/mixed"), ("multipart/encrypted", "text/plain"),
    ("protocol=\"application/pgp-encrypted\"", "protocol=\"application/pkcs7\""),
    ("protocol=\"application/pgp-encrypted\";", ""), ("boundary=\"=_b\"", "boundary=\"=_c\""),
    ("Version: 1\r\n", "Version: 2\r\n"), ("Version: 1\r\n", ""), ("Version: 1\r\n", "Version: 1\r\nBudget: 5\r\n"),
    ("Content-Type: application/pgp-encrypted\r\n", "Content-Type: text/plain\r\n"),
    ("application/octet-stream", "text/plain"), ("-----BEGIN PGP MESSAGE", "the budget\r\n-----BEGIN PGP MESSAGE"),
    ("-----BEGIN PGP MESSAGE", "-----BEGIN PGP SIGNED MESSAGE"), ("-----END PGP MESSAGE-----\r\n", ""),
    ("-----END PGP MESSAGE-----\r\n", "-----END PGP MESSAGE-----\r\nthe budget"),
    ("--=_b--\r\n", ""), ("--=_b--\r\n", "--=_b--\r\nthe budget"), ("--=_b--", "--=_b\r\n\r\nthe budget\r\n--=_b--"),
    (
      "\r\n\r\n--=_b\r\nContent-Type: application/pgp",
      "\r\n\r\n\(String(repeating: "the budget ", count: 30))\r\n--=_b\r\nContent-Type: application/pgp"
    ),
    ("filename=\"encrypted.asc\"", "filename=\"encrypted.asc\"\r\nContent-Transfer-Encoding: base64"),
  ])
  func `no other message passes for a sealed one`(part: String, replacement: String) throws {
    let message = text(try Finished.encrypted())
    let range = try #require(message.utf8.firstRange(of: part.utf8))
    var altered = Array(message.utf8)
    let start = message.utf8.distance(from: message.utf8.startIndex, to: range.lowerBound)
    altered.replaceSubrange(start..<(start + part.utf8.count), with: replacement.utf8)
    #expect(throws: MIMEError.self) { try SubmittableMessage.sealed(ByteStore(altered)) }
  }

  @Test(arguments: [
    ("micalg=pgp-sha256;", ""), ("multipart/signed", "multipart/mixed"),
    ("application/pgp-signature\"", "application/pkcs7\""),
    ("application/pgp-signature; name", "application/x-signature; name"),
    ("-----BEGIN PGP SIG", "x\r\n-----BEGIN PGP SIG"),
    ("From: alice@example.org\r\n", "Bcc: eve@example.org\r\n"),
    ("From: alice@example.org\r\n", "resent-bcc:x@y.test\r\n"),
    ("-----END PGP SIGNATURE-----", "----"), ("--=_b--\r\n", ""), ("--=_b--\r\n", "--=_b--\r\nunsigned text"),
    ("hello", "grün"),
  ])
  func `no other message passes for a signed one`(part: String, replacement: String) throws {
    let message = text(try Finished.signed())
    #expect(try signed(message).protection == .signed)
    #expect(message.contains(part))
    #expect(throws: MIMEError.self) { try signed(message.replacing(part, with: replacement, maxReplacements: 1)) }
  }

  @Test func `a sealed message is not a signed one, and neither is clear text`() throws {
    let clear = "From: a@x.test\r\nDate: Sun, 22 Nov 2026 18:02:00 +0100\r\nMessage-ID: <1@x.test>\r\n\r\nhello\r\n"
    #expect(throws: MIMEError.self) { try signed(text(try Finished.encrypted())) }
    #expect(throws: MIMEError.self) { try sealed(text(try Finished.signed())) }
    #expect(throws: MIMEError.self) { try sealed(clear) }
    #expect(throws: MIMEError.self) { try signed(clear) }
    #expect(throws: MIMEError.self) { try sealed("") }
    let permitted = try SubmittableMessage.clear(ByteStore(octets(clear)), .userAskedForClearText())
    #expect(permitted.protection == .clear)
    #expect(permitted.octets == .sevenBit)
    let high = try SubmittableMessage.clear(ByteStore(octets(clear + "grün\r\n")), .userAskedForClearText())
    #expect(high.octets == .eightBit)
    for bad in ["Bcc: x@y.test\r\n" + clear, clear.replacing("\r\n", with: "\n"), clear + "\0", clear + "a\rb"] {
      #expect(throws: MIMEError.self) {
        try SubmittableMessage.clear(ByteStore(octets(bad)), .userAskedForClearText())
      }
    }
  }

  @Test func `another program's sentence before the parts passes, but not in a message of ours`() throws {
    let message = text(try Finished.encrypted())
    let other = message.replacing(
      "\r\n\r\n--=_b\r\nContent-Type: application/pgp",
      with:
        "\r\n\r\nThis is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n--=_b\r\nContent-Type: application/pgp"
    )
    #expect(other != message)
    #expect(try sealed(other).protection == .sealed)
    #expect(throws: MIMEError.notReproduced("there is text before the first part")) {
      try sealed(other, expecting: Finished.fields)
    }
  }
}
