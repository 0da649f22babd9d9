import SystemPackage
import TestSupport
import Testing

/// What `inspect` shows, and what is said of messages that gpg cannot read.
@Suite struct InspectTranscripts {
  private let stage: Stage

  init() throws {
    stage = try Stage()
  }

  private func encrypted(_ packets: [UInt8], as name: String) throws {
    let lines = [
      "From: alice@example.org", "To: bob@example.org", "MIME-Version: 1.0",
      "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e", "", "--e",
      "Content-Type: application/pgp-encrypted", "", "Version: 1", "--e", "Content-Type: application/octet-stream", "",
      "-----BEGIN PGP MESSAGE-----", "",
    ]
    let end = ["-----END PGP MESSAGE-----", "--e--", ""]
    try stage.folder.write(Array((lines + base64Lines(packets) + end).joined(separator: "\r\n").utf8), to: name)
  }

  @Test func `the parts are shown with recipients, without gpg`() throws {
    try encrypted(
      NewerMessage.sessionKey3(algorithm: 18) + NewerMessage.packet(3, [4, 9, 3, 8]) + NewerMessage.ciphertext1,
      as: "mail.eml")
    var child = postseal(["inspect", "mail.eml"])
    child.directory = stage.folder.path
    child.environment["PATH"] = "/nonexistent"
    child.environment["GNUPGHOME"] = "/nonexistent"
    expect(
      try child.run(),
      stdout: """
           multipart/encrypted, 424 bytes
           ╰ encrypted (PGP/MIME): protected by a hash (SEIPD v1, MDC)
               for key 0102030405060708  ECDH
               for a passphrase  AES-256
        1    application/pgp-encrypted, 10 bytes
        2    application/octet-stream, 308 bytes

        """, status: 0)
  }

  @Test func `json has the same facts`() throws {
    try encrypted(NewerMessage.sessionKey6(algorithm: 36) + NewerMessage.ciphertext2(), as: "mail.eml")
    let run = try stage.run("inspect", "--json", "mail.eml", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.text.hasPrefix(#"{"version":1,"parts":[{"section":"","depth":0,"mediaType":"multipart/encrypted","#))
    #expect(
      run.text.contains(
        #""protection":"seipd2","cipher":"AES-256","mode":"OCB","recipients":[{"keyID":"0D0E0F1011121314","#))
    #expect(run.text.contains(#""algorithm":"ML-KEM-1024 + X448","version":6}]"#))
  }

  @Test func `ten thousand parts end with a count, and no name leaves its line`() throws {
    let part = "--b\nContent-Type: text/plain; name=\"a\u{1B}[2J\"\n\nx\n"
    let head = "From: alice@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    try stage.folder.write(Array((head + String(repeating: part, count: 9000) + "--b--\n").utf8), to: "many.eml")
    var child = stage.command("inspect", "many.eml", keyring: stage.alice).onTerminal()
    child.environment["PAGER"] = "cat"
    let run = try child.run()
    #expect(run.status == 0)
    #expect(run.text.hasSuffix("… and 8701 more parts, which `--json` lists\r\n"))
    #expect(!run.text.contains("\u{1B}[2J"))
    #expect(run.text.split(separator: "\r\n").allSatisfy { $0.unicodeScalars.count <= 80 })
  }

  @Test func `what a message calls its own protocol is made visible`() throws {
    let parts = "--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--e\n\nx\n\n--e--\n"
    let type = "Content-Type: multipart/encrypted; boundary=e; protocol*=utf-8''%1B%5B2J%0Ax"
    try stage.folder.write(Array("From: alice@example.org\n\(type)\n\n\(parts)".utf8), to: "mail.eml")
    let run = try stage.run("inspect", "mail.eml", keyring: stage.alice)
    #expect(run.text.contains(#"its protocol "<U+001B>[2j<U+000A>x" is unknown"#))
  }

  @Test func `of very many recipients the first are named, and how many more there are`() throws {
    let keys = Array(repeating: NewerMessage.sessionKey3(algorithm: 18), count: 1000).flatMap(\.self)
    try encrypted(keys + NewerMessage.ciphertext1, as: "many.eml")
    let shown = try stage.run("inspect", "many.eml", keyring: stage.alice)
    #expect(shown.text.contains("\n       … and 988 more recipients, which `--json` lists\n"))
    #expect(shown.text.split(separator: "\n").count == 17)
  }

  @Test func `a message past a limit is refused, and the limit is named`() throws {
    let nested = (0..<60).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
    try stage.folder.write(Array("From: alice@example.org\n\(nested)".utf8), to: "deep.eml")
    expect(
      try stage.run("inspect", "deep.eml", keyring: stage.alice),
      stderr: "postseal: the message has more than 50 levels of nested parts, the limit\n", status: 65)
  }

  static let refusals: [([UInt8], Int32, String)] = [
    (
      NewerMessage.sessionKey6(algorithm: 25) + NewerMessage.ciphertext2(), 23,
      """
      postseal: cannot open mail.eml: it is encrypted the way of RFC 9580 (SEIPD v2, AES-256 in OCB), which this gpg cannot read
      hint: open it with `sqop` 0.37 or newer (Sequoia), GopenPGP 3 or rPGP, or ask the sender for one that GnuPG reads

      """
    ),
    (
      NewerMessage.sessionKey3(algorithm: 8) + NewerMessage.ciphertext1, 23,
      """
      postseal: cannot open mail.eml: it is encrypted with post-quantum Kyber, which this gpg cannot read
      hint: open it with gpg 2.5 or newer

      """
    ),
    (
      NewerMessage.packet(3, [4, 9, 3, 8] + (1...8) + [96]) + NewerMessage.ciphertext1, 21,
      """
      postseal: cannot open mail.eml: it is encrypted with a passphrase, and nobody can be asked for it
      hint: run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`

      """
    ),
  ]

  @Test(arguments: refusals)
  func `what gpg cannot read is named, with what would read it`(packets: [UInt8], status: Int32, stderr: String) throws
  {
    try encrypted(packets, as: "mail.eml")
    expect(try stage.run("decrypt", "mail.eml", keyring: stage.alice), stderr: stderr, status: status)
  }

  @Test func `a passphrase by descriptor opens, and is not called encrypted to you`() throws {
    let made = try TemporaryKeyring().gpg("--passphrase", "sesame", "--symmetric", stdin: Array("\r\nhi\r\n".utf8))
      .succeeded()
    try encrypted(made.stdout, as: "mail.eml")
    let keyring = try TemporaryKeyring(own: [.bob])
    // The wrong one first: gpg-agent remembers the right one.
    for (given, status) in [("wrong", 21), ("sesame", 0)] as [(String, Int32)] {
      var child = postseal(["decrypt", "mail.eml", "--passphrase-fd", "0"], keyring: keyring)
      child.directory = stage.folder.path
      child.stdin = .file(Array("\(given)\n".utf8))
      let run = try child.run()
      #expect(run.status == status)
      #expect(
        run.stderr.contains(status == 0 ? "encrypted with a passphrase · not signed" : "and the one given is wrong"))
      #expect(!run.stderr.contains("encrypted to you"))
    }
  }
}
