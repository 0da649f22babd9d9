import Foundation
import SystemPackage
import TestSupport
import Testing

/// The recipes of `Documentation/sendmail.md`, each with the program that it is for.
@Suite struct SendmailRecipeTests {
  private let stage: SendmailStage
  private let guide: String

  init() throws {
    stage = try SendmailStage()
    _ = try stage.link("postseal")
    guide = String(decoding: try readFile(Repository.root.appending("Documentation/sendmail.md")), as: UTF8.self)
  }

  /// A line of the guide; the paths of an installed postseal in it are those of this test.
  private func line(_ text: String) -> String {
    #expect(guide.contains("\n\(text)\n"), "the guide has no line `\(text)`")
    return text.replacing("/usr/local/bin/", with: "\(stage.folder.path)/bin/")
      .replacing("/usr/local/lib/", with: "\(stage.folder.path)/bin/")
  }

  /// Runs a program that finds postseal in its PATH.
  private func run(
    _ program: String, _ arguments: [String], _ input: String = "", in directory: FilePath? = nil,
    _ variables: [String: String] = [:]
  ) throws -> ChildRun {
    var child = ChildProcess(program, arguments, environment: stage.environment())
    child.environment["PATH"] = "\(stage.folder.path)/bin:" + (testEnvironment["PATH"] ?? "")
    child.environment.merge(variables) { $1 }
    child.stdin = .file(Array(input.utf8))
    child.directory = directory ?? stage.folder.path
    return try child.run()
  }

  /// What bob reads of the message that was delivered, after nothing of it was readable.
  private func read(_ text: String) throws -> String {
    #expect(text.contains("multipart/encrypted"))
    #expect(text.contains("Subject: [...]"))
    #expect(!text.contains(SendmailStage.secret))
    let opened = try stage.run(
      postsealBinary.string, ["decrypt", "--require-signature"], text.utf8, keyring: try Stage.bob())
    #expect(opened.status == 0, "\(opened.stderr)")
    return opened.text.replacing("\r\n", with: "\n")
  }

  /// Checks that one message with this text came to bob.
  private func expectOne(_ run: ChildRun, subject: String = "Budget") throws {
    #expect(run.status == 0, "\(run.text)\(run.stderr)")
    let delivered = try stage.delivered()
    #expect(delivered.map(\.recipients) == [["bob@example.org"]])
    let text = try read(try #require(delivered.first).text)
    #expect(text.contains("\nSubject: \(subject)\n"))
    #expect(text.contains("\(SendmailStage.secret)\n"))
    #expect(try stage.leaks() == [])
  }

  // MARK: Mail programs

  private func mutt(_ program: String, to recipient: String) throws -> ChildRun {
    let lines = [
      line(#"set sendmail = "postseal sendmail --account home""#),
      line("set crypt_autoencrypt = no crypt_autosign = no"),
      line("set copy = no"), #"set from = "alice@example.org" realname = "Alice Example" use_from = yes"#,
      #"set hostname = "example.org" "#,
    ]
    let configuration = try stage.folder.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: "muttrc")
    return try run(
      program, ["-n", "-F", configuration.string, "-s", "Budget", "--", recipient], "\(SendmailStage.secret)\n")
  }

  @Test(.enabled(if: optionalTool("mutt"), "needs mutt"))
  func `mail of mutt arrives sealed`() throws {
    try expectOne(try mutt("mutt", to: "bob@example.org"))
  }

  @Test(.enabled(if: optionalTool("neomutt"), "needs neomutt"))
  func `mail of neomutt arrives sealed, and it is told what is refused`() throws {
    try expectOne(try mutt("neomutt", to: "bob@example.org"))
    let run = try mutt("neomutt", to: "dave@example.com")
    #expect(run.status != 0)
    #expect((run.text + run.stderr).contains("no certificate for dave@example.com"), "\(run.text)\(run.stderr)")
    #expect(try stage.delivered().count == 1)
    #expect(try stage.outbox().count == 1)
    #expect(try stage.leaks() == [])
  }

  @Test(.enabled(if: optionalTool("s-nail"), "needs s-nail"))
  func `mail of s-nail arrives sealed`() throws {
    let lines = [line("set mta=/usr/local/bin/postseal"), "set from=alice@example.org", "set nosave"]
    let configuration = try stage.folder.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: "mailrc")
    try expectOne(
      try run(
        "s-nail", ["-s", "Budget", "bob@example.org"], "\(SendmailStage.secret)\n",
        ["MAILRC": configuration.string, "MAILX_NO_SYSTEM_RC": "1"]))
  }

  @Test(.enabled(if: optionalTool("bsd-mailx"), "needs bsd-mailx"))
  func `mail of bsd-mailx arrives sealed`() throws {
    _ = try stage.link("sendmail")
    let lines = [line("set sendmail=/usr/local/lib/sendmail"), "unset save"]
    let configuration = try stage.folder.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: "mailrc")
    try expectOne(
      try run(
        "bsd-mailx", ["-n", "-s", "Budget", "bob@example.org"], "\(SendmailStage.secret)\n",
        ["MAILRC": configuration.string, "USER": "alice", "LOGNAME": "alice"]))
  }

  // MARK: git

  private func git(_ arguments: String..., in directory: FilePath) throws -> ChildRun {
    try run("git", arguments, in: directory, gitEnvironment)
  }

  private var gitEnvironment: [String: String] {
    [
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Alice Example", "GIT_AUTHOR_EMAIL": "alice@example.org",
      "GIT_COMMITTER_NAME": "Alice Example", "GIT_COMMITTER_EMAIL": "alice@example.org",
    ]
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: "/usr/lib/git-core/git-send-email") || testsEverything,
      "needs git-email"))
  func `a series of patches arrives sealed, and git am applies what decrypt gives`() throws {
    let repository = stage.folder.appending("repository")
    try stage.folder.write(Array("start\n".utf8), to: "repository/file")
    try git("init", "-q", "-b", "main", in: repository).succeeded()
    try git("add", "file", in: repository).succeeded()
    try git("commit", "-q", "-m", "Start", in: repository).succeeded()
    try git("clone", "-q", ".", "../clone", in: repository).succeeded()
    for number in 1...3 {
      let text = (0...number).map { "line \($0) größer\t \n" }.joined() + ".\nFrom here\n"
      try stage.folder.write(Array(text.utf8), to: "repository/file")
      try git("commit", "-q", "-a", "-m", "Change \(number)\n\n\(SendmailStage.secret)", in: repository).succeeded()
    }
    let shell = """
      \(line(#"git config sendemail.sendmailCmd "postseal sendmail --account home""#))
      \(line("git send-email --to bob@example.org --confirm never HEAD~3"))
      """
    let sent = try run("sh", ["-e", "-c", shell], in: repository, gitEnvironment)
    #expect(sent.status == 0, "\(sent.text)\(sent.stderr)")
    let delivered = try stage.delivered()
    // git gives the author of a patch a copy.
    #expect(
      delivered.map(\.recipients) == Array(repeating: ["bob@example.org", "alice@example.org"], count: 3))

    let patches = try delivered.map { copy in (copy.text, try read(copy.text)) }.sorted {
      let numbers = [$0, $1].map { $0.1.firstMatch(of: /\[PATCH (\d)\/3\]/)?.1 ?? "" }
      return numbers[0] < numbers[1]
    }
    let clone = stage.folder.appending("clone")
    for (sealed, _) in patches {
      try stage.folder.write(Array(sealed.utf8), to: "clone/patch.eml")
      let bob = try Stage.bob()
      let applied = try run(
        "sh", ["-c", line("postseal decrypt patch.eml | git am")], in: clone,
        gitEnvironment.merging(["GNUPGHOME": bob.home.string]) { $1 })
      #expect(applied.status == 0, "\(applied.text)\(applied.stderr)")
    }
    #expect(try stage.folder.read("clone/file") == stage.folder.read("repository/file"))
    let log = try git("log", "--format=%an <%ae> %s", in: clone).text
    #expect(log.split(separator: "\n").first == "Alice Example <alice@example.org> Change 3")
    #expect(try stage.leaks() == [])
  }

  // MARK: cron

  /// What Debian's cron writes to its mailer, which is compiled in, and what others' do.
  @Test(arguments: [
    ["-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"],
    ["-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "root"],
  ])
  func `what cron mails to root arrives sealed where the configuration says`(arguments: [String]) throws {
    for text in [#"local-domain = "example.org""#, "[aliases]", #"root = "alice@example.org""#] { _ = line(text) }
    try stage.configure(top: "local-domain = \"example.org\"\n[aliases]\nroot = \"bob@example.org\"")
    let message = """
      From: root (Cron Daemon)
      To: root
      Subject: Cron <root@host> backup
      MIME-Version: 1.0
      Content-Type: text/plain; charset=UTF-8
      Content-Transfer-Encoding: 8bit
      X-Cron-Env: <SHELL=/bin/sh>
      X-Cron-Env: <HOME=/root>

      \(SendmailStage.secret)

      """
    try expectOne(
      try run(try stage.link("sendmail"), arguments, message), subject: "Cron <root@host> backup")
    // The environment of the job is for its owner alone.
    let sealed = try #require(try stage.delivered().first).text
    #expect(!sealed.contains("X-Cron-Env"))
    #expect(try read(sealed).contains("\nX-Cron-Env: <HOME=/root>\n"))
  }

  // MARK: The guide

  @Test func `every command of the guide prints what the guide says`() throws {
    try stage.folder.write(Array(stage.letter().utf8), to: "letter.eml")
    try stage.folder.write(Array(stage.letter(to: "dave@example.com").utf8), to: "dave.eml")
    var commands: [(command: String, output: [String])] = []
    var isInside = false
    for line in guide.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        commands.append((String(line.dropFirst(2)), []))
      } else if isInside {
        commands[commands.count - 1].output.append(line)
      }
    }
    #expect(commands.count == 3)
    var script = "exec 2>&1\n"
    for (command, _) in commands { script += "status=$?; echo '$ '; (exit $status)\n\(command)\n" }
    let run = try run("sh", ["-c", script], in: nil, ["XDG_STATE_HOME": ""])
    let found = Self.comparable(run.text.replacing(stage.folder.path.string, with: "~"))
    #expect(found == commands.map { "$ \n" + $0.output.map { Self.comparable($0) + "\n" }.joined() }.joined())
  }

  private static func comparable(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\d/, with: "DATE").replacing(/held\/\w+(-1)?\.eml/, with: "held/ID.eml")
      .replacing(/alone: \w+(-1)?/, with: "alone: ID").replacing(/\d+ bytes/, with: "N bytes")
  }
}
