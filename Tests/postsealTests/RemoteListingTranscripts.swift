import SystemPackage
import TestSupport
import Testing

/// `read --summary` of a mailbox on a scripted IMAP server; RemoteMessageTranscripts has it with a real one.
struct RemoteListingTranscripts {
  private let stage: FetchStage

  init() throws { stage = try FetchStage() }

  /// A server whose messages have these headers, and are never given whole.
  private func script(_ headers: [UInt32: String]) throws -> IMAPScript {
    try IMAPScript(headers.mapValues { Array($0.utf8) }) { command in
      guard command.line.contains("BODY.PEEK[HEADER.FIELDS") else { return nil }
      return headers.keys.sorted().map { uid in
        let text = headers[uid] ?? ""
        return .raw(
          Array(
            "* 1 FETCH (UID \(uid) FLAGS () RFC822.SIZE 9 BODY[HEADER.FIELDS (DATE FROM SUBJECT CONTENT-TYPE)]<0> {\(text.utf8.count)}\r\n\(text))\r\n"
              .utf8))
      } + [.say("\(command.tag) OK done")]
    }
  }

  private func list(_ script: IMAPScript, _ arguments: String...) throws -> ChildRun {
    try stage.command(["read", "--summary", "imap://127.0.0.1:\(script.server.port)/Lists"] + arguments).run()
  }

  private static let sealed =
    "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nFrom: Alice <alice@example.org>\r\nSubject: [...]\r\n"
    + "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n"

  @Test func `each message is a line by its header alone, and stays as it is`() throws {
    let script = try script([
      7: Self.sealed,
      12: "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nFrom: bob@example.org\r\nContent-Type: multipart/signed\r\n\r\n",
      123_456: "\r\n",
    ])
    let run = try list(script)
    #expect(run.status == 0, "\(run.stderr)")
    #expect(
      run.text
        == """
             7 2026-11-22 alice@example.org        encrypted [...]
            12 -          bob@example.org          signed    Grüße
        123456 -          -                        -         \u{20}

        """.replacing(" \u{20}\n", with: " \n"))
    #expect(
      run.stderr == "postseal: 3 messages on 127.0.0.1:\(script.server.port)/Lists; open one for its verdict: "
        + "`postseal read 'imap://127.0.0.1:\(script.server.port)/Lists/;UID=N'`\n")
    #expect(
      script.commands == [
        "CAPABILITY", "EXAMINE \"Lists\"", "UID SEARCH ALL",
        "UID FETCH 7,12,123456 (FLAGS INTERNALDATE RFC822.SIZE "
          + "BODY.PEEK[HEADER.FIELDS (DATE FROM SUBJECT CONTENT-TYPE)]<0.8192>)",
      ])
  }

  @Test func `programs get an object for each, with the URL that reads it`() throws {
    let script = try script([7: Self.sealed])
    let run = try list(script, "--json")
    #expect(
      run.text == #"{"version":1,"uid":7,"url":"imap://127.0.0.1:PORT/Lists;UIDVALIDITY=7/;UID=7","date":1795348800,"#
        .replacing("PORT", with: "\(script.server.port)")
        + #""from":"alice@example.org","subject":"[...]","kind":"encrypted","octets":9,"delivered":null,"flags":""}"#
        + "\n")
  }

  @Test func `what a header holds cannot reach the terminal or another line, and says nothing twice`() throws {
    let script = try script([
      3: "Subject: a\u{1B}[2Jb\u{202E}c\r\n d\r\nFrom: a@example.org\r\nFrom: b@example.org\r\n\r\n",
      4: "From: a@example.org, b@example.org\r\nSubject: " + String(repeating: "x", count: 7000) + "\r\n\r\n",
    ])
    let run = try list(script)
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 2 && !run.text.contains("\u{1B}") && !run.text.contains("\u{202E}"))
    #expect(lines.allSatisfy { $0.dropFirst(4).hasPrefix(" -          -  ") })
    #expect(lines[1].count < 600)
  }

  @Test func `more of the headers than was asked for ends it`() throws {
    let script = try script([3: String(repeating: "Subject: x\r\n", count: 100_000)])
    let run = try list(script)
    #expect(run.status == 76, "\(run.stderr)")
  }

  @Test(arguments: [["--message", "3"], ["--require-signature"], ["--part", "1"]])
  func `options about opened messages are wrong usage`(options: [String]) throws {
    let run = try stage.command(["read", "--summary", "imap://127.0.0.1:1/Lists"] + options).run()
    #expect(run.status == 64)
    #expect(run.stderr.contains("listed by its headers"), "\(run.stderr)")
  }

  @Test func `an empty mailbox has no line, and POP3 no list`() throws {
    let run = try list(try script([:]))
    #expect(run.status == 0 && run.text.isEmpty && run.stderr.contains("0 messages on"))
    #expect(try stage.command(["read", "--summary", "pop3://127.0.0.1:1"]).run().status == 64)
  }
}
