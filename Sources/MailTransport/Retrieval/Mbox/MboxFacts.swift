package import ByteStreams
import MIME

/// What names and marks a message that has no file of its own.
///
/// The hash leaves out the fields in which mail programs keep flags and numbers, so that reading a message does not make it another.
package struct MboxFacts {
  /// SHA-256 in hex.
  package let hash: String
  /// The flags as a Maildir has them; nil for a message that nobody has seen.
  package let flags: String?

  /// Lower-case names of fields that programs change in place.
  private static let volatile = [
    "status", "x-status", "x-keywords", "x-uid", "x-imap", "x-imapbase", "content-length", "lines", "x-mozilla-status",
    "x-mozilla-status2", "x-mozilla-keys", DeliveryMark.fieldName.lowercased(),
  ]

  /// - Parameter window: about how many bytes are read at once.
  /// - Throws: `system`, `changed`.
  package init(of store: ByteStore, window: Int = 256 << 10) throws(StreamError) {
    var lines = LineWindow(store, size: window)
    let digest = MessageDigest()
    var letters: Set<UInt8> = []
    var position = 0
    /// Where what was not hashed yet begins; nil inside of a field that is left out.
    var start: Int? = 0
    // The header line by line, up to where whoever judges the message sees its end; the body as it is.
    while let line = try lines.line(at: position) {
      let kind = HeaderLine(line.start)
      if kind == .end || kind == .other { break }
      if kind != .continuation {
        let isLeftOut = Self.volatile.contains { line.isNamed($0) }
        if isLeftOut, let first = start { try Self.add(first..<position, of: store, to: digest) }
        start = isLeftOut ? nil : start ?? position
        if line.isNamed("status") || line.isNamed("x-status") {
          letters.formUnion(line.start.drop { $0 != UInt8(ascii: ":") })
        }
      }
      position = line.range.upperBound
    }
    try Self.add((start ?? position)..<store.count, of: store, to: digest)
    hash = digest.finish()
    flags = Self.flags(letters)
  }

  /// R read, O old, A answered, F flagged, T draft, D deleted: what mutt, Dovecot and others write.
  private static func flags(_ letters: Set<UInt8>) -> String? {
    let known: [(Unicode.Scalar, String)] = [("R", "S"), ("A", "R"), ("F", "F"), ("D", "T"), ("T", "D")]
    let flags = known.filter { letters.contains(UInt8(ascii: $0.0)) }.map(\.1).sorted().joined()
    return flags.isEmpty && !letters.contains(UInt8(ascii: "O")) ? nil : flags
  }

  private static func add(
    _ range: Range<Int>, of store: ByteStore, to digest: borrowing MessageDigest
  ) throws(StreamError) {
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(position + (64 << 10), range.upperBound)
      let bytes = try store.read(position..<end)
      digest.update(bytes.rawSpan)
      position = end
    }
  }
}
