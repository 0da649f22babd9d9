import Foundation
import SystemPackage
import TestSupport
import Testing

/// What opening says and leaves for every finding.
@Suite struct OpeningTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
  }

  @Test func `a good message opens with its subject, and the verdict is on standard error`() throws {
    try stage.seal()
    let run = try stage.run("decrypt", "sealed.eml", keyring: bob)
    #expect(run.status == 0)
    #expect(run.text.contains("Subject: Budget\r\n"))
    #expect(run.text.hasSuffix("\r\nHello Bob,\r\nthe figures.\r\n"))
    #expect(!run.text.contains("HP-Outer") && !run.text.contains("protected-headers"))
    #expect(run.stderr.hasPrefix("╭ encrypted to you · good signature by Alice Example <alice@example.org>\n"))
  }

  @Test func `read shows verdict, header, text behind a gutter and attachments`() throws {
    var letter = Letter(body: "Thanks.\n\u{1B}[32m╭ encrypted to you\n")
    letter.attachments = [("../q3.ods", "application/vnd.oasis.opendocument.spreadsheet", [1, 2, 3])]
    try stage.seal(letter)
    let run = try stage.run("read", "sealed.eml", keyring: bob)
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(run.status == 0)
    #expect(run.stderr.isEmpty)
    #expect(lines[0] == "╭ encrypted to you · good signature by Alice Example <alice@example.org>")
    #expect(lines[1].hasPrefix("│ certificate AEA2 6172 … 7682 21D1, accepted by you, "))
    #expect(lines[1].hasSuffix(" · covers everything"))
    #expect(
      Array(lines[2...]) == [
        "╰ subject was hidden on the way (\"[...]\")",
        "From:    Alice Example <alice@example.org>",
        "To:      Bob Meyer <bob@example.org>",
        lines[5],
        "Subject: Budget",
        "",
        "│ Thanks.",
        "│ <U+001B>[32m╭ encrypted to you",
        "",
        "[1] q3.ods  application/vnd.oasis.opendocument.spreadsheet  3 bytes  postseal extract sealed.eml 1",
        "",
      ])
    // Written an hour east of the clock here.
    #expect(lines[5].hasPrefix("Date:    \(TestTime.dateField) (here 20") && lines[5].hasSuffix(" +0000)"))
  }

  @Test func `without the secret key it is said, and nothing is written`() throws {
    try stage.seal()
    let carol = try TemporaryKeyring(own: [.carol])
    let run = try stage.run("decrypt", "sealed.eml", "-o", "opened.eml", keyring: carol)
    #expect(run.status == 20)
    #expect(run.stdout.isEmpty)
    #expect(run.stderr.hasPrefix("postseal: cannot open sealed.eml: no secret key "))
    #expect(run.stderr.hasSuffix("hint: see your own keys with `postseal key list --secret`\n"))
    #expect(try stage.folder.contents() == ["letter.eml", "sealed.eml"])
  }

  @Test(arguments: ["decrypt", "read", "verify", "extract"])
  func `an altered message is refused and not one byte of it comes out`(command: String) throws {
    try stage.seal()
    try alter { lines in
      // A full line before the last one: inside the encrypted data, behind the session keys. The checksum goes too.
      guard let end = lines.firstIndex(where: { $0.hasPrefix("=") && $0.utf8.count == 5 }) else { return }
      let line = lines[end - 3]
      lines[end - 3] = (line.hasPrefix("A") ? "B" : "A") + line.dropFirst()
      lines.remove(at: end)
    }
    let run = try stage.run(command, "sealed.eml", keyring: bob)
    #expect(run.status == 22)
    #expect(!run.text.contains("figures") && !run.stderr.contains("figures"))
    #expect(run.stderr.contains("; nothing was written\nhint: ask the sender to send it again\n"))
    #expect(command == "verify" || run.stdout.isEmpty)
  }

  @Test func `a truncated message is refused and no file appears`() throws {
    try stage.seal()
    try alter { $0.removeLast(8) }
    let run = try stage.run("decrypt", "sealed.eml", "-o", "opened.eml", keyring: bob)
    #expect(run.status == 22)
    #expect(run.stderr.contains("; nothing was written\n"))
    #expect(try stage.folder.contents() == ["letter.eml", "sealed.eml"])
  }

  @Test func `an unsigned message has status 3`() throws {
    try stage.write(Letter())
    expect(try stage.run("verify", "letter.eml", keyring: bob), stdout: "– not signed, not encrypted\n", status: 3)
  }

  @Test func `a good signature has status 0`() throws {
    try sign()
    let run = try stage.run("verify", "signed.eml", keyring: bob)
    #expect(run.status == 0)
    #expect(run.text.hasPrefix("╭ not encrypted · good signature by Alice Example <alice@example.org>\n"))
  }

  @Test func `verbose tells what gpg says, and never the key to the message`() throws {
    try stage.seal()
    let run = try stage.run("decrypt", "sealed.eml", "-o", "opened.eml", "--verbose", keyring: stage.alice)
    #expect(run.status == 0)
    #expect(run.stderr.contains("postseal: gpg: DECRYPTION_OKAY\n"))
    #expect(!run.stderr.contains("SESSION_KEY"))
  }

  @Test func `a bad signature counts as none, and has status 1`() throws {
    try sign()
    let altered = String(decoding: try stage.folder.read("signed.eml"), as: UTF8.self).replacing(
      "figures", with: "Figures")
    try stage.folder.write(Array(altered.utf8), to: "signed.eml")
    let run = try stage.run("verify", "signed.eml", keyring: bob)
    #expect(run.status == 1)
    #expect(run.stderr.isEmpty)
    #expect(run.text.contains("not signed: a signature that claims key D688 83EC 7682 21D1 does not match the message"))
    #expect(!run.text.contains("good signature"))
  }

  @Test func `an unknown signer has status 10 and a command that finds them`() throws {
    try sign()
    let run = try stage.run("verify", "signed.eml", keyring: try TemporaryKeyring(own: [.bob]))
    #expect(run.status == 10)
    #expect(run.text.contains("signed by a certificate you do not have"))
    #expect(run.text.contains("postseal key find alice@example.org"))
  }

  @Test func `a signer who is not the From address has status 11`() throws {
    let mallory = try TemporaryKeyring(own: [.mallory])
    try stage.write(Letter())
    try stage.run("sign", "letter.eml", "--as", Identity.mallory.hexFingerprint, "-o", "signed.eml", keyring: mallory)
      .succeeded()
    let reader = try TemporaryKeyring(own: [.bob], accepted: [.alice, .mallory])
    let run = try stage.run("verify", "signed.eml", keyring: reader)
    #expect(run.status == 11)
    #expect(run.text.contains("signed by mallory@evil.example, who is not the From address"))
    #expect(!run.text.contains("good signature"))
  }

  @Test func `a certificate that nobody verified has status 11`() throws {
    try sign()
    let reader = try TemporaryKeyring(own: [.bob], certificates: [.alice])
    #expect(try stage.run("verify", "signed.eml", keyring: reader).status == 11)
  }

  @Test(
    arguments: [
      (["--require-signature"], 1), (["--require-encrypted"], 1), (["--require-signer", "alice@example.org"], 1),
      ([], 0),
    ] as [([String], Int32)])
  func `what is required and not met is status 1, and nothing is written`(options: [String], status: Int32) throws {
    try stage.write(Letter())
    var child = postseal(["decrypt", "letter.eml"] + options, keyring: bob)
    child.directory = stage.folder.path
    let run = try child.run()
    #expect(run.status == status)
    #expect(run.stdout.isEmpty == (status != 0))
  }

  @Test func `the verdict in JSON has a version`() throws {
    try stage.seal()
    let run = try stage.run("verify", "--json", "sealed.eml", keyring: bob)
    #expect(
      run.text.hasPrefix(
        #"{"version":1,"part":null,"encryption":"whole","refusal":null,"signature":"good","trusted":true,"#))
  }

  @Test func `a layer of encryption tells whom it is for, and once it is opened by what`() throws {
    try stage.seal()
    for (keyring, cipher, key) in [(bob, "AES256.CFB", "secretKey"), (try TemporaryKeyring(own: [.erin]), nil, nil)] {
      let run = try stage.run("verify", "--json", "sealed.eml", keyring: keyring)
      let report = try JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any]
      let layer = try #require((report?["layers"] as? [[String: Any]])?.first)
      #expect(layer["cipher"] as? String == cipher && layer["openedWith"] as? String == key)
      let recipients = try #require(layer["recipients"] as? [String])
      // Bob's subkey, and Alice's own.
      #expect(recipients.count == 2 && recipients.contains("6AEA34965857FB15"))
    }
  }

  @Test(arguments: [["verify"], ["decrypt", "-o", "/dev/null"], ["read"]], ["C", "C.UTF-8"])
  func `on a terminal no foreign text starts a line`(command: [String], locale: String) throws {
    let fake = "╭ encrypted to you · good signature by Alice Example <alice@example.org>"
    let padding = String(repeating: "é ", count: 37)
    var letter = Letter(body: String(repeating: "é", count: 40) + fake + "\n")
    letter.attachments = [
      (name: padding + fake, mediaType: "application/x" + String(repeating: "y", count: 200), bytes: [1])
    ]
    try stage.seal(letter)
    try alter { lines in
      guard let subject = lines.firstIndex(where: { $0.hasPrefix("Subject:") }) else { return }
      lines[subject] = "Subject: \(padding)\(fake)"
    }
    var child = postseal(command + ["sealed.eml"], keyring: bob).onTerminal()
    child.directory = stage.folder.path
    child.environment["LC_ALL"] = locale
    child.environment["PAGER"] = "cat"
    child.environment["TERM"] = "dumb"
    let run = try child.run()
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.count > 3)
    for line in lines {
      #expect(line.unicodeScalars.count <= 80, "\(line)")
      #expect(!line.hasPrefix("encrypted") && !line.hasPrefix("good") && !line.hasPrefix("é"), "\(line)")
    }
    let verdicts = lines.filter { $0.hasPrefix("╭") || $0.hasPrefix(",") }
    #expect(verdicts.count == 1)
  }

  @Test func `ten thousand odd parts do not push the verdict off the screen`() throws {
    let part = "--b\nContent-Type: application/pkcs7-mime\n\nx\n"
    let head = "From: alice@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    try stage.folder.write(Array((head + String(repeating: part, count: 2000) + "--b--\n").utf8), to: "odd.eml")
    let run = try stage.run("verify", "odd.eml", keyring: bob)
    #expect(run.status == 3)
    #expect(run.text.split(separator: "\n").count == 17)
    #expect(run.text.hasSuffix("╰ … and 1985 more, which `--json` lists\n"))
  }

  @Test func `a required signer who is no address is wrong usage`() throws {
    try stage.write(Letter())
    #expect(try stage.run("verify", "--require-signer", "alice", "letter.eml", keyring: bob).status == 64)
  }

  @Test func `a long media type is not repeated for each attachment`() throws {
    var letter = Letter()
    let type = "application/" + String(repeating: "x", count: 50_000)
    letter.attachments = (0..<60).map { (name: "\($0)", mediaType: $0 == 0 ? type : "application/x", bytes: [1]) }
    try stage.folder.write(letter.bytes(), to: "letter.eml")
    let run = try stage.run("read", "letter.eml", keyring: bob)
    #expect(run.status == 0)
    #expect(run.stdout.count < 20_000)
  }

  @Test func `a number saves the attachment of that number, not one of that name`() throws {
    var letter = Letter()
    letter.attachments = [("2", "application/x", [1]), ("b", "application/x", [2])]
    try stage.folder.write(letter.bytes(), to: "letter.eml")
    let run = try stage.run("extract", "letter.eml", "2", keyring: bob)
    #expect(run.status == 0)
    #expect(try stage.folder.contents() == ["b", "letter.eml"])
  }

  @Test(arguments: ["read", "verify", "decrypt", "extract", "inspect"])
  func `an input that is empty is no message, and has status 66`(command: String) throws {
    var child = stage.command(command, keyring: bob)
    child.stdin = .pipe([])
    expect(try child.run(), stderr: "postseal: there is no message in standard input: it is empty\n", status: 66)
  }

  @Test func `an input that is not there has status 66`() throws {
    expect(
      try stage.run("read", "nosuch.eml", keyring: bob),
      stderr: "postseal: cannot open nosuch.eml: no such file or directory\n", status: 66)
  }

  private func sign() throws {
    try stage.write(Letter())
    try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: stage.alice).succeeded()
  }

  private func alter(_ change: (inout [String]) -> Void) throws {
    var lines = String(decoding: try stage.folder.read("sealed.eml"), as: UTF8.self).split(
      omittingEmptySubsequences: false
    ) { $0 == "\r\n" || $0 == "\n" }.map(String.init)
    change(&lines)
    try stage.folder.write(Array(lines.joined(separator: "\r\n").utf8), to: "sealed.eml")
  }
}
