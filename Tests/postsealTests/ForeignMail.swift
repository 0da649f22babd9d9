import SystemPackage
import TestSupport

/// PGP/MIME messages put together by hand, as a script around gpg does.
enum ForeignMail {
  /// A payload with protected headers, from Alice to Bob.
  static let payload = [
    #"Content-Type: text/plain; charset=utf-8; protected-headers="v1""#, "From: Alice Example <alice@example.org>",
    "To: Bob Meyer <bob@example.org>", "Subject: Budget", "", "the figures", "",
  ].joined(separator: "\r\n")

  private static func message(_ subject: String, _ contentType: String, _ parts: [String]) -> String {
    let header = [
      "From: Alice Example <alice@example.org>", "To: Bob Meyer <bob@example.org>", "Subject: \(subject)",
      "Message-ID: <foreign@example.org>", "MIME-Version: 1.0", "Content-Type: \(contentType); boundary=b", "", "",
    ]
    return header.joined(separator: "\r\n") + parts.map { "--b\r\n\($0)\r\n" }.joined() + "--b--\r\n"
  }

  /// Source: RFC 3156 §4.
  static func encrypted(_ armor: String) -> String {
    message(
      "[...]", #"multipart/encrypted; protocol="application/pgp-encrypted""#,
      [
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        "Content-Type: application/octet-stream\r\n\r\n" + armor,
      ])
  }

  /// Source: RFC 3156 §5.
  static func signed(_ signature: String) -> String {
    message(
      "Budget", #"multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature""#,
      [payload, "Content-Type: application/pgp-signature\r\n\r\n" + signature])
  }
}

/// Another OpenPGP program that opens a message to Bob and checks Alice's signature on it.
struct OpenPGPReader: Sendable {
  let program: String
  let proofOfSignature: String
  private let arguments: [String]

  static let gpg = OpenPGPReader(
    program: "gpg", proofOfSignature: "GOODSIG D68883EC768221D1",
    arguments: ["--batch", "--status-fd", "2", "--decrypt"])
  static let sq = OpenPGPReader(
    program: "sq", proofOfSignature: "1 good signature",
    arguments: ["decrypt", "--recipient-key", "BOB", "--signer-cert", "ALICE"])

  /// A program with the Stateless OpenPGP interface.
  static func sop(_ program: String) -> OpenPGPReader {
    OpenPGPReader(
      program: program, proofOfSignature: Identity.alice.hexFingerprint,
      arguments: ["decrypt", "--verify-with", "ALICE", "--verify-out", "VERIFICATIONS", "BOB"])
  }

  /// The command; the armor goes to its stdin, and SOP's proof of the signature to the file `verifications`.
  func command(verifications: FilePath) -> ChildProcess {
    let files = [
      "ALICE": Identity.alice.certificateFile, "BOB": Identity.bob.secretFile, "VERIFICATIONS": verifications,
    ]
    return ChildProcess(program, arguments.map { files[$0]?.string ?? $0 }, environment: testEnvironment)
  }
}

/// Another OpenPGP program that signs as Alice and encrypts to Bob.
struct OpenPGPWriter: Sendable {
  let program: String
  private let arguments: [String]

  var command: ChildProcess { ChildProcess(program, arguments, environment: testEnvironment) }

  static let gpg = OpenPGPWriter(
    program: "gpg",
    arguments: ["--batch", "--armor", "--sign", "--encrypt", "--recipient", Identity.bob.hexFingerprint])

  /// A program with the Stateless OpenPGP interface.
  static func sop(_ program: String) -> OpenPGPWriter {
    OpenPGPWriter(
      program: program,
      arguments: ["encrypt", "--sign-with", Identity.alice.secretFile.string, Identity.bob.certificateFile.string])
  }
}
