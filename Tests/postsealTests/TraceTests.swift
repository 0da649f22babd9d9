import SystemPackage
import TestSupport
import Testing

/// What the system sees of opening a message, in the tool and in all that it starts: nobody is called but gpg's agent, and no file
/// comes into being outside the output.
///
/// GnuPG's own files in its home do not count: the lock files (`.#lk…`, linked to `NAME.lock`) and the trust database.
@Suite struct TraceTests {
  private static let hasTracer = optionalTool("strace")
  private static let messages = [
    "sealed-good", "signed-good", "for-a-locked-key", "remote-content", "remote-content-sealed",
    "key-url-of-unknown-signer",
  ]

  @Test(.enabled(if: hasTracer, "needs strace"), arguments: ["verify", "read", "decrypt"], messages)
  func `opening calls nobody but the agent and makes no file outside the output`(
    command: String, message: String
  ) throws {
    // Lines that would have gpg call a server, were it not told to stay offline.
    let keyring = try TemporaryKeyring(
      own: [.bob], accepted: [.alice],
      options: ["auto-key-retrieve", "auto-key-locate wkd,keyserver", "keyserver hkp://127.0.0.1:9"])
    let home = keyring.home.string
    try Self.launchAgent(of: keyring)
    let folder = try TemporaryFolder()
    let traces = try TemporaryFolder()
    let output = command == "decrypt" ? ["-o", "opened.eml"] : []
    var child = postseal([command, Corpus.folder.appending("\(message).eml").string] + output, keyring: keyring)
    child.arguments =
      ["-f", "-qq", "-e", "trace=\(Self.calls)", "-o", traces.appending("log").string, child.program] + child.arguments
    child.program = "strace"
    // A server of gpg's that was started would be traced to its end.
    child.timeLimit = 60
    child.directory = folder.path
    let run = try child.run()
    let isOpened = message != "for-a-locked-key"
    #expect(run.status == 0 || command == "verify" || !isOpened, "\(run.stderr)")

    let trace = Trace(String(decoding: try traces.read("log"), as: UTF8.self))
    #expect(trace.calls.contains { $0.name == "openat" })
    #expect(trace.connections.allSatisfy { $0.contains("sun_path=\"\(home)/S.gpg-agent\"") }, "\(trace.connections)")
    if message.hasPrefix("sealed") { #expect(!trace.connections.isEmpty) }
    let allowed = trace.created.filter { Self.isOfGnuPG($0, home) || $0.contains("\"/dev/null\"") }
    let others = trace.created.filter { !allowed.contains($0) }
    #expect(others.isEmpty == output.isEmpty || !isOpened, "\(others)")
    #expect(others.allSatisfy { $0.contains("O_TMPFILE") || $0.contains("\"opened.eml\"") }, "\(others)")
    #expect(try folder.contents() == (output.isEmpty || !isOpened ? [] : ["opened.eml"]))
  }

  /// Who cuts the power finds whole messages or none.
  @Test(.enabled(if: hasTracer, "needs strace"))
  func `a message of a mailbox is on the disk before it has its name, and then its name is`() throws {
    let keyring = try TemporaryKeyring(own: [.bob], accepted: [.alice])
    try Self.launchAgent(of: keyring)
    let (folder, traces) = (try TemporaryFolder(), try TemporaryFolder())
    let message = Corpus.folder.appending("sealed-good.eml").string
    var child = postseal(["decrypt", message, "--into", "opened"], keyring: keyring)
    child.arguments =
      ["-f", "-qq", "-e", "trace=fsync,linkat", "-o", traces.appending("log").string, child.program] + child.arguments
    child.program = "strace"
    child.directory = folder.path
    try child.run().succeeded()
    let calls = Trace(String(decoding: try traces.read("log"), as: UTF8.self)).calls.map(\.line)
    // linkat(AT_FDCWD, "/proc/self/fd/12", 9, "postseal-…", AT_SYMLINK_FOLLOW) = 0
    let naming = try #require(calls.firstIndex { $0.contains("/proc/self/fd/") })
    let ends = try #require(calls[naming].firstMatch(of: /self\/fd\/(\d+)", (\d+)/)).output
    #expect(calls[..<naming].contains { $0.hasPrefix("fsync(\(ends.1)") }, "\(calls)")
    #expect(calls[naming...].contains { $0.hasPrefix("fsync(\(ends.2)") }, "\(calls)")
  }

  /// An agent that gpg started would be traced as well, and to the end of its life.
  private static func launchAgent(of keyring: TemporaryKeyring) throws {
    let arguments = ["--homedir", keyring.home.string, "--launch", "gpg-agent"]
    try ChildProcess("gpgconf", arguments, environment: testEnvironment).run().succeeded()
  }

  private static let calls =
    "network,openat,open,creat,openat2,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
    + "memfd_create"

  /// GnuPG's lock files and its trust database, in the keyring's own home.
  private static func isOfGnuPG(_ call: String, _ home: String) -> Bool {
    let paths = call.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
    return !paths.isEmpty
      && paths.allSatisfy {
        $0.hasPrefix("\(home)/.#lk") || ($0.hasPrefix("\(home)/") && $0.hasSuffix(".lock"))
          || $0 == "\(home)/trustdb.gpg"
      }
  }

  /// The same for mail that is fetched, which is removed from the server then.
  @Test(.enabled(if: hasTracer, "needs strace"))
  func `what is fetched is on the disk before it appears, and has appeared there before it is removed`() throws {
    let stage = try FetchStage()
    let script = try POP3Script([(id: "a", text: "Subject: one\r\n\r\ntext\r\n")])
    var child = stage.command(["fetch", "--from", stage.url(script), "--into", "box", "--delete-after-fetch"])
    child.arguments =
      [
        "-f", "-qq", "-y", "-e", "trace=fsync,renameat2,renameat,rename,linkat,sendto", "-o",
        stage.folder.appending("log").string, child.program,
      ] + child.arguments
    child.program = "strace"
    child.timeLimit = 60
    try child.run().succeeded()
    let lines = String(decoding: try stage.folder.read("log"), as: UTF8.self).split(separator: "\n").map(String.init)
    let box = stage.box
    func first(_ name: String, _ parts: String...) throws -> Int {
      // After the number of the process.
      let found = lines.firstIndex { line in
        line.drop { $0.isNumber || $0 == " " }.hasPrefix(name) && parts.allSatisfy(line.contains)
      }
      return try #require(found, "\(name) \(parts): \(lines)")
    }
    let file = try first("fsync", "<\(box)/tmp/")
    let named = try first("fsync", "<\(box)/tmp>")
    let moved = try first("rename", "<\(box)/tmp>", "<\(box)/new>")
    let appeared = try first("fsync", "<\(box)/new>")
    let removed = try first("sendto", "DELE 1")
    #expect(file < named && named < moved && moved < appeared && appeared < removed, "\(lines)")
  }
}

/// The system calls that strace wrote down.
private struct Trace {
  let calls: [(name: String, line: String)]

  init(_ text: String) {
    calls = text.split(separator: "\n").compactMap { line in
      // "1234  openat(…) = 3"
      guard let start = line.firstIndex(where: { !$0.isNumber && $0 != " " }) else { return nil }
      let call = line[start...]
      return (String(call.prefix { $0 != "(" }), String(call))
    }
  }

  /// Whatever reaches another process or another machine through a socket.
  var connections: [String] {
    calls.filter { ["connect", "sendto", "bind"].contains($0.name) && !$0.line.contains("sin_port=htons(0)") }
      .map(\.line).filter { $0.contains("sa_family") }
  }

  /// Whatever makes a file, or opens one for writing; w3m tries in vain below /dev/null, where it is told its home is.
  var created: [String] {
    calls.filter { call in
      if call.line.contains("\"/dev/null/"), call.line.contains(") = -1 ENOTDIR") { return false }
      if ["openat", "open", "openat2"].contains(call.name) {
        return ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TMPFILE"].contains { call.line.contains($0) }
      }
      return [
        "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "link", "linkat",
        "symlink", "symlinkat", "memfd_create",
      ].contains(call.name)
    }.map(\.line)
  }
}
