import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `fetch --summary` says of each new message.
@Suite struct FetchSummaryTranscripts {
  private let stage: FetchStage
  private let bob: TemporaryKeyring
  /// Sealed for Bob, as a server has it.
  private let sealed: String

  init() throws {
    (stage, bob) = (try FetchStage(), try Stage.bob())
    let home = try Stage()
    try home.seal()
    sealed = String(decoding: try home.folder.read("sealed.eml"), as: UTF8.self)
      .replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
  }

  private func fetch(_ script: POP3Script, _ arguments: String..., stdout: ChildOutput = .file) throws -> ChildRun {
    var child = stage.command(
      ["fetch", "--from", stage.url(script), "--into", "box", "--summary"] + arguments, keyring: bob)
    child.stdout = stdout
    return try child.run()
  }

  /// More messages than may wait for one, of which every fourth takes its time.
  private var many: [(id: String, text: String)] {
    (0..<80).map { number in
      (id: "m\(number)", text: number.isMultiple(of: 4) ? sealed : "Subject: plain \(number)\r\n\r\ntext\r\n")
    }
  }

  @Test func `the verdict of each new message is shown, which stays sealed on the disk`() throws {
    let run = try fetch(try POP3Script([FetchStage.messages[0], (id: "sealed", text: sealed)]))
    let lines = run.text.split(separator: "\n")
    try #require(lines.count == 3, "\(run.text)\(run.stderr)")
    #expect(lines[0].hasPrefix("   1 – ") && lines[0].hasSuffix(" one"))
    #expect(lines[1].hasPrefix("   2 ✓ ") && lines[1].hasSuffix(" Budget"))
    #expect(try stage.delivered().contains(sealed))
  }

  @Test func `messages are told of in the order in which they came, whichever is judged first`() throws {
    let lines = try fetch(try POP3Script(many)).text.split(separator: "\n")
    try #require(lines.count == many.count + 1)
    for (number, line) in lines.dropLast().enumerated() {
      let digits = String(repeating: " ", count: number + 1 < 10 ? 3 : 2) + "\(number + 1)"
      #expect(line.hasPrefix(digits + (number.isMultiple(of: 4) ? " ✓ " : " – ")), "\(line)")
      #expect(line.hasSuffix(number.isMultiple(of: 4) ? " Budget" : " plain \(number)"), "\(line)")
    }
    #expect(lines.last?.hasPrefix("80 new messages, ") == true)
  }

  @Test func `the report for programs has the verdicts in that order too`() throws {
    let run = try fetch(try POP3Script(many), "--json")
    let report = try #require(JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any])
    let messages = try #require(report["messages"] as? [[String: Any]])
    #expect(messages.map { $0["id"] as? String } == many.map(\.id))
    let verdicts = try messages.map { try #require($0["verdict"] as? [String: Any]) }
    #expect(verdicts.map { $0["number"] as? Int } == Array(1...many.count))
    #expect(verdicts.map { $0["status"] as? Int } == many.indices.map { $0.isMultiple(of: 4) ? 0 : 3 })
  }

  @Test func `what came before a message that breaks the connection is told of, once, and the numbers go on`() throws {
    let messages = [(id: "a", text: sealed), FetchStage.messages[1], (id: "c", text: sealed)]
    let script = try POP3Script(messages) { $0 == "RETR 2" ? [.say("+OK"), .say("Subject: two"), .close] : nil }
    let run = try fetch(script)
    #expect(run.status == 75)
    let lines = run.text.split(separator: "\n")
    try #require(lines.count == 3, "\(run.text)\(run.stderr)")
    #expect(lines[0].hasPrefix("   1 ✓ ") && lines[1].hasPrefix("   2 ✓ ") && lines[2].hasPrefix("2 new messages, "))
    let json = try fetch(script, "--json", "--all")
    let report = try #require(JSONSerialization.jsonObject(with: Data(json.stdout)) as? [String: Any])
    let entries = try #require(report["messages"] as? [[String: Any]])
    #expect(entries.map { $0["id"] as? String } == ["a", "c"])
    #expect(entries.allSatisfy { $0["verdict"] != nil })
  }

  @Test func `where lines cannot be written the run ends, and nothing is lost`() throws {
    let script = try POP3Script(many)
    let run = try fetch(script, stdout: .path("/dev/full"))
    #expect(run.status == 74)
    #expect(run.stderr.hasPrefix("postseal: cannot write standard output: no space left on device"), "\(run.stderr)")
    let rest = try fetch(script, "--quiet")
    #expect(rest.status == 0 && rest.text.isEmpty)
    #expect(try stage.delivered().count == many.count)
    #expect(try stage.leftovers() == [])
  }

  @Test func `a message is told of while more are waited for`() async throws {
    let script = try IMAPScript([1: Array(sealed.utf8)])
    let watch = WatchingFetch(
      stage, keyring: bob, "--from", "imap://127.0.0.1:\(script.server.port)", "--into", "box", "--summary")
    #expect(try await eventually { watch.told.contains("1 new message, ") })
    #expect(watch.told.hasPrefix("   1 ✓ ") && watch.told.contains(" Budget\n"), "\(watch.told)")
    #expect(try await watch.stop().status == 130)
  }
}
