import ByteStreams

/// What names and marks a message that has no file of its own.
///
/// The hash leaves out the fields in which mail programs keep flags and numbers, so that reading a message does not make it another.
struct MboxFacts {
  /// SHA-256 in hex.
  let hash: String
  /// The flags as a Maildir has them; nil for a message that nobody has seen.
  let flags: String?

  /// Lower-case names of fields that programs change in place.
  private static let volatile = [
    "status", "x-status", "x-keywords", "x-uid", "x-imap", "x-imapbase", "content-length", "lines", "x-mozilla-status",
    "x-mozilla-status2", "x-mozilla-keys",
  ]

  init(of store: ByteStore) throws(StreamError) {
    var lines = LineWindow(store)
    let digest = SHA256()
    var letters = ""
    var position = 0
    var isLeftOut = false
    // The header line by line, whatever its length; the body as it is.
    while let line = try lines.line(at: position), !line.isEmptyLine {
      if line.start.first != 0x20, line.start.first != 0x09 {
        isLeftOut = Self.volatile.contains { line.isNamed($0) }
        if line.isNamed("status") || line.isNamed("x-status") {
          letters += String(decoding: line.start.drop { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        }
      }
      if !isLeftOut { try Self.add(line.range, of: store, to: digest) }
      position = line.range.upperBound
    }
    try Self.add(position..<store.count, of: store, to: digest)
    hash = digest.finish()
    flags = Self.flags(letters)
  }

  /// R read, O old, A answered, F flagged, T draft, D deleted: what mutt, Dovecot and others write.
  private static func flags(_ letters: String) -> String? {
    let known: [(Character, String)] = [("R", "S"), ("A", "R"), ("F", "F"), ("D", "T"), ("T", "D")]
    let flags = known.filter { letters.contains($0.0) }.map(\.1).sorted().joined()
    return flags.isEmpty && !letters.contains("O") ? nil : flags
  }

  private static func add(_ range: Range<Int>, of store: ByteStore, to digest: borrowing SHA256) throws(StreamError) {
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(position + (64 << 10), range.upperBound)
      let bytes = try store.read(position..<end)
      digest.update(bytes.rawSpan)
      position = end
    }
  }
}
