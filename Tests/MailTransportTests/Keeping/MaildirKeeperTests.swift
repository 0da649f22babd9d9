import ByteStreams
import Foundation
import MIME
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MaildirKeeperTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var keeper: MaildirKeeper { MaildirKeeper(path: folder.appending("Sent")) }

  @Test func `a copy lies in cur, seen, octet for octet`() async throws {
    try await keeper.keep(OutboxStage.message(), called: "postseal-k3f9x2ab-0", at: 1_795_651_200)
    let name = "Sent/cur/1795651200.postseal-k3f9x2ab-0.localhost:2,S"
    #expect(try folder.contents() == ["Sent", "Sent/cur", name, "Sent/new", "Sent/tmp"])
    #expect(try folder.read(name) == OutboxStage.sealed())
  }

  @Test func `a copy is there once, whatever flags it got meanwhile`() async throws {
    try await keeper.keep(OutboxStage.message(), called: "postseal-k3f9x2ab-0", at: 1_795_651_200)
    let cur = folder.appending("Sent/cur")
    let name = "1795651200.postseal-k3f9x2ab-0.localhost:2,"
    try FileManager.default.moveItem(
      atPath: cur.appending(name + "S").string, toPath: cur.appending(name + "FS").string)
    try await keeper.keep(OutboxStage.message(), called: "postseal-k3f9x2ab-0", at: 1_795_651_200)
    #expect(try folder.contents().filter { $0.hasPrefix("Sent/cur/") } == ["Sent/cur/\(name)FS"])
  }

  @Test func `a folder that cannot be made is an error that names it`() async throws {
    try folder.write([], to: "Sent")
    await #expect(throws: TransportError.self) {
      try await keeper.keep(OutboxStage.message(), called: "postseal-k3f9x2ab-0", at: 0)
    }
  }
}
