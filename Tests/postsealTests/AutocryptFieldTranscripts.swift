import SystemPackage
import TestSupport
import Testing

/// The Autocrypt fields of outgoing mail.
@Suite struct AutocryptFieldTranscripts {
  let stage: Stage

  init() throws {
    stage = try Stage()
    try stage.folder.write([], to: "box/new/.keep")
    try stage.folder.write([], to: "copies/.keep")
  }

  private func configure(_ lines: String...) throws {
    let text = ["[account.home]", #"from = ["Alice <alice@example.org>"]"#] + lines
    try stage.folder.write(Array((text.joined(separator: "\n") + "\n").utf8), to: "config.toml")
  }

  private func run(_ arguments: String...) throws -> ChildRun {
    var child = stage.command(keyring: stage.alice)
    child.arguments = arguments + ["--config", "config.toml"]
    return try child.run()
  }

  /// The message as it left, and what gpg finds inside.
  private func sealed(_ letter: Letter) throws -> (outside: String, inside: String) {
    try stage.write(letter)
    let run = try run("encrypt", "letter.eml", "-o", "out.eml", "--force")
    #expect(run.status == 0, "\(run.stderr)")
    let bytes = try stage.folder.read("out.eml")
    return (
      String(decoding: bytes, as: UTF8.self),
      String(decoding: try stage.alice.gpg("--decrypt", stdin: bytes).stdout, as: UTF8.self)
    )
  }

  private func fields(_ name: String, in text: String) -> [Substring] {
    text.split(separator: "\r\n").filter { $0.hasPrefix("\(name): ") }
  }

  @Test func `no field is written that nobody asked for`() throws {
    try configure()
    let (outside, inside) = try sealed(Letter(cc: "erin@example.org"))
    #expect(!(outside + inside).contains("utocrypt"))
  }

  @Test func `sealed, signed and clear mail carries the account's field, once, in the place of another`() throws {
    try configure(#"autocrypt = "mutual""#)
    var letter = Letter()
    letter.fields.append(("Autocrypt", "addr=alice@example.org; keydata=mZmZ"))
    let (outside, inside) = try sealed(letter)
    let line = "Autocrypt: addr=alice@example.org; prefer-encrypt=mutual;"
    #expect(fields("Autocrypt", in: outside).map(String.init) == [line])
    #expect(fields("Autocrypt", in: inside).map(String.init) == [line])
    #expect(!(outside + inside).contains("mZmZ"))
    let signed = try run("sign", "letter.eml")
    #expect(fields("Autocrypt", in: signed.text).first.map(String.init) == line)
    let clear = try run("send", "letter.eml", "--clear", "--via", "maildir:\(stage.folder.path)/box")
    #expect(clear.status == 0, "\(clear.stderr)")
    let name = try #require(try stage.folder.contents().first { $0.hasPrefix("box/new/") && !$0.hasSuffix(".keep") })
    #expect(String(decoding: try stage.folder.read(name), as: UTF8.self).contains(line))
    // What was sealed opens, and its verdict has nothing against the field.
    let opened = try stage.run("verify", "out.eml", keyring: try Stage.bob())
    #expect(opened.status == 0, "\(opened.text)")
    #expect(!opened.text.contains("differs"))
  }

  @Test func `an account without a wish says none, and another sender's mail has no field`() throws {
    try configure(#"autocrypt = "nopreference""#)
    #expect(try fields("Autocrypt", in: sealed(Letter()).outside) == ["Autocrypt: addr=alice@example.org;"])
    try stage.write(Letter(from: "other@example.org"))
    let run = try run("sign", "letter.eml", "--as", "alice@example.org")
    #expect(run.status == 0, "\(run.stderr)")
    #expect(!run.text.contains("Autocrypt"))
  }

  @Test func `gossip is told to those of To and Cc, inside only, and not about Bcc`() throws {
    try configure("autocrypt-gossip = true")
    var letter = Letter(cc: "erin@example.org")
    letter.fields.append(("Autocrypt-Gossip", "addr=carol@example.net; keydata=mZmZ"))
    let (outside, inside) = try sealed(letter)
    #expect(!outside.contains("utocrypt"))
    #expect(
      fields("Autocrypt-Gossip", in: inside)
        == ["Autocrypt-Gossip: addr=bob@example.org;", "Autocrypt-Gossip: addr=erin@example.org;"])
    #expect(!inside.contains("HP-Outer: Autocrypt"))
    // Alone there is nobody to tell; a Bcc recipient makes no second one, and their copy tells nothing of them.
    #expect(try !sealed(Letter()).inside.contains("Gossip"))
    try stage.write(Letter(bcc: "erin@example.org"))
    #expect(try run("encrypt", "letter.eml", "-o", "copies").status == 0)
    let copies = try stage.folder.contents().filter { $0.hasPrefix("copies/") && $0.hasSuffix(".eml") }
    #expect(copies.count == 2)
    for copy in copies {
      let inside = try stage.alice.gpg("--decrypt", stdin: try stage.folder.read(copy)).stdout
      #expect(!String(decoding: inside, as: UTF8.self).contains("Gossip"))
    }
    // What only is signed can be read by all.
    try stage.write(Letter(cc: "erin@example.org"))
    #expect(try !run("sign", "letter.eml").text.contains("Gossip"))
  }

  @Test func `gossip beside a Bcc recipient leaves them out of every copy`() throws {
    let alice = try TemporaryKeyring(own: [.alice], accepted: [.bob, .erin, .carol])
    try configure("autocrypt-gossip = true")
    try stage.write(Letter(cc: "erin@example.org", bcc: "carol@example.net"))
    let run = try stage.run("encrypt", "letter.eml", "-o", "copies", "--config", "config.toml", keyring: alice)
    #expect(run.status == 0, "\(run.stderr)")
    for copy in try stage.folder.contents() where copy.hasPrefix("copies/") && copy.hasSuffix(".eml") {
      let inside = try alice.gpg("--decrypt", stdin: try stage.folder.read(copy)).stdout
      let text = String(decoding: inside, as: UTF8.self)
      #expect(fields("Autocrypt-Gossip", in: text).count == 2)
      #expect(!text.contains("carol"))
    }
  }

  @Test(.enabled(if: optionalTool("sq"), "needs sq"))
  func `sq reads the field that we write`() throws {
    try configure(#"autocrypt = "mutual""#)
    try stage.write(Letter())
    #expect(try run("sign", "letter.eml", "-o", "signed.eml").status == 0)
    let sq = try ChildProcess(
      "sq", ["autocrypt", "decode", stage.folder.appending("signed.eml").string], environment: testEnvironment
    ).run().succeeded()
    let other = try TemporaryKeyring()
    try other.gpg("--import", stdin: sq.stdout).succeeded()
    #expect(try other.gpg("--list-keys", Identity.alice.hexFingerprint).status == 0)
  }

  @Test func `a key that others cannot encrypt to is not sent, and that is said`() throws {
    let signer = try TemporaryKeyring(own: [.signOnly])
    try stage.folder.write(
      Array("[account.s]\nfrom = [\"sign-only@example.org\"]\nautocrypt = \"mutual\"\n".utf8), to: "config.toml")
    try stage.write(Letter(from: "sign-only@example.org"))
    let run = try stage.run("sign", "letter.eml", "--config", "config.toml", keyring: signer)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(!run.text.contains("Autocrypt"))
    #expect(
      run.stderr.contains(
        "postseal: no Autocrypt field: you have no key for sign-only@example.org that others can encrypt to"))
  }
}
