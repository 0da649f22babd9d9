@testable import MIME
import Testing

/// The shapes of PGP/MIME, as the standard has them and as the mail system mangles them.
struct CryptoStructureTests {
  private typealias Root = CryptoStructure.Root

  private static let control = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n"
  private static let armored = "-----BEGIN PGP MESSAGE-----\n\nwV4D\n-----END PGP MESSAGE-----\n"
  private static let ciphertext = "Content-Type: application/octet-stream; name=\"encrypted.asc\"\n\n" + armored
  private static let signature =
    "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n\nwsB5\n-----END PGP SIGNATURE-----\n"
  private static let text = "Content-Type: text/plain\n\nhello\n"
  private static let encryptedType = "multipart/encrypted; protocol=\"application/pgp-encrypted\""
  private static let signedType = "multipart/signed; micalg=PGP-SHA256; protocol=\"application/pgp-signature\""

  private static func multipart(_ type: String, _ parts: [String], boundary: String = "b", end: String = "--") -> String
  {
    "Content-Type: \(type); boundary=\(boundary)\n\n"
      + parts.map { "--\(boundary)\n\($0)\n" }.joined() + (end.isEmpty ? "" : "--\(boundary)\(end)\n")
  }

  private func crypto(_ text: String) throws -> CryptoStructure { CryptoStructure(of: try structure(text)) }

  private static let encrypted: [(String, Int, [CryptoStructure.Repair])] = [
    (multipart(encryptedType, [control, ciphertext]), 2, []),
    (multipart("Multipart/Encrypted; Protocol=Application/PGP-Encrypted", [control, ciphertext]), 2, []),
    (multipart("multipart/encrypted", [control, ciphertext]), 2, [.missingProtocol]),
    (multipart(encryptedType, [control, ciphertext, text]), 2, [.extraParts([3])]),
    (multipart(encryptedType, [ciphertext, control]), 1, [.reordered]),
    (multipart(encryptedType, ["Content-Type: application/pgp-encrypted\n", ciphertext]), 2, [.missingVersion]),
    (multipart(encryptedType, [control, "Content-Type: text/plain\n\n" + armored]), 2, [.relabelled(2)]),
    (
      multipart(encryptedType, [control, "Content-Type: application/pgp-encrypted\n\n" + armored]), 2, [.relabelled(2)]
    ),
    (
      multipart(encryptedType, [control, "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nLS0t"]), 2,
      [.relabelled(2)]
    ),
    (multipart(encryptedType, [control, control, ciphertext]), 3, [.extraParts([2])]),
    (multipart(encryptedType, [control, ciphertext], end: ""), 2, [.unterminated]),
    (
      multipart(
        encryptedType,
        [
          "Content-Type: application/pgp-encrypted\nContent-Transfer-Encoding: base64\n\nVmVyc2lvbjogMQ0K", ciphertext,
        ]), 2, []
    ),
    (multipart("multipart/mixed", ["Content-Type: text/plain\n\n\n", control, ciphertext]), 3, [.mixed]),
    (multipart("multipart/mixed", [control, ciphertext]), 2, [.mixed]),
  ]

  @Test(arguments: encrypted)
  func `an encrypted message is recognised, and what was repaired is told`(
    text: String, ciphertext: Int, repairs: [CryptoStructure.Repair]
  ) throws {
    let crypto = try crypto(text)
    #expect(crypto.root == .encrypted(CryptoStructure.Encrypted(container: 0, ciphertext: ciphertext)))
    #expect(crypto.repairs == repairs)
    #expect(crypto.errant == [])
  }

  private static let malformed: [(String, CryptoStructure.Malformation)] = [
    (
      multipart("multipart/encrypted; protocol=application/x", [control, ciphertext]), .unknownProtocol("application/x")
    ),
    (multipart(encryptedType, [ciphertext]), .missingControl), (multipart(encryptedType, []), .missingControl),
    (multipart(encryptedType, [control]), .missingCiphertext),
    (multipart(encryptedType, [control, text, text]), .missingCiphertext),
    (multipart(encryptedType, [control, ciphertext, ciphertext]), .severalCiphertexts),
    (
      multipart(encryptedType, ["Content-Type: application/pgp-encrypted\n\nVersion: 2\n", ciphertext]), .unknownVersion
    ),
    ("Content-Type: \(encryptedType)\n\n", .unreadable), ("Content-Type: \(signedType)\n\n", .unreadable),
    (multipart(signedType, [text]), .partCount(1)), (multipart(signedType, [text, signature, text]), .partCount(3)),
    (multipart(signedType, [text, text]), .missingSignature),
    ("Content-Type: \(signedType); boundary=b\n" + multipart("text/plain", [text, signature]), .severalTypes),
    (multipart("multipart/signed; protocol=x/y", [text, signature]), .unknownProtocol("x/y")),
    (
      multipart(encryptedType, [control, multipart("multipart/mixed", [ciphertext], boundary: "c")]), .missingCiphertext
    ),
  ]

  @Test(arguments: malformed)
  func `what only calls itself PGP/MIME is malformed`(text: String, why: CryptoStructure.Malformation) throws {
    #expect(try crypto(text).root == .malformed(why, entity: 0))
  }

  private static let signed: [(String, [CryptoStructure.Repair], String?)] = [
    (multipart(signedType, [text, signature]), [], "pgp-sha256"),
    (multipart("multipart/signed", [text, signature]), [.missingProtocol], nil),
    (multipart(signedType, [text, signature], end: ""), [.unterminated], "pgp-sha256"),
    (
      multipart(signedType, [text, "Content-Type: text/plain\n\n-----BEGIN PGP SIGNATURE-----\n"]), [.relabelled(2)],
      "pgp-sha256"
    ),
  ]

  @Test(arguments: signed)
  func `a signed message is recognised`(text: String, repairs: [CryptoStructure.Repair], micalg: String?) throws {
    let crypto = try crypto(text)
    let signed = CryptoStructure.Signed(container: 0, payload: 1, signature: 2, micalg: micalg)
    #expect(crypto.root == .signed(signed))
    #expect(crypto.repairs == repairs)
    #expect(crypto.errant == [])
  }

  @Test func `a mailing list's footer makes the signature one of a part, not of the message`() throws {
    let inner = Self.multipart(Self.signedType, [Self.text, Self.signature], boundary: "c")
    let crypto = try crypto(Self.multipart("multipart/mixed", [inner, Self.text]))
    let signed = CryptoStructure.Signed(container: 1, payload: 2, signature: 3, micalg: "pgp-sha256")
    #expect(crypto.root == .listWrapped(signed, footers: [4]))
    #expect(crypto.errant == [])
  }

  @Test func `what a list puts before the signed message and behind it is named`() throws {
    let inner = Self.multipart(Self.signedType, [Self.text, Self.signature], boundary: "c")
    let crypto = try crypto(Self.multipart("multipart/mixed", [Self.text, inner, Self.text]))
    let signed = CryptoStructure.Signed(container: 2, payload: 3, signature: 4, micalg: "pgp-sha256")
    #expect(crypto.root == .listWrapped(signed, footers: [1, 5]))
  }

  @Test func `a layer that is all a multipart mixed holds is repaired, and none of its own below other text`() throws {
    let empty = "Content-Type: text/plain\n\n \n"
    let signed = Self.multipart(Self.signedType, [Self.text, Self.signature], boundary: "c")
    let encrypted = Self.multipart(Self.encryptedType, [Self.control, Self.ciphertext], boundary: "c")
    for parts in [[signed], [empty, signed], [signed, empty]] {
      let crypto = try crypto(Self.multipart("multipart/mixed", parts))
      guard case .signed = crypto.root else {
        Issue.record("\(crypto.root)")
        continue
      }
      #expect(crypto.repairs == [.wrapped])
      #expect(crypto.errant == [])
    }
    for parts in [[encrypted], [empty, encrypted, empty]] {
      let crypto = try crypto(Self.multipart("multipart/mixed", parts))
      guard case .encrypted = crypto.root else {
        Issue.record("\(crypto.root)")
        continue
      }
      #expect(crypto.repairs == [.wrapped])
      #expect(crypto.errant == [])
    }
    let twice = try crypto(Self.multipart("multipart/mixed", [encrypted, encrypted]))
    #expect(twice.root == .none)
    #expect(twice.errant.count == 2)
  }

  @Test func `a signed layer that became multipart mixed is read as what it was`() throws {
    let crypto = try crypto(Self.multipart("multipart/mixed", [Self.text, Self.signature]))
    #expect(crypto.root == .signed(CryptoStructure.Signed(container: 0, payload: 1, signature: 2, micalg: nil)))
    #expect(crypto.repairs == [.mixed])
    let more = try self.crypto(Self.multipart("multipart/mixed", [Self.text, Self.text, Self.signature]))
    #expect(more.root == .none)
  }

  @Test func `a signed part below anything else is errant`() throws {
    let inner = Self.multipart(Self.signedType, [Self.text, Self.signature], boundary: "c")
    for (parts, at) in [
      ([Self.text, Self.text, Self.text, inner], 4), ([inner, "Content-Type: text/html\n\n<p>"], 1),
      ([Self.text + "\n" + Self.armored, inner], 2),
    ] {
      let crypto = try crypto(Self.multipart("multipart/mixed", parts))
      #expect(crypto.root == .none)
      #expect(crypto.errant.last == CryptoStructure.Errant(entity: at, kind: .signed, forwarded: nil))
    }
  }

  @Test func `an encrypted part beside other content is errant, in a list's wrapper too`() throws {
    let inner = Self.multipart(Self.encryptedType, [Self.control, Self.ciphertext], boundary: "c")
    for parts in [[inner, Self.text], [inner, Self.text + "\n\n.", Self.text]] {
      let crypto = try crypto(Self.multipart("multipart/mixed", parts))
      #expect(crypto.root == .none)
      #expect(crypto.errant == [CryptoStructure.Errant(entity: 1, kind: .encrypted, forwarded: nil)])
    }
  }

  @Test func `Exchange's rewriting with text that is not empty is not repaired`() throws {
    let crypto = try crypto(Self.multipart("multipart/mixed", [Self.text, Self.control, Self.ciphertext]))
    #expect(crypto.root == .none)
    #expect(crypto.errant == [CryptoStructure.Errant(entity: 3, kind: .inline(.message), forwarded: nil)])
  }

  @Test func `a forwarded encrypted message is errant`() throws {
    let inner = Self.multipart(Self.encryptedType, [Self.control, Self.ciphertext])
    let crypto = try crypto("Content-Type: message/rfc822\n\n" + inner)
    #expect(crypto.root == .none)
    #expect(crypto.errant == [CryptoStructure.Errant(entity: 1, kind: .encrypted, forwarded: 0)])
  }

  @Test func `layers directly inside one another are all the message's, and what is below is errant`() throws {
    let innermost = Self.multipart("multipart/mixed", [Self.text, Self.text + "\n" + Self.armored], boundary: "d")
    let inner = Self.multipart(Self.signedType, [innermost, Self.signature], boundary: "c")
    let parsed = try structure(Self.multipart(Self.signedType, [inner, Self.signature]))
    let crypto = CryptoStructure(of: parsed)
    #expect(crypto.errant == [CryptoStructure.Errant(entity: 4, kind: .inline(.message), forwarded: nil)])
    let nested = CryptoStructure(of: parsed, at: 1)
    #expect(
      nested.root == .signed(CryptoStructure.Signed(container: 1, payload: 2, signature: 5, micalg: "pgp-sha256")))
  }

  @Test func `an armored message that is not text is errant, at the root too`() throws {
    let crypto = try crypto(Self.ciphertext)
    #expect(crypto.root == .none)
    #expect(crypto.errant == [CryptoStructure.Errant(entity: 0, kind: .inline(.message), forwarded: nil)])
  }

  private static let others: [(String, Root)] = [
    ("\nhello", .none), ("\n\(armored)", .inline(CryptoStructure.Inline(entity: 0, kind: .message))),
    ("Content-Type: text/html\n\n<pre>\n\(armored)</pre>", .inline(CryptoStructure.Inline(entity: 0, kind: .message))),
    (
      "\nbefore\n-----BEGIN PGP SIGNED MESSAGE-----\n", .inline(CryptoStructure.Inline(entity: 0, kind: .signedMessage))
    ),
    (
      "Content-Type: application/pgp; format=text\n\n\(armored)",
      .inline(CryptoStructure.Inline(entity: 0, kind: .message))
    ),
    ("\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n", .none),
    (
      "Content-Type: application/pkcs7-mime; smime-type=Enveloped-Data\n\nx",
      .smime(.opaque(type: "enveloped-data"), entity: 0)
    ),
    ("Content-Type: application/octet-stream; name=SMIME.P7M\n\nx", .smime(.opaque(type: nil), entity: 0)),
    (
      "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIIBqwYJKoZIhvcNAQcDoIIBnDCCAZgCAQAx\n",
      .smime(.opaque(type: "enveloped-data"), entity: 0)
    ),
    (
      "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=smime.p7m\n"
        + "Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglg\n",
      .smime(.opaque(type: "signed-data"), entity: 0)
    ),
    ("Content-Type: application/octet-stream; name=letter.p7m.pdf\n\nx", .none),
    (
      multipart("multipart/signed", [text, "Content-Type: application/octet-stream; name=smime.p7s\n\nx"]),
      .smime(.detached, entity: 0)
    ),
    (
      multipart("multipart/signed; protocol=application/x-pkcs7-signature", [text, text]), .smime(.detached, entity: 0)
    ),
    (
      multipart("multipart/signed", [text, "Content-Type: application/pkcs7-signature\n\nx"]),
      .smime(.detached, entity: 0)
    ),
  ]

  @Test(arguments: others)
  func `inline armor and S/MIME are named`(text: String, root: CryptoStructure.Root) throws {
    let crypto = try crypto(text)
    #expect(crypto.root == root)
    #expect(crypto.errant == [])
  }
}
