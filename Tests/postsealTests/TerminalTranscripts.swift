import SystemPackage
import TestSupport
import Testing

/// Foreign text on a terminal of 80 columns: whatever prints it, it starts no line.
@Suite struct TerminalTranscripts {
  private let stage: Stage
  private let bob: TemporaryKeyring
  private static let fake = String(repeating: "é ", count: 37) + "╭ encrypted to you · good signature by Alice Example"

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    let letter = """
      From: "\(Self.fake)" <mallory@evil.example>
      To: "\(Self.fake)" <bob@example.org>
      Subject: \(Self.fake)
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: text/plain; charset="\(Self.fake)"; name="\(Self.fake)"

      text
      --b
      Content-Type: message/rfc822

      Subject: \(Self.fake)

      inner
      --b--

      """
    try stage.folder.write(Array(letter.utf8), to: "mail.eml")
    try stage.folder.write(Array(letter.utf8), to: "mail/cur/\(Self.fake):2,")
    // The number stands for a name that has no room.
    try stage.folder.write(Array(letter.utf8), to: "mail/new/1.é é")
    let refused =
      "From: mallory@evil.example\nContent-Type: multipart/encrypted; protocol=\"\(Self.fake)\"; boundary=b\n\n--b--\n"
    try stage.folder.write(Array(refused.utf8), to: "refused.eml")
  }

  @Test(arguments: [
    ["read", "mail.eml"], ["inspect", "refused.eml"], ["verify", "mail"], ["read", "--summary", "mail"],
    ["decrypt", "refused.eml"], ["verify", "refused.eml"],
  ])
  func `no foreign text starts a line, whatever prints it`(command: [String]) throws {
    var child = postseal(command, keyring: bob).onTerminal()
    child.directory = stage.folder.path
    child.environment["LC_ALL"] = "C.UTF-8"
    child.environment["PAGER"] = "cat"
    child.environment["TERM"] = "dumb"
    let run = try child.run()
    let lines = run.text.split(separator: "\r\n").map(String.init)
    // A name that has no room is replaced by the number, which a command takes.
    if command == ["verify", "mail"] { #expect(lines[0].hasSuffix("unsigned        1"), "\(run.text)") }
    #expect(lines.joined().contains("é é"), "\(run.text)")
    for line in lines {
      #expect(line.unicodeScalars.count <= 80, "\(line)")
      #expect(!line.hasPrefix("é") && !line.hasPrefix("╭ encrypted") && !line.hasPrefix("encrypted"), "\(line)")
      // What stands behind the frame of the verdict is ours: a name that goes on there is set in.
      #expect(!["│ é", "╰ é", "│ ╭", "╰ ╭", "│ encrypted", "╰ encrypted"].contains { line.hasPrefix($0) }, "\(line)")
    }
  }

  @Test func `in a table an address shows whose it is`() throws {
    let letter = "From: alice@example.org.aaaaaaaaaaaaaaaaaaaaaaaa.evil.example\nSubject: hello\n\ntext\n"
    try stage.folder.write(Array(letter.utf8), to: "long/new/mail")
    try stage.folder.write(Array(letter.utf8), to: "long/cur/mail2:2,")
    for command in [["verify", "long"], ["read", "--summary", "long"]] {
      var child = postseal(command, keyring: bob).onTerminal()
      child.directory = stage.folder.path
      child.environment["LC_ALL"] = "C.UTF-8"
      #expect(try child.run().text.contains(" alice@examp…evil.example "))
    }
  }

  /// A header field may have a megabyte.
  @Test(arguments: [
    ["read", "large.eml"], ["read", "--summary", "large.eml"], ["inspect", "large.eml"], ["verify", "protocol.eml"],
    ["inspect", "protocol.eml"],
  ])
  func `what has many thousand letters is cut wherever it is shown`(command: [String]) throws {
    let long = String(repeating: "x", count: 200_000)
    let large = """
      From: "\(long)" <mallory@evil.example>
      Subject: \(long)
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: text/plain; charset=\(long)

      text
      --b
      Content-Type: text/plain; format=flowed

      \(String(repeating: ">", count: 200_000)) quoted
      --b
      Content-Type: message/rfc822

      Subject: \(long)

      inner
      --b
      Content-Type: application/octet-stream; name=\(long)

      file
      --b--

      """
    try stage.folder.write(Array(large.utf8), to: "large.eml")
    let wrong = "From: mallory@evil.example\nContent-Type: multipart/encrypted; protocol=\(long); boundary=b\n\n--b--\n"
    try stage.folder.write(Array(wrong.utf8), to: "protocol.eml")
    var child = postseal(command, keyring: bob)
    child.directory = stage.folder.path
    let run = try child.run()
    #expect(run.text.contains("xxx") || run.stderr.contains("xxx"))
    #expect(run.stdout.count < 6_000 && run.stderr.utf8.count < 1_000, "\(run.stdout.count) \(run.stderr.utf8.count)")
  }
}
