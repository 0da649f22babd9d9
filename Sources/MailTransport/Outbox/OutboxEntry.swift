import ByteStreams
package import MIME
package import SystemPackage

/// An entry of the outbox as it was found; another run may have changed it since.
package struct OutboxEntry: Sendable {
  package let record: OutboxRecord
  /// Where it is; one that was being handed over when its run ended is `unknown`, wherever its file lies.
  package let state: OutboxState
  /// How many octets the message has.
  package let octets: Int
  /// Its file: a mail message that starts with our fields.
  package let path: FilePath

  package var id: OutboxID { record.id }
}

/// A file of the outbox that no entry can be read from.
package struct OutboxDamage: Sendable, Hashable {
  package let path: FilePath
  /// What is wrong with it.
  package let reason: String
}

/// A message of which not every copy had been written when its run ended: nothing of it was handed over, and nothing of it is sent.
package struct IncompleteMessage: Sendable, Equatable {
  /// What all of its copies are called.
  package let group: String
  /// For whom they are, as far as they were written.
  package let recipients: [AddrSpec]
}

/// Everything that the outbox holds.
package struct OutboxListing: Sendable {
  /// The oldest first.
  package let entries: [OutboxEntry]
  package let damaged: [OutboxDamage]
  package let incomplete: [IncompleteMessage]

  /// What an outbox holds that was never made.
  package static let empty = OutboxListing(entries: [], damaged: [], incomplete: [])
}

/// The file of an entry, taken apart: its record is read, its message is only measured.
struct OutboxFile {
  let record: OutboxRecord
  let facts: OutboxRecord.MessageFacts
  let message: ByteStore

  /// - Throws: `damaged`, `stream`.
  init(_ store: ByteStore, name: String) throws(OutboxError) {
    var found = OutboxRecord.read(try Self.start(of: store, 64 << 10))
    if found == nil, store.count > 64 << 10 {
      found = OutboxRecord.read(try Self.start(of: store, OutboxRecord.headLimit))
    }
    guard let found else { throw .damaged(name: name, "its first lines are not those of an entry") }
    guard found.record.id.fileName == name else { throw .damaged(name: name, "it is the file of another entry") }
    guard store.count - found.count == found.message.octets else {
      throw .damaged(
        name: name, "its message has \(store.count - found.count) octets and should have \(found.message.octets)")
    }
    (record, facts) = (found.record, found.message)
    message = store.slice(found.count..<store.count)
  }

  /// The message, once all of it was looked at: it is the one that was written, and it is protected.
  ///
  /// - Throws: `damaged`, `stream`.
  func submittable() throws(OutboxError) -> SubmittableMessage {
    let name = record.id.fileName
    let digest = try OutboxError.streaming { () throws(StreamError) in try MessageDigest.hex(of: message.source()) }
    guard digest == facts.digest else { throw .damaged(name: name, "its message is not the one that was written") }
    do throws(MIMEError) {
      switch record.protection {
      case .sealed: return try .sealed(message)
      case .signed: return try .signed(message)
      case .clear: throw MIMEError.notReproduced("the message is in clear")
      }
    } catch {
      throw .damaged(name: name, "its message is not protected")
    }
  }

  private static func start(of store: ByteStore, _ count: Int) throws(OutboxError) -> [UInt8] {
    try OutboxError.streaming { () throws(StreamError) in try store.read(0..<min(count, store.count)) }
  }
}
