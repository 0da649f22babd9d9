import SystemPackage
import TestSupport
import Testing

/// The recipes of `Documentation/reading.md`, each with the program that it is for.
@Suite struct ReadingRecipeTests {
  private let stage: Stage
  private let bob: TemporaryKeyring
  private let guide: Guide
  private var folder: TemporaryFolder { stage.folder }

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    guide = try Guide("reading.md")
    // Bob's shell finds this build.
    try folder.write(Array("#!/bin/sh\nexec '\(postsealBinary)' \"$@\"\n".utf8), to: "bin/postseal")
    try ChildProcess("chmod", ["+x", folder.appending("bin/postseal").string], environment: testEnvironment).run()
      .succeeded()
  }

  /// The one shell recipe that holds `text`.
  private func recipe(_ text: String) throws -> String {
    try #require(guide.blocks.first { $0.language == "sh" && $0.text.contains(text) }, "\(text)").text
  }

  /// A program of bob's, in the folder, who has postseal in his PATH.
  private func child(_ program: String, _ arguments: [String], _ variables: [String: String] = [:]) -> ChildProcess {
    var child = ChildProcess(program, arguments, environment: testEnvironment)
    child.environment["GNUPGHOME"] = bob.home.string
    child.environment["HOME"] = folder.path.string
    child.environment["PATH"] = "\(folder.path)/bin:" + (testEnvironment["PATH"] ?? "")
    child.environment.merge(variables) { $1 }
    child.directory = folder.path
    return child
  }

  private func sealIntoMailbox() throws {
    try stage.seal(Letter(body: "the figures\n"))
    for name in ["new", "tmp"] { try folder.write([], to: "Mail/\(name)/.keep") }
    try folder.write(try readFile(folder.appending("sealed.eml")), to: "Mail/cur/1:2,")
  }

  private func expectRead(_ text: String) {
    #expect(text.contains("╭ encrypted to you · good signature by Alice Example <alice@example.org>"), "\(text)")
    #expect(text.contains("│ the figures"), "\(text)")
  }

  @Test(.enabled(if: optionalTool("mutt") && optionalTool("neomutt"), "needs mutt and neomutt"))
  func `one key in mutt and neomutt shows a message with its verdict`() throws {
    try sealIntoMailbox()
    let lines = try guide.block("muttrc") + "set folder=\(folder.path) wait_key=no quit=yes delete=no\n"
    let configuration = try folder.write(Array(lines.utf8), to: "muttrc")
    for program in ["mutt", "neomutt"] {
      let arguments = ["-n", "-F", configuration.string, "-f", "\(folder.path)/Mail", "-e", "push P<exit>"]
      var run = child(program, arguments, ["TERM": "xterm", "LC_ALL": "C.UTF-8", "PAGER": "cat"]).onTerminal()
      run.timeLimit = 120
      expectRead(try run.run().succeeded().text)
    }
  }

  @Test(.enabled(if: optionalTool("notmuch"), "needs notmuch"))
  func `what notmuch finds is read`() throws {
    try sealIntoMailbox()
    let configuration = "[database]\npath=\(folder.path)/Mail\n[user]\nname=Bob\nprimary_email=bob@example.org\n"
    let variables = ["NOTMUCH_CONFIG": try folder.write(Array(configuration.utf8), to: "notmuch.conf").string]
    try child("notmuch", ["new", "--quiet"], variables).run().succeeded()
    expectRead(try child("sh", ["-c", try recipe("notmuch search")], variables).run().succeeded().text)
  }

  @Test func `git am gets a patch of whom it is meant to be by, and of nobody else`() throws {
    let patch = """
      From: Alice Example <alice@example.org>
      To: bob@example.org
      Subject: [PATCH] Add a file

      ---
      diff --git a/file b/file
      new file mode 100644
      --- /dev/null
      +++ b/file
      @@ -0,0 +1 @@
      +the figures

      """
    try folder.write(Array(patch.utf8), to: "letter.eml")
    try stage.run("encrypt", "letter.eml", "-o", "patch.eml", keyring: stage.alice).succeeded()
    let shell = "git init -q . && " + (try recipe("git am"))
    let variables = [
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_NAME": "Bob Meyer", "GIT_COMMITTER_EMAIL": "bob@example.org",
    ]
    let refused = try child("sh", ["-c", shell.replacing("alice@", with: "erin@")], variables).run()
    #expect(refused.stderr.contains("postseal: the message is not signed by erin@example.org"), "\(refused.stderr)")
    #expect(throws: (any Error).self) { try readFile(folder.appending("file")) }
    try child("sh", ["-c", shell], variables).run().succeeded()
    #expect(try readFile(folder.appending("file")) == Array("the figures\n".utf8))
  }

  @Test func `a script takes what is good into a folder of its own`() throws {
    try stage.seal()
    let shell = try recipe("folder=Signed") + "echo $folder\n"
    try folder.write(try readFile(folder.appending("sealed.eml")), to: "mail.eml")
    expect(try child("sh", ["-c", shell]).run(), stdout: "Signed\n", status: 0)
    try folder.write(Letter().bytes(), to: "mail.eml")
    #expect(try child("sh", ["-c", shell]).run().text == "Other\n")
  }
}
