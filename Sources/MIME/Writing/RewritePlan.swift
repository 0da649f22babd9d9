import ByteStreams

/// What a rewritten entity is made of, in order.
struct RewritePlan: Sendable {
  /// One piece.
  enum Piece: Equatable, Sendable {
    /// Octets of the message with CRLF at their line ends; a bare CR, which ends no line, stays.
    case range(Range<Int>)
    /// Octets that stand for others.
    case bytes([UInt8])
    /// A leaf's body in another transfer encoding.
    case encoded(Range<Int>, from: ContentTransferEncoding, to: BodyEncoding)
  }

  /// How a body is encoded anew.
  enum BodyEncoding: Sendable {
    case quotedPrintableText
    case quotedPrintableBinary
    /// Text: its line ends are made CRLF first, which is its canonical form.
    case base64Text
    case base64Binary

    var transferEncoding: ContentTransferEncoding {
      switch self {
      case .quotedPrintableText, .quotedPrintableBinary: .quotedPrintable
      case .base64Text, .base64Binary: .base64
      }
    }
  }

  private(set) var pieces: [Piece] = []

  /// Adds a piece; ranges that touch become one.
  mutating func append(_ piece: Piece) {
    switch (pieces.last, piece) {
    case (_, .range(let range)) where range.isEmpty: return
    case (.range(let last), .range(let next)) where last.upperBound == next.lowerBound:
      pieces[pieces.count - 1] = .range(last.lowerBound..<next.upperBound)
    default: pieces.append(piece)
    }
  }

  /// The source of one piece; made when its turn comes, so that ten thousand parts do not hold buffers at once.
  static func source(of piece: Piece, in store: ByteStore) -> any ByteSource {
    switch piece {
    case .bytes(let bytes): return ArraySource(bytes)
    case .range(let range): return SignedTextSource(store.source(range))
    case .encoded(let range, let encoding, let target):
      // The line ends of an encoded body are those of its transport; those of quoted-printable are content.
      let body = encoding == .quotedPrintable ? SignedTextSource(store.source(range)) : store.source(range)
      let content = encoding.decoding(body)
      switch target {
      case .quotedPrintableText: return QuotedPrintableEncodingSource(content, content: .text)
      case .quotedPrintableBinary: return QuotedPrintableEncodingSource(content, content: .binary)
      case .base64Text: return Base64EncodingSource(CRLFSource(content))
      case .base64Binary: return Base64EncodingSource(content)
      }
    }
  }
}

/// Streams the pieces of a plan one after the other.
final class RewriteSource: ByteSource {
  private let store: ByteStore
  private var rest: ArraySlice<RewritePlan.Piece>
  private var current: (any ByteSource)?

  init(_ pieces: [RewritePlan.Piece], in store: ByteStore) {
    self.store = store
    rest = pieces[...]
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while true {
      if let source = current {
        let count = try source.read(into: &buffer)
        if count > 0 { return count }
        current = nil
      }
      guard let piece = rest.popFirst() else { return 0 }
      current = RewritePlan.source(of: piece, in: store)
    }
  }
}
