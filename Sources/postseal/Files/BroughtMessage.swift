import ByteStreams
import MIME
import MailTransport

/// A message that was brought from a server for one command; it lies nowhere else on this machine.
struct BroughtMessage: Sendable {
  /// How the person named it.
  let url: String
  let bytes: ByteStore

  /// Up to this many bytes stay in memory; a sealed message that is larger goes to an unlinked file of mode 0600.
  static let memoryLimit = 32 << 20

  /// The failure of looking for a message in this one.
  var isAlone: Failure {
    Failure(.usage, "`--message` is for a Maildir or mbox, and \(url) is one message", hint: "leave `--message` out")
  }

  /// Takes a message as it comes.
  ///
  /// What can be read without a key must not touch a disk that the person did not name, so a large one is refused.
  /// - Parameter limit: no larger message is brought, sealed or not: a server must not fill a disk that the person did not name.
  /// - Throws: `Failure` 64, `TransportError`, `StreamError`.
  static func take(
    _ message: RemoteMessage, from mailbox: any RemoteMailbox, atMost limit: Int = FetchWishes().octets,
    progress: (Int) -> Void
  ) throws -> ByteStore {
    try refuse(message.octets ?? 0, over: limit)
    var spool: Spool?
    var isSealed = false
    try mailbox.fetch(message) { piece in
      if spool == nil { isSealed = Self.isSealed(piece) }
      let target = spool ?? Spool(memoryLimit: isSealed ? memoryLimit : .max)
      spool = target
      try refuse(target.count + piece.count, over: limit)
      guard isSealed || target.count + piece.count <= memoryLimit else {
        throw Failure(
          .usage,
          "not fetched: the message is not sealed, and larger than \(ByteCount(memoryLimit)): "
            + "readable mail is kept in memory alone, unless you name a place for it",
          hint: "fetch it with `postseal fetch`, and open it there")
      }
      try target.write(piece.rawSpan)
      progress(target.count)
    }
    guard let spool else { return ByteStore([]) }
    try spool.finish()
    return try spool.store()
  }

  private static func refuse(_ octets: Int, over limit: Int) throws(Failure) {
    guard octets > limit else { return }
    throw Failure(
      .usage, "not fetched: the message is larger than \(ByteCount(limit))",
      hint: "fetch it with `postseal fetch --max-size SIZE`, and open it there")
  }

  /// Whether a message is encrypted as a whole, by what its header says.
  private static func isSealed(_ start: [UInt8]) -> Bool {
    (try? MessageStructure.parse(start))?.root.contentType.matches("multipart", "encrypted") == true
  }
}
