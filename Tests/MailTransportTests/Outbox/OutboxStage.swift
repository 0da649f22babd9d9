import ByteStreams
import MIME
import SystemPackage
import TestSupport

@testable import MailTransport

/// A state folder with an outbox, and messages to put there.
struct OutboxStage {
  let folder: TemporaryFolder
  let outbox: Outbox

  init() throws {
    folder = try TemporaryFolder()
    outbox = try Outbox(in: folder.path.appending("state"))
  }

  static let fingerprint = String(repeating: "4FE1", count: 10)

  /// The octets of a message that has the shape of sealed mail; nobody can open it.
  static func sealed(_ text: String = "hQEMA0000") -> [UInt8] {
    let lines = [
      "From: alice@example.org", "To: bob@example.org", "Date: Sun, 22 Nov 2026 18:02:00 +0100",
      "Message-ID: <sealed@example.org>", "MIME-Version: 1.0", "Subject: [...]",
      "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=\"b\"", "", "--b",
      "Content-Type: application/pgp-encrypted", "", "Version: 1", "--b", "Content-Type: application/octet-stream", "",
      "-----BEGIN PGP MESSAGE-----", "", text, "=AAAA", "-----END PGP MESSAGE-----", "--b--", "",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  static func message(_ text: String = "hQEMA0000") throws -> SubmittableMessage {
    try .sealed(ByteStore(sealed(text)))
  }

  static func submission(
    to recipients: [String] = ["bob@example.org"], label: String = "message", text: String = "hQEMA0000"
  ) throws -> Submission {
    Submission(
      envelope: try Envelope(
        from: .address(try AddrSpec("alice@example.org")), to: try recipients.map { try AddrSpec($0) }),
      message: try message(text), label: label)
  }

  static func order(way: String = "smtps://alice@mail.example.org", account: String? = "home") throws -> Outbox.Order {
    Outbox.Order(
      way: way, account: account, certificates: [try AddrSpec("bob@example.org"): fingerprint], time: 1_795_651_200)
  }

  /// One copy to so many recipients, written ahead.
  func writeAhead(to recipients: [String] = ["bob@example.org"]) throws -> OutboxCopy {
    try outbox.writeAhead([Self.submission(to: recipients)], Self.order()).copies[0]
  }

  /// The same, left by a run that ended: nobody holds it.
  func leaveBehind(to recipients: [String] = ["bob@example.org"]) throws -> OutboxID {
    try writeAhead(to: recipients).record.id
  }

  func locked(now: Int64 = 1_795_651_300) throws -> LockedOutbox { try LockedOutbox(outbox, now: now) }

  /// `waiting/k3f9x2ab-1.eml` and the like, without what the folders themselves are.
  func files() throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("state/outbox/") }.map { String($0.dropFirst("state/outbox/".count)) }
      .filter { $0.contains("/") }
  }

  /// Where an entry is, by its files; more than one is a run that ended in the middle.
  func states(_ id: OutboxID) throws -> [String] {
    try files().filter { $0.hasSuffix("/\(id).eml") }.map { String($0.prefix { $0 != "/" }) }
  }

  func bytes(_ entry: OutboxEntry) throws -> [UInt8] { try readFile(entry.path) }
}
