import SystemPackage
import TestSupport
import Testing

@testable import MailState

@Suite struct RefreshTests {
  @Test func `the last refresh of each home is kept`() throws {
    let folder = try TemporaryFolder()
    let database = try StateDatabase.open(in: folder.path)
    try database.noteRefresh(of: "AB", in: "/a", at: 1)
    try database.noteRefresh(of: "AB", in: "/b", at: 2)
    try database.noteRefresh(of: "AB", in: "/a", at: 3)
    #expect(try database.refreshes(in: "/a") == ["AB": 3])
    #expect(try StateDatabase.open(in: folder.path).refreshes(in: "/b") == ["AB": 2])
    #expect(try database.refreshes(in: "/c").isEmpty)
  }
}
