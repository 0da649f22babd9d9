import SystemPackage
import Testing
import TestSupport

@Suite struct TestSupportTests {
  @Test func `a keyring holds what it was asked for, with its trust, and leaves nothing behind`() throws {
    var home = FilePath()
    do {
      let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob], certificates: [.carol, .expired])
      home = keyring.home
      let listing = try keyring.gpg("--with-colons", "--list-keys").succeeded().text
      let validities = listing.split(separator: "\n").filter { $0.hasPrefix("pub:") }.map {
        $0.split(separator: ":")[1]
      }
      #expect(validities == ["u", "f", "-", "e"])
      let sealed = try keyring.gpg(
        "--trust-model", "always", "-r", Identity.alice.hexFingerprint, "-seo", "-", stdin: Array("hello".utf8)
      ).succeeded()
      #expect(try keyring.gpg("-d", stdin: sealed.stdout).succeeded().text == "hello")
    }
    #expect(try ChildProcess("test", ["-e", home.string], environment: testEnvironment).run().status == 1)
  }

  @Test(arguments: Identity.allCases)
  func `every identity can be imported, under the fingerprint of the table`(identity: Identity) throws {
    let keyring = try TemporaryKeyring(foreign: [identity])
    let listing = try keyring.gpg("--with-colons", "--list-secret-keys").succeeded().text
    #expect(listing.contains("fpr:::::::::\(identity.hexFingerprint):"))
  }

  @Test func `a disabled certificate is listed as disabled`() throws {
    let keyring = try TemporaryKeyring(certificates: [.bob])
    try keyring.disable(.bob)
    let listing = try keyring.gpg("--with-colons", "--list-keys").text
    #expect(listing.contains("D:"))
  }

  @Test func `input and output of a child go by file and by pipe`() throws {
    let bytes = SplitMix64.sample(300_000)
    for (stdin, stdout) in [(ChildInput.file(bytes), ChildOutput.file), (.pipe(bytes), .pipe)] {
      var child = ChildProcess("cat", [], environment: testEnvironment)
      child.stdin = stdin
      child.stdout = stdout
      let run = try child.run()
      #expect(run.stdout == bytes && run.status == 0)
    }
  }

  @Test func `a child meets closed descriptors, broken pipes, full disks and terminals`() throws {
    func status(_ script: String, _ change: (inout ChildProcess) -> Void) throws -> Int32 {
      var child = ChildProcess("sh", ["-c", script], environment: testEnvironment)
      change(&child)
      return try child.run().status
    }
    #expect(try status("! (echo x) 2>/dev/null") { $0.stdout = .closed } == 0)
    #expect(try status("! cat 2>/dev/null") { $0.stdin = .closed } == 0)
    #expect(try status("exec head -c 200000 /dev/zero") { $0.stdout = .brokenPipe } == 128 + 13)
    #expect(try status("echo full") { $0.stdout = .path("/dev/full") } != 0)
    #expect(try status("exec head -c 5000 /dev/zero") { $0.fileSizeLimit = 8 } == 128 + 25)
    #expect(try status("! test -t 1 && ! { true </dev/tty; } 2>/dev/null") { _ in } == 0)
    #expect(try status("test -t 1 && test -t 2 && true </dev/tty && exit 7") { $0 = $0.onTerminal() } == 7)
  }

  @Test func `a child's time and memory are measured as its own`() throws {
    let ballast = [UInt8](repeating: 1, count: 64 << 20)
    let run = try ChildProcess("sleep", ["0.2"], environment: testEnvironment).run()
    #expect(run.duration > .milliseconds(200) && run.duration < .seconds(5))
    #expect(run.peakMemory > 0 && run.peakMemory < ballast.count / 4)
  }
}

extension SplitMix64 {
  fileprivate static func sample(_ count: Int) -> [UInt8] {
    var generator = SplitMix64(seed: 1)
    return generator.bytes(count)
  }
}
