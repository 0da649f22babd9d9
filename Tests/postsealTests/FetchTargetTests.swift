import SystemPackage
import Testing

@testable import postseal

@Suite struct FetchTargetTests {
  @Test(arguments: [
    ("INBOX", "/box"), ("inbox", "/box"), ("Sent", "/box/.Sent"), ("Lists/Swift", "/box/.Lists.Swift"),
    ("../x", "/box/.%2E%2E.x"), ("a.b", "/box/.a%2Eb"), ("/etc", "/box/.%.etc"), ("50%", "/box/.50%25"),
    ("a\u{1B}[31m", "/box/.a%1B[31m"), ("..", "/box/.%2E%2E"), ("Entw\u{FC}rfe", "/box/.Entw\u{FC}rfe"),
  ]) func `a mailbox of the server has a folder that cannot be anywhere else`(name: String, path: String) throws {
    let target = try FetchTarget(argument: "maildir:/box")
    #expect(try target.subfolder(named: name).path == FilePath(path))
  }

  @Test func `a name that no file can have is refused, and an mbox has no folders`() throws {
    let long = String(repeating: "x", count: 251)
    #expect(throws: Failure.self) { try FetchTarget(argument: "maildir:/box").subfolder(named: long) }
    #expect(throws: Failure.self) { try FetchTarget(argument: "mbox:/box").subfolder(named: "Sent") }
  }
}
