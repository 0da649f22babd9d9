import Foundation
import SystemPackage
import TestSupport
import Testing

/// How `postseal filter` gives mail back, and what it tells the mail server.
@Suite struct FilterReinjectionTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  /// A sendmail of this test, in which `$D` is the stage's folder.
  private func sendmail(_ script: String) throws -> String {
    let path = try stage.folder.write(Array("#!/bin/sh\nD=\(stage.folder.path)\n\(script)\n".utf8), to: "sendmail")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    return path.string
  }

  private static let takeIn = #"for a; do printf '%s\n' "$a"; done > "$D/args"; cat > "$D/got""#

  private func child(_ arguments: [String], program: String) throws -> ChildProcess {
    var child = stage.command("filter", "--reinject", program, keyring: stage.alice)
    child.arguments += arguments
    child.stdin = .pipe(Letter().bytes())
    return child
  }

  private func filter(_ arguments: String..., by script: String = takeIn) throws -> ChildRun {
    try child(arguments, program: sendmail(script)).run()
  }

  private func text(_ name: String) throws -> String { String(decoding: try stage.folder.read(name), as: UTF8.self) }

  @Test(arguments: ["", "<>", "MAILER-DAEMON"])
  func `mail goes back with its envelope, sealed, with native line ends`(null: String) throws {
    let run = try filter("-f", "alice+x@example.org", "--", "bob@example.org")
    expect(run, stdout: "sealed for bob@example.org, certificate \(Identity.bob.hexFingerprint)\n", status: 0)
    #expect(try text("args") == "-G\n-i\n-f\nalice+x@example.org\n--\nbob@example.org\n")
    let got = try text("got")
    #expect(got.contains("multipart/encrypted") && !got.contains("figures") && !got.contains("\r"))
    #expect(try filter("--sender", null, "--quiet", "--", "bob@example.org").text == "")
    #expect(try text("args") == "-G\n-i\n-f\n<>\n--\nbob@example.org\n")
  }

  @Test func `what comes encrypted goes back to the byte`() throws {
    let message = try readFile(Corpus.folder.appending("inline-encrypted.eml"))
    var child = try child(["-f", "", "--", "nobody@example.com"], program: sendmail(Self.takeIn))
    child.stdin = .pipe(message)
    #expect(try child.run().status == 0)
    #expect(try stage.folder.read("got") == message.filter { $0 != 0x0D })
  }

  @Test(arguments: [
    (
      "exit 75", 75, "4.3.0 not filtered yet: the mail server did not take it back: S: exit status 75 (try again later)"
    ),
    (
      "echo no >&2; exit 69", 75,
      "4.3.0 not filtered yet: the mail server did not take it back: S: exit status 69 (service unavailable): no"
    ),
    (
      "exit 65", 69,
      "5.3.0 not delivered: the mail server refused it after it was filtered: exit status 65 (malformed message)"
    ),
    (
      "cat > /dev/null; kill -9 $$", 75,
      "4.3.0 not filtered yet: the mail server did not take it back: S: it may come twice: it was ended by signal 9"
    ),
  ]) func `what a sendmail says is told to the mail server`(script: String, status: Int32, line: String) throws {
    let run = try filter("-f", "", "--", "bob@example.org", by: script)
    expect(run, stdout: line.replacing("S:", with: "\(stage.folder.path)/sendmail:") + "\n", status: status)
  }

  @Test func `a sendmail that is not there makes the mail wait`() throws {
    let run = try child(["-f", "", "--", "bob@example.org"], program: "/nowhere/sendmail").run()
    #expect(run.status == 75)
    #expect(run.text.hasPrefix("4.3.0 not filtered yet: not sent: cannot submit through /nowhere/sendmail: "))
  }

  @Test(arguments: [
    (["-f", "", "--", "-oQ/tmp"], 65, "5.1.3 not delivered: the recipient is no mail address"),
    (["-f", "", "--", "-bad@example.org"], 69, "5.7.1 not delivered to -bad@example.org, whose"),
    (["-f", "", "--", "bob@example.org\n250 ok"], 65, "5.1.3 not delivered: the recipient is no mail address"),
    (["-f", "a b", "--", "bob@example.org"], 65, "5.1.7 not delivered: the sender is no mail address"),
    (["-f", "-a@example.org", "--", "bob@example.org"], 65, "5.1.3 not delivered: an address of the envelope"),
    (["-f", "", "--", "\"\u{1B}[2J\n\"@example.com"], 65, "5.1.3 not delivered: the recipient is no mail address"),
    (["-f", "", "--", "\"a\u{E4}\"@example.com"], 69, "5.7.1 not delivered to a<U+00E4>@example.com, whose"),
    (
      ["-f", "", "--", "bob@example.org", "erin@example.org"], 75,
      "4.3.0 not filtered yet: several recipients in one run"
    ),
    (["--", "bob@example.org"], 75, "4.3.0 not filtered yet: --sender is needed to give the message back"),
    (["-f", ""], 75, "4.3.0 not filtered yet: a recipient is needed"),
    (["--sendre", "", "--", "bob@example.org"], 75, "4.3.0 not filtered yet: "),
  ]) func `hostile and wrong arguments never reach the sendmail`(
    arguments: [String], status: Int32, line: String
  ) throws {
    let run = try child(arguments, program: sendmail(Self.takeIn)).run()
    #expect(run.status == status)
    #expect(run.text.hasPrefix(line), "\(run.text)")
    #expect(run.text.hasSuffix("\n") && run.text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
    #expect(run.text.filter { $0 == "\n" }.count == 1 && run.stderr == "")
    #expect(try !stage.folder.contents().contains("got"))
  }

  @Test func `a filter that is asked to stop makes the mail wait`() throws {
    // The sendmail stops the filter, which is its parent, and goes on for longer than that may take.
    let run = try filter("-f", "", "--", "bob@example.org", by: "kill -TERM $PPID; exec sleep 1200")
    #expect(run.status == 75)
  }

  @Test func `a filter that is killed leaves no half message with the sendmail`() async throws {
    // The message is larger than what a pipe holds, so that a pipe would break off.
    var letter = Letter()
    letter.attachments = [
      ("noise", "application/octet-stream", (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
    ]
    var child = try child(
      ["-f", "", "--", "bob@example.org"],
      program: sendmail(#"kill -9 $PPID; sleep 0.3; cat > "$D/part"; mv "$D/part" "$D/got""#))
    child.stdin = .pipe(letter.bytes())
    #expect(try child.run().status == 137)
    #expect(try await eventually { try stage.folder.contents().contains("got") })
    #expect(try text("got").hasSuffix("--\n"))
    #expect(try text("got").contains("-----END PGP MESSAGE-----"))
  }
}
