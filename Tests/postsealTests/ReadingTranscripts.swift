import SystemPackage
import TestSupport
import Testing

/// What `read` makes of the parts of a message.
@Suite struct ReadingTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring
  /// A text browser that fails, so that html looks the same wherever the tests run.
  let browser: FakeBrowser

  init() throws {
    stage = try Stage()
    browser = try FakeBrowser("exit 1")
    bob = try Stage.bob()
  }

  private static let header = "From: alice@example.org\nMIME-Version: 1.0\n"
  private static let shownHeader = "– not signed, not encrypted\nFrom:    alice@example.org\n\n"

  /// The page of a message with this content, below its header.
  private func page(_ content: String, _ arguments: String...) throws -> String {
    let run = try read(Array((Self.header + content).utf8), arguments)
    #expect(run.status == 0 && run.stderr.isEmpty)
    let header = try #require(run.text.firstRange(of: "From:    alice@example.org\n\n"))
    return String(run.text[header.upperBound...])
  }

  private func read(_ message: [UInt8], _ arguments: [String] = []) throws -> ChildRun {
    try stage.folder.write(message, to: "mail.eml")
    var child = postseal(["read", "mail.eml"] + arguments, keyring: bob)
    child.directory = stage.folder.path
    child.environment["PATH"] = "\(browser.folder.path):\(testEnvironment["PATH"] ?? "")"
    return try child.run()
  }

  private static func multipart(_ subtype: String, _ parts: String...) -> String {
    "Content-Type: multipart/\(subtype); boundary=\(subtype)\n\n"
      + parts.map { "--\(subtype)\n\($0)\n" }.joined() + "--\(subtype)--\n"
  }

  private static let plain = "Content-Type: text/plain\n\nplain"
  private static let html = "Content-Type: text/html\n\n<p>rich"

  @Test(arguments: ["\u{A0}", "\u{3000}", "x", "\u{2800}"])
  func `a name cannot push its address out of sight`(filler: String) throws {
    let name = "Alice" + String(repeating: filler, count: 1500)
    let run = try read(Array("From: \"\(name)\" <mallory@evil.example>\nMIME-Version: 1.0\n\nhello\n".utf8))
    let from = try #require(run.text.split(separator: "\n").first { $0.hasPrefix("From: ") })
    #expect(from.contains("<mallory@evil.example>") && from.utf8.count < 1000)
  }

  // MARK: Which text

  @Test func `of alternatives the plain text is shown, and what is no text of them is listed`() throws {
    let invitation = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"
    let related = Self.multipart("related", Self.html, "Content-Type: image/png; name=a.png\n\nx")
    #expect(
      try page(Self.multipart("alternative", Self.plain, related, invitation)) == """
        │ plain

        [1] a.png             image/png      1 byte    postseal extract mail.eml 1
        [2] invitation-2.ics  text/calendar  15 bytes  postseal extract mail.eml 2

        """)
  }

  @Test(arguments: [
    "Content-Type: text/plain\n\n \n",
    "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=20=\n",
  ])
  func `html is shown where the plain text is empty`(empty: String) throws {
    let page = try page(Self.multipart("alternative", empty, Self.html))
    #expect(page == "(made from html; links show where they lead)\n│ rich\n\n")
  }

  @Test func `every text of a mixed message is shown, also behind attachments`() throws {
    let file = "Content-Type: text/plain\nContent-Disposition: attachment\n\nfile"
    let named = "Content-Type: text/plain\nContent-Disposition: inline; filename=a.patch\n\n+x"
    #expect(
      try page(Self.multipart("mixed", Self.plain, file, named, "Content-Type: text/csv\n\na,b", Self.html)) == """
        │ plain

        [2] a.patch:
        │ +x

        (made from html; links show where they lead)
        │ rich

        [1] text-1.txt   text/plain  4 bytes  postseal extract mail.eml 1
        [2] a.patch      text/plain  2 bytes  postseal extract mail.eml 2
        [3] table-3.csv  text/csv    3 bytes  postseal extract mail.eml 3

        """)
  }

  @Test func `a message without text says so`() throws {
    #expect(try page("\n") == "(no text)\n\n")
    #expect(try page("Content-Type: image/png\n\nx").hasPrefix("(no text)\n\n[1] part-1  image/png"))
  }

  @Test func `a forwarded message is listed with its subject, its sender and the command that opens it`() throws {
    let forwarded =
      "Content-Type: message/rfc822\n\nFrom: Mallory <mallory@evil.example>\nSubject: =?utf-8?q?a=E2=80=AEb?=\n\ntext inside"
    let page = try page(Self.multipart("mixed", Self.plain, forwarded))
    #expect(
      page == """
        │ plain

        [1] message-1.eml  message/rfc822  82 bytes  postseal extract mail.eml 1
            "a<U+202E>b" from Mallory <mallory@evil.example>  postseal read mail.eml --part 2

        """)
    let alone = try stage.run("read", "mail.eml", "--part", "2", keyring: bob)
    #expect(alone.text.contains("│ text inside\n"))
  }

  @Test func `a long name is listed by its start and its end`() throws {
    let long = "start-" + String(repeating: "x", count: 150) + ".pdf.exe"
    let page = try page("Content-Type: application/x; name=\(long)\n\nx")
    #expect(
      page.contains("[1] start-\(String(repeating: "x", count: 37))…\(String(repeating: "x", count: 8)).pdf.exe  app"))
  }

  @Test func `a winmail dat is listed by that name`() throws {
    let page = try page(Self.multipart("mixed", Self.plain, "Content-Type: application/ms-tnef\n\nx"))
    #expect(page.contains("[1] winmail.dat  application/ms-tnef"))
  }

  // MARK: How text reads

  @Test func `paragraphs of flowed text are joined, and broken where a line is too long`() throws {
    let text = "> quoted \n> on\n" + String(repeating: "word \n", count: 20) + "end\n-- \nAlice\n"
    #expect(
      try page("Content-Type: text/plain; format=Flowed\n\n" + text) == """
        │ > quoted on
        │ word word word word word word word word word word word word word word word
        │ word word word word word end
        │ --\(" ")
        │ Alice


        """)
    #expect(
      try page("Content-Type: text/plain; format=flowed; delsp=yes\n\n\u{6F22} \n\u{5B57}\n").hasSuffix("│ 漢字\n\n"))
  }

  @Test(
    arguments: [
      ("charset=utf-8", [0xE9], "(it claims to be \"utf-8\" and is not; read as windows-1252)\n│ é"),
      ("charset=iso-8859-1", [0xC3, 0xA9], "(it claims to be \"iso-8859-1\" and is not; read as UTF-8)\n│ é"),
      ("charset=x-\u{1B}", [0xE9], "(charset \"x-<U+001B>\" is not known; read as windows-1252)\n│ é"),
      ("x=y", [0xC3, 0xA9], "(no charset is named; read as UTF-8)\n│ é"),
      ("charset=us-ascii", [0xE9], "(it claims to be \"us-ascii\" and is not; read as windows-1252)\n│ é"),
      (#"charset=" iso-8859-1 ""#, [0xE9], "│ é"),
      (
        "charset=utf-8", [0xC3, 0xA9, 0xFF],
        "(not all of it is \"utf-8\"; \u{FFFD} stands for what cannot be read)\n│ é\u{FFFD}"
      ),
      ("charset=koi8-r", [0xD0, 0xD2], "│ пр"), ("charset=utf-8", [0x61, 0x0D, 0x62], "│ a\n│ b"),
    ] as [(String, [UInt8], String)])
  func `text is readable whatever its charset is said to be, and that is told`(
    parameter: String, bytes: [UInt8], shown: String
  ) throws {
    let run = try read(Array((Self.header + "Content-Type: text/plain; \(parameter)\n\n").utf8) + bytes)
    #expect(run.text == Self.shownHeader + shown + "\n\n")
  }

  @Test(arguments: [
    ("base64", "YWJj!ZGVm\n", "│ abcdef"), ("quoted-printable", "a=zz=3Db=\n", "│ a=zz=b"),
    ("x-yenc", "abc", "(transfer encoding \"x-yenc\" is not known; shown as it stands)\n│ abc"),
  ])
  func `a broken transfer encoding shows what can be read`(encoding: String, body: String, shown: String) throws {
    let content = "Content-Type: text/plain\nContent-Transfer-Encoding: \(encoding)\n\n\(body)"
    #expect(try page(content) == shown + "\n\n")
  }

  @Test(arguments: [
    ("hp-legacy-display-plain", true), ("hp-legacy-display-html-alone", true), ("v1-legacy-display-plain", true),
    ("sealed-good", false),
  ])
  func `what other programs show is not left out without a word`(message: String, isTold: Bool) throws {
    let file = Corpus.folder.appending("\(message).eml").string
    let page = try postseal(["read", file], keyring: CorpusReader.bob.keyring()).run().succeeded().text
    #expect(page.contains("(text that should only repeat header fields is left out; `postseal decrypt ") == isTold)
    #expect(!page.contains("canary"))
  }

  @Test func `html has its own charset, and tells what was left out of it`() throws {
    let html = """
      <meta charset=iso-8859-1><p hidden>x</p><img src=https://evil.example/1><a href="https://evil.example">https://bank.example</a>
      <pre>\u{1B}[2J</pre>
      """
    let page = try page("Content-Type: text/html\n\n" + html)
    #expect(
      page == """
        (made from html; links show where they lead; 1 remote piece was not fetched; hidden text left out)
        │ [image]https://bank.example <https://evil.example>
        │\(" ")
        │ <U+001B>[2J


        """)
  }

  @Test func `text that is too long is cut, and that is told outside of the gutter`() throws {
    let run = try read(Array((Self.header + "\n" + String(repeating: "\n", count: 300_000) + "end").utf8))
    #expect(run.text.contains("\n(too long, cut at its end; `postseal decrypt mail.eml` writes all of it)\n"))
    #expect(!run.text.contains("end\n\n"))
    let long = try read(Array((Self.header + "\n" + String(repeating: "words ", count: 1 << 20) + "end").utf8))
    #expect(long.text.contains("\n(too long, cut at its end; "))
    #expect(long.stdout.count < 5 << 20 && !long.text.contains("end\n"))
  }

  @Test func `of very many attachments the first are listed, and how many more there are`() throws {
    let parts = String(repeating: "--m\nContent-Type: image/png\n\nx\n", count: 250)
    let page = try page("Content-Type: multipart/mixed; boundary=m\n\n\(parts)--m--\n")
    #expect(page.hasSuffix("\n… and 50 more attachments, which `--json` lists\n"))
    #expect(page.split(separator: "\n").count(where: { $0.hasPrefix("[") }) == 200)
  }

  // MARK: Header

  @Test func `who else is named is shown where it differs, and a long list only in part`() throws {
    let people = (1...5000).map { "P\($0) <p\($0)@example.org>" }.joined(separator: ",\n ")
    let header = """
      From: Alice <alice@example.org>
      Sender: alice@example.org
      Reply-To: mallory@evil.example
      To: \(people)
      Subject: =?utf-8?q?a=0AFrom:_b=1B?=
      Subject: 2
      Subject: 3
      Subject: 4
      Date: Sun, 22 Nov 2026 18:02:00 +0100

      text
      """
    let lines = try read(Array(header.utf8)).text.split(separator: "\n").map(String.init)
    #expect(
      Array(lines[1...3]) == [
        "From:     Alice <alice@example.org>", "Reply-To: mallory@evil.example",
        "To:       " + (1...12).map { "P\($0) <p\($0)@example.org>" }.joined(separator: ", ") + " … and 4988 more",
      ])
    #expect(
      Array(lines[4...]) == [
        "Date:     Sun, 22 Nov 2026 18:02:00 +0100 (here 2026-11-22 17:02 +0000)", "Subject:  a From: b\u{FFFD}",
        "Subject:  2",
        "Subject:  3", "Subject:  … and 1 more Subject fields", "│ text",
      ])
  }

  @Test func `a message from nobody says so`() throws {
    #expect(try read(Array("Subject: a\n\ntext".utf8)).text.contains("From:    (missing)\nSubject: a\n"))
  }

  // MARK: Coverage and JSON

  @Test func `where the verdict is about a part, each text and attachment says whether it is that`() throws {
    var letter = Letter()
    letter.attachments = [("a.bin", "application/x", [1])]
    try stage.write(letter)
    try stage.run("sign", "letter.eml", "-o", "signed.eml", keyring: stage.alice).succeeded()
    let signed = String(decoding: try stage.folder.read("signed.eml"), as: UTF8.self).replacing("\r\n", with: "\n")
    let cut = try #require(signed.firstRange(of: "Content-Type: multipart/signed"))
    let footer = "Content-Type: text/plain\n\nlist footer"
    let listed = signed[..<cut.lowerBound] + Self.multipart("mixed", String(signed[cut.lowerBound...]), footer)
    try stage.folder.write(Array(listed.utf8), to: "listed.eml")
    let run = try stage.run("read", "listed.eml", keyring: bob)
    #expect(run.text.contains("\npart 1.1.1, covered by the verdict:\n│ Hello Bob,\n"))
    #expect(run.text.contains("\npart 2, not covered by the verdict:\n│ list footer\n"))
    #expect(run.text.contains("  1 byte  covered by the verdict  postseal extract listed.eml 1\n"))
    #expect(!run.text.contains("pgp-signature"))
  }

  @Test func `in JSON every part has its section, its role and whether it is covered`() throws {
    let message = Self.header + Self.multipart("alternative", Self.plain, Self.html)
    let run = try read(Array(message.utf8), ["--json"])
    #expect(
      run.text.hasSuffix(
        #""texts":[{"section":"1","mediaType":"text/plain","charset":null,"covered":false,"notes":[],"cut":false,"text":"plain"}],"#
          + #""attachments":[],"parts":[{"section":"1","mediaType":"text/plain","name":null,"size":5,"disposition":null,"#
          + #""role":"text","covered":false},{"section":"2","mediaType":"text/html","name":null,"size":7,"disposition":null,"#
          + #""role":"alternative","covered":false}]}"# + "\n"))
    try stage.seal()
    let sealed = try stage.run("read", "sealed.eml", "--json", keyring: bob)
    #expect(sealed.text.contains(#""role":"text","covered":true}"#))
  }

  @Test func `a name that a shell would take apart is quoted in commands`() throws {
    try stage.folder.write(Array((Self.header + "Content-Type: image/png\n\nx").utf8), to: "it's mine.eml")
    let run = try stage.run("read", "it's mine.eml", keyring: bob)
    #expect(run.text.hasSuffix(#"postseal extract 'it'\''s mine.eml' 1"# + "\n"))
    try stage.folder.write(Array((Self.header + "Content-Type: image/png\n\nx").utf8), to: "a\u{1B}[2J.eml")
    let odd = try stage.run("read", "a\u{1B}[2J.eml", keyring: bob)
    #expect(odd.text.hasSuffix("postseal extract 'a<U+001B>[2J.eml' 1\n"))
  }
}
