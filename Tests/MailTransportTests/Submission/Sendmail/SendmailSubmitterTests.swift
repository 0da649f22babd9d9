import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct SendmailSubmitterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A program of this test, in which `$D` is its folder.
  private func program(_ script: String) throws -> FilePath {
    let path = try folder.write(
      Array("#!/bin/sh\nD=\(folder.path.string)\n\(script)\n".utf8), to: "sendmail")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    return path
  }

  /// The time limit is long: a test may wait for others, and its program with it.
  private func submit(
    _ script: String, _ copies: [Submission], rule: PartialRule = .allOrNone, timeLimit: Duration = .seconds(3600)
  ) async throws -> SubmissionReport {
    try await SendmailSubmitter(program: program(script), timeLimit: timeLimit).submit(copies, rule: rule) { _ in }
  }

  private func fates(_ report: SubmissionReport) -> [[String]] {
    report.copies.map { $0.recipients.map(\.fate.summary) }
  }

  private func text(_ name: String) throws -> String { String(decoding: try folder.read(name), as: UTF8.self) }

  @Test func `the program gets -i, the sender, and the recipients after two hyphens, and nothing by a shell`()
    async throws
  {
    let odd = #""$(touch x); b"@example.org"#
    let report = try await submit(
      #"for a; do printf '%s\n' "$a"; done > "$D/args"; cat > "$D/message""#,
      [copy(to: ["bob@example.org", odd])])
    #expect(report.finding == .all)
    #expect(try text("args") == "-i\n-f\nalice@example.org\n--\nbob@example.org\n\(odd)\n")
  }

  @Test func `the message has native line ends and every dot it had`() async throws {
    _ = try await submit(#"cat > "$D/message""#, [copy()])
    #expect(try text("message") == shortMessage.replacing("\r\n", with: "\n"))
  }

  @Test func `the null reverse path is given as such`() async throws {
    _ = try await submit(#"echo "$3" > "$D/sender"; cat > /dev/null"#, [copy(from: nil)])
    #expect(try text("sender") == "<>\n")
  }

  @Test(arguments: [
    (0, "accepted: taken by the program"), (75, "later: exit status 75 (try again later): said"),
    (67, "never: exit status 67 (no such user): said"), (77, "never: exit status 77 (permission denied): said"),
    (3, "never: exit status 3: said"), (71, "later: exit status 71 (system error): said"),
  ]) func `an exit status is told by its meaning, with what the program said`(status: Int, fate: String) async throws {
    let report = try await submit("cat > /dev/null; echo said >&2; exit \(status)", [copy()])
    #expect(fates(report) == [[fate]])
  }

  @Test func `what the program says is bounded and safe to show`() async throws {
    let report = try await submit(
      #"cat > /dev/null; printf '\033[2J' >&2; head -c 3000000 /dev/zero | tr '\0' x >&2; exit 70"#, [copy()])
    let fate = try #require(fates(report).first?.first)
    #expect(fate.hasPrefix("never: exit status 70 (internal error): \\u{1b}[2Jxxx"))
    #expect(fate.count < 700)
  }

  @Test func `a program that dies early is told by its status, and does not end us`() async throws {
    let report = try await submit("exit 69", [copy(longMessage(500_000))])
    #expect(fates(report) == [["never: exit status 69 (service unavailable)"]])
  }

  @Test func `a program that is content before it has read the whole message leaves the fate unknown`() async throws {
    let report = try await submit("head -c 10 > /dev/null; exit 0", [copy(longMessage(500_000))])
    #expect(fates(report) == [["unknown: it was content before it had read the whole message"]])
  }

  @Test(arguments: [
    #"echo $$ > "$D/pid"; exec sleep 600"#, #"sleep 600 & echo $! > "$D/pid"; wait"#,
    #"cat > /dev/null; echo $$ > "$D/pid"; exec sleep 600"#,
  ])
  func `a program that hangs is ended, and nobody knows what it had begun`(script: String) async throws {
    let report = try await submit(script, [copy()], timeLimit: .seconds(1))
    #expect(fates(report) == [["unknown: it did not end in time"]])
    // What it started itself lives on, with the whole message at its hand.
    if let line = try? text("pid"), let process = pid_t(line.dropLast()) { kill(process, SIGKILL) }
  }

  @Test(arguments: ["cat", "cat /dev/stdin", "cat <&0", "sh -c 'cat; cat'"])
  func `a program gets all of a large message, by whatever way it reads`(reader: String) async throws {
    let message = longMessage(500_000)
    let report = try await submit("\(reader) > \"$D/message\"", [copy(message)])
    #expect(fates(report) == [["accepted: taken by the program"]])
    #expect(try folder.read("message") == message.filter { $0 != 0x0D })
  }

  @Test func `a program that is killed after the message leaves the fate unknown`() async throws {
    let report = try await submit("cat > /dev/null; kill -9 $$", [copy()])
    #expect(fates(report) == [["unknown: it was ended by signal 9"]])
  }

  @Test func `a program that closes all its streams is waited for`() async throws {
    let report = try await submit(#"exec <&- >&- 2>&-; sleep 0.2; echo x > "$D/done"; exit 75"#, [copy()])
    #expect(try text("done") == "x\n")
    #expect(fates(report).joined().allSatisfy { $0.hasPrefix("later: exit status 75") })
  }

  @Test func `SIGPIPE ends the program's own children as usual`() async throws {
    let report = try await submit(
      #"cat > /dev/null; (while :; do echo y; done; echo no > "$D/left") | head -n 1 > /dev/null"#, [copy()])
    #expect(report.finding == .all)
    #expect(try folder.contents() == ["sendmail"])
  }

  @Test func `the first refusal keeps the other copies back, unless everybody who is accepted shall have theirs`()
    async throws
  {
    let script = #"cat > /dev/null; echo run >> "$D/runs"; case "$*" in *bob*) exit 67;; esac"#
    let copies = [try copy(), try copy(to: ["erin@example.org"])]
    #expect(
      fates(try await submit(script, copies)) == [["never: exit status 67 (no such user)"], ["withheld"]])
    #expect(try text("runs") == "run\n")
    let report = try await submit(script, copies, rule: .whoeverIsAccepted)
    #expect(fates(report) == [["never: exit status 67 (no such user)"], ["accepted: taken by the program"]])
    #expect(report.failure == .partlyDelivered)
  }

  @Test func `a refusal after the first copy has gone does not keep the third back`() async throws {
    let copies = [try copy(to: ["a@x.org"]), try copy(), try copy(to: ["c@x.org"])]
    let report = try await submit(#"cat > /dev/null; case "$*" in *bob*) exit 67;; esac"#, copies)
    #expect(
      fates(report) == [
        ["accepted: taken by the program"], ["never: exit status 67 (no such user)"],
        ["accepted: taken by the program"],
      ])
  }

  @Test func `a cancelled submission ends the program, and nobody knows what it had begun`() async throws {
    let submitter = SendmailSubmitter(program: try program(#"echo $$ > "$D/pid"; exec sleep 600"#))
    let copies = [try copy(), try copy(to: ["erin@example.org"])]
    let task = Task { try await submitter.submit(copies) }
    #expect(try await eventually { (try? text("pid").hasSuffix("\n")) == true })
    task.cancel()
    #expect(fates(try await task.value) == [["unknown: it was ended because the work was cancelled"], ["withheld"]])
    let process = try #require(pid_t(try text("pid").dropLast()))
    #expect(kill(process, 0) == -1)
  }

  @Test func `a submission that is cancelled before starts no program`() async throws {
    let submitter = SendmailSubmitter(program: try program(#"echo run > "$D/runs"; cat > /dev/null"#))
    let copies = [try copy()]
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await submitter.submit(copies)
    }
    task.cancel()
    await #expect(throws: TransportError.cancelled) { try await task.value }
    #expect(try folder.contents() == ["sendmail"])
  }

  @Test func `a program that is not there, or is no program, is an error`() async throws {
    for path in [folder.appending("none"), folder.path, try folder.write([], to: "file"), FilePath("sendmail")] {
      await #expect(throws: TransportError.program(path: path.string, .notFound)) {
        try await SendmailSubmitter(program: path).submit([copy()])
      }
    }
  }

  @Test func `sendmail is found in PATH, never in a folder that depends on where one stands`() throws {
    let here = try program("true")
    // More steps up than any folder is deep: it is there, wherever this runs.
    let relative = String(repeating: "../", count: 60) + folder.path.string.dropFirst()
    try #require(FileManager.default.fileExists(atPath: "\(relative)/sendmail"))
    #expect(try SendmailProgram.find(path: "\(relative):\(folder.path.string):/bin") == here)
    #expect(try SendmailProgram.find(path: ":.:\(folder.path.string)") == here)
  }

  /// The way of mail that would go round for ever.
  @Test func `a sendmail that is the program which hands the mail over is passed over, and refused where it is named`()
    async throws
  {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let other = try program("true")
    let folder = try TemporaryFolder()
    let link = folder.appending("sendmail").string
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: own)
    #expect(try SendmailProgram.find(path: "\(folder.path.string):\(self.folder.path.string)") == other)
    await #expect(throws: TransportError.program(path: link, .thisProgram)) {
      try await SendmailSubmitter(program: FilePath(link)).submit([copy()])
    }
    await #expect(throws: TransportError.program(path: link, .thisProgram)) {
      try await SendmailReinjector(program: FilePath(link)).submit([copy()])
    }
  }

  @Test func `the program is told who hands the mail over`() async throws {
    _ = try await submit(#"echo "$POSTSEAL_SENDMAIL" > "$D/caller"; cat > /dev/null"#, [copy()])
    #expect(try text("caller") == "1\n")
    let program = try program(#"echo "$POSTSEAL_SENDMAIL" > "$D/filter"; cat > /dev/null"#)
    _ = try await SendmailReinjector(program: program).submit([copy()])
    #expect(try text("filter") == "1\n")
  }
}
