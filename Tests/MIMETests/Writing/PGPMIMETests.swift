import ByteStreams
import Testing

@testable import MIME

/// Protected messages for the tests of everything that looks at finished mail.
enum Finished {
  static let fields = [
    FieldLine.checked("From", "Alice <alice@example.org>"), .checked("To", "bob@example.org"),
    .checked("Subject", "[...]"), .checked("Date", "Sun, 22 Nov 2026 18:02:00 +0100"),
    .checked("Message-ID", "<1@example.org>"),
  ]
  static let ciphertext = octets("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n")
  static let signature = octets("-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n")
  static let payload = octets("Content-Type: text/plain; hp=\"clear\"\r\nFrom: alice@example.org\r\n\r\nhello\r\n")

  static func encrypted(_ fields: [FieldLine] = fields) throws -> [UInt8] {
    let (head, tail) = try PGPMIME.encryptedFrame(fields: fields, boundary: try Boundary("=_b"))
    return head + (try CRLFSource(ArraySource(ciphertext)).collected()) + tail
  }

  static func signed(_ payload: [UInt8] = payload) throws -> [UInt8] {
    try PGPMIME.signed(
      fields: fields, boundary: try Boundary("=_b"), micalg: "pgp-sha256", payload: ArraySource(payload),
      signature: signature
    ).collected()
  }
}

@Suite struct PGPMIMETests {
  private let header = """
    From: Alice <alice@example.org>\r
    To: bob@example.org\r
    Subject: [...]\r
    Date: Sun, 22 Nov 2026 18:02:00 +0100\r
    Message-ID: <1@example.org>\r
    MIME-Version: 1.0\r

    """

  @Test func `an encrypted message has the shape of its standard to the octet`() throws {
    #expect(
      text(try Finished.encrypted()) == header + """
        Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";\r
         boundary="=_b"\r
        \r
        --=_b\r
        Content-Type: application/pgp-encrypted\r
        \r
        Version: 1\r
        \r
        --=_b\r
        Content-Type: application/octet-stream; name="encrypted.asc"\r
        Content-Disposition: inline; filename="encrypted.asc"\r
        \r
        -----BEGIN PGP MESSAGE-----\r
        \r
        hQEMA\r
        =abcd\r
        -----END PGP MESSAGE-----\r
        \r
        --=_b--\r

        """)
  }

  @Test func `a signed message has the shape of its standard to the octet`() throws {
    #expect(
      text(try Finished.signed()) == header + """
        Content-Type: multipart/signed; micalg=pgp-sha256;\r
         protocol="application/pgp-signature"; boundary="=_b"\r
        \r
        --=_b\r
        Content-Type: text/plain; hp="clear"\r
        From: alice@example.org\r
        \r
        hello\r
        \r
        --=_b\r
        Content-Type: application/pgp-signature; name="signature.asc"\r
        Content-Disposition: attachment; filename="signature.asc"\r
        \r
        -----BEGIN PGP SIGNATURE-----\r
        \r
        iQEz\r
        =abcd\r
        -----END PGP SIGNATURE-----\r
        \r
        --=_b--\r

        """)
  }

  @Test func `the signed part of what was written is what was signed`() throws {
    for payload in ["A: b\r\n\r\n", "A: b\r\n\r\nx", "A: b\r\n\r\nx\r\n", "A: b\r\n\r\nx\r\n\r\n"] {
      let message = try Finished.signed(octets(payload))
      let structure = try MessageStructure.parse(message)
      #expect(text(Array(message[structure[1].range])) == payload)
    }
  }

  @Test func `structural fields of the message do not stand outside`() throws {
    let fields = Finished.fields + [.mimeVersion, try .contentType(ContentType("text", "plain"))]
    #expect(try Finished.encrypted(fields) == Finished.encrypted())
  }
}
