import SystemPackage
import TestSupport
import Testing

@testable import postseal

/// How the tool behaves as a process: streams that are closed or full, signals, usage.
@Suite struct ProcessTranscripts {
  let stage: Stage

  init() throws { stage = try Stage() }

  @Test(arguments: [
    (ChildOutput.closed, "bad file descriptor", "", Int32(74)),
    (.path("/dev/full"), "no space left on device", "hint: make room there, or write to another place\n", 74),
  ])
  func `an output that cannot be written is an error`(
    output: ChildOutput, reason: String, hint: String, status: Int32
  ) throws {
    try stage.write(Letter())
    var child = stage.command("encrypt", "letter.eml", keyring: stage.alice)
    child.stdout = output
    expect(try child.run(), stderr: "postseal: cannot write standard output: \(reason)\n\(hint)", status: status)
  }

  @Test func `a reader that went away ends the run with 141 and no words`() throws {
    try stage.write(Letter())
    var child = stage.command("encrypt", "letter.eml", keyring: stage.alice)
    child.stdout = .brokenPipe
    expect(try child.run(), status: 141)
  }

  @Test func `a full disk leaves no file`() throws {
    try stage.write(Letter(body: String(repeating: "a line of text\n", count: 4000)))
    var child = stage.command("encrypt", "--no-sign", "letter.eml", "-o", "sealed.eml", keyring: stage.alice)
    child.fileSizeLimit = 1
    let run = try child.run()
    #expect(run.status == 74, "\(run.stderr)")
    #expect(try stage.folder.contents() == ["letter.eml"])
  }

  @Test(arguments: ["INT", "TERM", "HUP"])
  func `a signal ends the run with 130 and leaves no file`(signal: String) throws {
    try ChildProcess("mkfifo", [stage.folder.appending("fifo").string], environment: testEnvironment).run().succeeded()
    var child = stage.command("encrypt", "fifo", "-o", "sealed.eml", keyring: stage.alice)
    child.arguments = ["--preserve-status", "-s", signal, "0.5", child.program] + child.arguments
    child.program = "timeout"
    #expect(try child.run().status == 130)
    #expect(try stage.folder.contents() == ["fifo"])
  }

  @Test func `closed standard input is an input that cannot be read`() throws {
    var child = stage.command("encrypt", keyring: stage.alice)
    child.stdin = .closed
    let run = try child.run()
    #expect(run.status == 66)
    #expect(run.stderr == "postseal: cannot read standard input: bad file descriptor\n")
  }

  @Test(arguments: [
    (["sedn", "x"], "postseal: unknown command `postseal sedn`\nhint: did you mean `postseal send`?\n"),
    (["key", "lst"], "postseal: unknown command `postseal key lst`\nhint: did you mean `postseal key list`?\n"),
    (["key", "list", "--home", ""], "postseal: --home must not be empty\nhint: see `postseal key list --help`\n"),
    (
      ["key", "new", "--algorithm", "rsa512", "x"],
      """
      postseal: the value 'rsa512' is invalid for '--algorithm <algorithm>'. Please provide one of 'ed25519', 'rsa2048', \
      'rsa3072' or 'rsa4096'
      hint: see `postseal key new --help`

      """
    ),
    (["xyzzy"], "postseal: unknown command `postseal xyzzy`\nhint: see `postseal --help`\n"),
    (
      ["send", "--dry-rum"],
      "postseal: unknown option '--dry-rum'. Did you mean '--dry-run'?\nhint: see `postseal send --help`\n"
    ),
    (
      ["key", "show", "F231550C"],
      "postseal: the value 'F231550C' is invalid for '<name>'\nhint: see `postseal key show --help`\n"
    ),
  ])
  func `a mistyped command line has status 64 and the nearest that exists`(arguments: [String], stderr: String) throws {
    expect(try postseal(arguments).run(), stderr: stderr, status: 64)
  }

  @Test func `an error in JSON stands alone on standard error`() throws {
    expect(
      try stage.run("read", "--json", "nosuch.eml", keyring: stage.alice),
      stderr:
        #"{"version":1,"error":{"status":66,"messages":["cannot open nosuch.eml: no such file or directory"],"hints":[]}}"#
        + "\n", status: 66)
  }

  @Test func `a wrong configuration names its line`() throws {
    try stage.folder.write(Array("[crypto]\nheader-protection = 1\n".utf8), to: "c.toml")
    expect(
      try stage.run("key", "list", "--config", "c.toml", keyring: stage.alice),
      stderr: """
        postseal: c.toml:2: crypto.header-protection: it must be a string, not a number
        hint: correct the file, or use another with `--config FILE`

        """, status: 78)
  }

  @Test func `without a UTF-8 locale the marks are ASCII`() throws {
    try stage.write(Letter())
    var child = stage.command("verify", "letter.eml", keyring: stage.alice)
    child.environment["LANG"] = "C"
    expect(try child.run(), stdout: "- not signed, not encrypted\n", status: 3)
  }

  @Test func `colours are only on the marks, and only where they are asked for`() throws {
    try stage.write(Letter())
    let run = try stage.run("verify", "letter.eml", "--color", "always", keyring: stage.alice)
    #expect(run.text == "\u{1B}[2m–\u{1B}[0m not signed, not encrypted\n")
  }

  @Test func `the version is told`() throws {
    expect(try postseal(["--version"]).run(), stdout: "\(Postseal.version)\n", status: 0)
  }
}
