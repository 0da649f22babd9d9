import ByteStreams
import TestSupport

/// Messages put together by hand around what the `gpg` program made: mail as others, or attackers, send it.
struct HandmadeMail {
  /// The From field outside.
  var from = "Alice Example <alice@example.org>"
  /// The Subject field outside.
  var subject = "Budget"

  /// An entity with this text, in canonical form.
  static func text(_ text: String = "The figures.", fields: [String] = [], type: String = "text/plain") -> String {
    (["Content-Type: \(type)"] + fields + ["", text, ""]).joined(separator: "\r\n")
  }

  /// A multipart/signed around `payload`.
  static func signed(_ payload: String, _ signature: [UInt8], boundary: String = "s") -> String {
    let lines = String(decoding: signature, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
    return """
      Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary="\(boundary)"\r
      \r
      --\(boundary)\r
      \(payload)\r
      --\(boundary)\r
      Content-Type: application/pgp-signature\r
      \r
      \(lines)\r
      --\(boundary)--\r

      """
  }

  /// A multipart/encrypted around binary packets.
  static func encrypted(_ packets: [UInt8]) -> String {
    """
    Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"\r
    \r
    --e\r
    Content-Type: application/pgp-encrypted\r
    \r
    Version: 1\r
    --e\r
    Content-Type: application/octet-stream\r
    \r
    -----BEGIN PGP MESSAGE-----\r
    \r
    \(base64Lines(packets).joined(separator: "\r\n"))\r
    -----END PGP MESSAGE-----\r
    --e--\r

    """
  }

  /// The whole message around an entity.
  func message(_ entity: String) -> [UInt8] {
    Array(
      """
      From: \(from)\r
      To: Bob Meyer <bob@example.org>\r
      Subject: \(subject)\r
      Date: \(TestTime.dateField)\r
      Message-ID: <letter@example.org>\r
      MIME-Version: 1.0\r
      \(entity)
      """.utf8)
  }
}

extension Desk {
  /// A detached, armored signature over `payload`.
  func detachedSignature(over payload: String, by signer: Identity, _ options: String...) throws -> [UInt8] {
    let arguments = ["--local-user", signer.hexFingerprint, "--armor"] + options + ["--detach-sign"]
    return try keyring.gpg(arguments: arguments, stdin: Array(payload.utf8)).succeeded().stdout
  }

  /// Binary packets for alice; `options` such as `--sign` come first.
  func ciphertext(of plaintext: String, to recipient: Identity = .alice, _ options: String...) throws -> [UInt8] {
    let arguments =
      ["--trust-model", "always"] + options + ["--recipient", recipient.hexFingerprint, "--encrypt"]
    return try keyring.gpg(arguments: arguments, stdin: Array(plaintext.utf8)).succeeded().stdout
  }
}
