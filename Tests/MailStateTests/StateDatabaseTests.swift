import ByteStreams
import Foundation
import GRDB
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailState

@Suite struct StateDatabaseTests {
  private let folder: TemporaryFolder
  private var state: FilePath { folder.path.appending("state").appending("postseal") }

  init() throws { folder = try TemporaryFolder() }

  private func reading(_ sender: String, at date: Int64, key: [UInt8]?) throws -> AutocryptReading {
    let field = key.map {
      "Autocrypt: addr=\(sender); prefer-encrypt=mutual; keydata=\(Data($0).base64EncodedString())\r\n"
    }
    let bytes = Array("From: \(sender)\r\n\(field ?? "")\r\n".utf8)
    let root = try MessageStructure.parse(ArraySource(bytes)).root
    return try AutocryptReading(root, received: date, now: .max)
  }

  private func news(_ sender: String, at date: Int64, key: [UInt8]?, gossip: [AutocryptHeader] = []) throws
    -> [AutocryptNews]
  {
    [AutocryptNews(reading: try reading(sender, at: date, key: key), gossip: gossip)]
  }

  private func mode(_ path: FilePath) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
  }

  @Test func `what was taken in is there in the next run, in whatever capitals it is asked for`() throws {
    let database = try StateDatabase.open(in: state)
    #expect(try database.take(news("Bob@Example.org", at: 100, key: [1, 2])) == 1)
    #expect(try database.take(news("bob@example.org", at: 50, key: [9])) == 0)
    let gossip = AutocryptHeader(address: try AddrSpec("Carol@example.net"), keyData: [3])
    #expect(try database.take(news("bob@example.org", at: 200, key: nil, gossip: [gossip])) == 1)
    let again = try #require(try StateDatabase.openExisting(in: state))
    let bob = try #require(try again.peer(AddrSpec("BOB@example.org")))
    #expect(bob.publicKey == [1, 2])
    #expect(bob.autocryptTimestamp == 100)
    #expect(bob.lastSeen == 200)
    #expect(bob.preference == .mutual)
    let carol = try #require(try again.peer(AddrSpec("carol@example.net")))
    #expect(carol.gossipKey == [3])
    #expect(carol.lastSeen == nil)
    #expect(try again.peers().map(\.address.text) == ["bob@example.org", "carol@example.net"])
    #expect(try again.forget(AddrSpec("Bob@example.org")))
    #expect(try !again.forget(AddrSpec("bob@example.org")))
    #expect(try again.peers() == [try #require(try again.peer(AddrSpec("carol@example.net")))])
  }

  @Test func `file and folder are for their owner only, one that others could read too`() throws {
    _ = try StateDatabase.open(in: state).take(news("bob@example.org", at: 1, key: [1]))
    let file = StateDatabase.path(in: state)
    #expect(try mode(file) == 0o600)
    #expect(try mode(state) == 0o700)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.string)
    _ = try StateDatabase.open(in: state)
    #expect(try mode(file) == 0o600)
    #expect(try folder.contents().sorted() == ["state", "state/postseal", "state/postseal/state.sqlite"])
  }

  @Test func `asking makes nothing`() throws {
    #expect(try StateDatabase.openExisting(in: state) == nil)
    #expect(try folder.contents().isEmpty)
  }

  @Test(arguments: ["no database at all, and long enough to be one".utf8.map { $0 }, Array("SQLite format 3\0".utf8)])
  func `a broken file is named and left as it is`(bytes: [UInt8]) throws {
    let content = bytes + [UInt8](repeating: 0x5A, count: 4096)
    let file = try folder.write(content, to: "state/postseal/state.sqlite")
    #expect(throws: MailStateError.corrupted(path: file.string)) { try StateDatabase.open(in: state) }
    #expect(throws: MailStateError.corrupted(path: file.string)) { try StateDatabase.openExisting(in: state) }
    #expect(try folder.read("state/postseal/state.sqlite") == content)
  }

  @Test func `a row that this program cannot have written is a broken file, and no crash`() throws {
    let database = try StateDatabase.open(in: state)
    for change in [
      "INSERT INTO peer (address, prefer_encrypt) VALUES ('no address', 'mutual')",
      "DROP TABLE peer; CREATE TABLE peer (address, last_seen); INSERT INTO peer VALUES ('a@b.example', 'soon')",
    ] {
      try database.write { try $0.execute(sql: change) }
      #expect(throws: MailStateError.self) { try database.peers() }
    }
  }

  @Test func `the file of a newer version is left alone`() throws {
    let database = try StateDatabase.open(in: state)
    try database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 tomorrow')") }
    let path = StateDatabase.path(in: state).string
    #expect(throws: MailStateError.newer(path: path)) { try StateDatabase.open(in: state) }
  }

  @Test func `a symbolic link and a folder in its place are refused`() throws {
    try folder.write([], to: "elsewhere")
    try folder.write([], to: "state/postseal/other")
    let file = StateDatabase.path(in: state)
    try FileManager.default.createSymbolicLink(atPath: file.string, withDestinationPath: "../../elsewhere")
    #expect(throws: MailStateError.self) { try StateDatabase.open(in: state) }
    #expect(try folder.read("elsewhere").isEmpty)
    try FileManager.default.removeItem(atPath: file.string)
    try FileManager.default.createDirectory(atPath: file.string, withIntermediateDirectories: false)
    #expect(throws: MailStateError.self) { try StateDatabase.open(in: state) }
  }

  @Test func `many at once lose nothing`() async throws {
    let state = state
    try await withThrowingTaskGroup(of: Void.self) { group in
      for run in 0..<8 {
        group.addTask {
          // Each opens it anew, the first ones before it has a schema.
          let database = try StateDatabase.open(in: state)
          for number in 0..<10 {
            let gossip = AutocryptHeader(address: try AddrSpec("p\(run)-\(number)@example.org"), keyData: [1])
            let date = Int64(run * 10 + number)
            _ = try database.take(self.news("bob@example.org", at: date, key: nil, gossip: [gossip]))
          }
        }
      }
      try await group.waitForAll()
    }
    let peers = try StateDatabase.open(in: state).peers()
    #expect(peers.count == 81)
    #expect(peers.first?.lastSeen == 79)
  }
}
