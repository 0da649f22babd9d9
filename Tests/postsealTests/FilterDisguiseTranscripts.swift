import SystemPackage
import TestSupport
import Testing

/// Mail that looks encrypted to `postseal filter` and has something beside its ciphertext, or a ciphertext that others can open.
@Suite struct FilterDisguiseTranscripts {
  private let stage: Stage

  init() throws {
    stage = try Stage()
    let keys = "[keys]\n\"bob@example.org\" = \"\(Identity.bob.hexFingerprint)\"\n"
    try stage.folder.write(Array(keys.utf8), to: "c.toml")
  }

  private func expectSealed(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    var child = stage.command(
      "filter", "--config", "c.toml", "--stdout", "--", "bob@example.org", keyring: stage.alice)
    child.stdin = .pipe(Array(text.utf8))
    let run = try child.run()
    #expect(run.status == 0, "\(run.stderr)", sourceLocation: sourceLocation)
    #expect(run.stderr.hasPrefix("postseal: sealed for bob@example.org"), sourceLocation: sourceLocation)
    #expect(!run.text.contains("figures"), sourceLocation: sourceLocation)
  }

  private static let secret = String(repeating: "the figures\n", count: 20)

  @Test(arguments: [
    ("\n\n--e\n", "\n\n\(secret)\n--e\n"), ("--e--\n", "--e--\n\(secret)"),
    ("Version: 1\n", "Version: 1\n\(secret)"),
    (
      "-----BEGIN PGP MESSAGE-----\n",
      "-----BEGIN PGP MESSAGE-----\n" + String(repeating: "Comment: figures\n", count: 6)
    ),
    ("-----BEGIN", "\(secret)\n-----BEGIN"), ("-----END PGP MESSAGE-----\n", "-----END PGP MESSAGE-----\n\(secret)"),
  ])
  func `what stands around a ciphertext has it sealed`(place: String, text: String) throws {
    let sealed = String(decoding: try readFile(Corpus.folder.appending("sealed-good.eml")), as: UTF8.self)
    let message = sealed.replacing("\r\n", with: "\n").replacing(place, with: text, maxReplacements: 1)
    try #require(message.contains("figures"))
    try expectSealed(message)
  }

  @Test func `a ciphertext that a passphrase opens, too, is sealed`() throws {
    let armor = try stage.alice.gpg(
      "--batch", "--pinentry-mode", "loopback", "--passphrase", "x", "--trust-model", "always", "--armor",
      "--symmetric", "--encrypt", "--recipient", "bob@example.org", stdin: Array("the figures\n".utf8)
    ).succeeded().text
    let head = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=e; "
    try expectSealed(
      """
      \(head)protocol="application/pgp-encrypted"

      --e
      Content-Type: application/pgp-encrypted

      Version: 1

      --e
      Content-Type: application/octet-stream

      \(armor)
      --e--

      """)
  }

  @Test func `S/MIME that its octets call signed is sealed, whatever its label says`() throws {
    // A sequence with the object identifier of signed-data first, as RFC 5652 §5.1 has it, and a text.
    let signed: [UInt8] =
      [0x30, 0x82, 1, 0, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2, 0xA0, 0x81, 0xF0]
      + Array("the figures".utf8) + Array(repeating: 7, count: 200)
    let lines = base64Lines(signed).joined(separator: "\n")
    let label = "application/pkcs7-mime; smime-type=enveloped-data"
    try expectSealed(
      "From: a@b.example\nContent-Type: \(label)\nContent-Transfer-Encoding: base64\n\n\(lines)\n")
  }

  @Test func `what a mail server is told is one line that a bounce can hold`() throws {
    let home = "/nowhere/" + Array(repeating: String(repeating: "a", count: 200), count: 5).joined(separator: "/")
    var child = stage.command(
      "filter", "--home", home, "--sender", "", "--", "bob@example.org", keyring: stage.alice)
    child.stdin = .pipe(Letter().bytes())
    let run = try child.run()
    #expect(run.status == 75)
    #expect(run.text.hasPrefix("4.3.0 not filtered yet: ") && run.text.utf8.count <= 501, "\(run.text)")
  }
}
