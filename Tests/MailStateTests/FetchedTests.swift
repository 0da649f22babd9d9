import TestSupport
import Testing

@testable import MailState

@Suite struct FetchedTests {
  private let folder: TemporaryFolder
  private let database: StateDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try StateDatabase.open(in: folder.path)
  }

  private func message(_ id: String, _ state: FetchedMessage.State = .delivered) -> FetchedMessage {
    FetchedMessage(id: id, state: state, place: "/box", name: "1.x", detail: "S", time: 5, removalIsDue: id == "a")
  }

  @Test func `each mailbox has its own messages, and they outlast the run`() throws {
    try database.keep([message("a"), message("b", .staged)], of: "one")
    try database.keep([message("a", .passed)], of: "two")
    let again = try StateDatabase.open(in: folder.path)
    #expect(try again.fetched(from: "one").messages == [message("a"), message("b", .staged)])
    #expect(try again.fetched(from: "one").validity == nil)
    try again.keep([message("b")], of: "one")
    #expect(try again.fetched(from: "one").messages == [message("a"), message("b")])
    #expect(try again.fetched(from: "two").messages == [message("a", .passed)])
    try again.forgetFetched(["a"], of: "one")
    #expect(try again.fetched(from: "one").messages == [message("b")])
  }

  @Test func `a new numbering forgets the old one's messages`() throws {
    try database.beginFetching(from: "one", validity: .max)
    try database.keep([message("a")], of: "one")
    #expect(try database.fetched(from: "one").validity == .max)
    try database.beginFetching(from: "one", validity: 2)
    #expect(try database.fetched(from: "one") == (2, []))
  }

  @Test func `what a server has not had for long is forgotten, and what is back is not`() throws {
    try database.keep([message("a"), message("b")], of: "one")
    try database.noteListing(["a"], of: "one", at: 100, forgettingBefore: 0)
    try database.noteListing(["a"], of: "one", at: 200, forgettingBefore: 100)
    #expect(try database.fetched(from: "one").messages.count == 2)
    try database.noteListing(["a", "b"], of: "one", at: 250, forgettingBefore: 200)
    try database.noteListing(["a"], of: "one", at: 300, forgettingBefore: 200)
    #expect(try database.fetched(from: "one").messages.count == 2)
    try database.noteListing(["a"], of: "one", at: 400, forgettingBefore: 301)
    #expect(try database.fetched(from: "one").messages.map(\.id) == ["a"])
  }
}

private func == (
  left: (validity: UInt32?, messages: [FetchedMessage]), right: (UInt32?, [FetchedMessage])
) -> Bool {
  left.validity == right.0 && left.messages == right.1
}
