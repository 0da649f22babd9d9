import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MaildirSubmitterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var submitter: MaildirSubmitter { MaildirSubmitter(path: folder.appending("mail"), time: 1_000_000_000) }

  private func delivered() throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("mail/new/") }
  }

  @Test func `each copy is delivered once, byte for byte below its envelope`() async throws {
    let copies = [
      try copy(to: ["bob@example.org", "carol@example.net"]), try copy(from: nil, to: ["erin@example.org"]),
    ]
    let report = try await submitter.submit(copies)
    #expect(report.finding == .all)
    let names = report.copies.flatMap { $0.recipients.map(\.fate.summary) }
    #expect(names.count == 3 && names[0] == names[1] && names[1] != names[2])
    #expect(try delivered().count == 2)
    let first = try folder.read("mail/" + names[0].dropFirst("accepted: ".count))
    #expect(
      String(decoding: first, as: UTF8.self)
        == "Return-Path: <alice@example.org>\r\nDelivered-To: bob@example.org\r\nDelivered-To: carol@example.net\r\n"
        + shortMessage)
    let second = try folder.read("mail/" + names[2].dropFirst("accepted: ".count))
    #expect(
      String(decoding: second, as: UTF8.self)
        == "Return-Path: <>\r\nDelivered-To: erin@example.org\r\n" + shortMessage)
  }

  @Test func `files and folders are for their owner alone, and nothing else is left`() async throws {
    _ = try await submitter.submit([copy()])
    let new = try #require(try delivered().first)
    #expect(try folder.contents() == ["mail", "mail/cur", "mail/new", new, "mail/tmp"])
    for (path, mode) in [(new, 0o600), ("mail/new", 0o700), ("mail", 0o700)] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path).string)
      #expect(attributes[.posixPermissions] as? Int == mode)
    }
  }

  @Test func `names are never used twice`() {
    let names = (0..<1000).map { _ in MaildirName.next(at: 7) }
    #expect(Set(names).count == 1000)
    #expect(names.allSatisfy { $0.hasPrefix("7.") && !$0.contains("/") && !$0.contains(":") })
  }

  @Test func `an unusable folder is an error, and no copy is delivered`() async throws {
    try folder.write([], to: "mail")
    await #expect {
      _ = try await submitter.submit([copy()])
    } throws: { error in
      let error = try #require(error as? TransportError)
      return error.kind == .cannotCreate && error.description.contains(folder.appending("mail").string)
    }
  }

  @Test func `a Maildir below a folder that does not exist is not made`() async throws {
    let deep = MaildirSubmitter(path: folder.appending("a/b/mail"), time: 0)
    await #expect(throws: TransportError.self) { try await deep.submit([copy()]) }
    #expect(try folder.contents() == [])
  }
}
