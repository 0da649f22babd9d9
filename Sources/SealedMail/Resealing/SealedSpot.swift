import ByteStreams
import MIME

/// Where the ciphertext of a message that is encrypted as a whole stands: what of the message another one takes the place of.
struct SealedSpot: Sendable {
  /// The body of the leaf that holds it, as it stands in the message.
  let body: Range<Int>
  /// How that body is encoded.
  let encoding: ContentTransferEncoding
  /// What stands before and behind the armored block in the decoded body.
  let around: (before: [UInt8], after: [UInt8])
  /// The block alone where text may stand around it; nil where the whole body is the ciphertext.
  let block: [UInt8]?
  /// Whether a signature stands around the ciphertext, which fits no other.
  private(set) var isInsideSignature = false

  /// A text up to this size is searched for its block.
  private static let textLimit = 16 << 20

  /// Finds it in a message; nil where the message is not encrypted as a whole, or stands in a form that cannot be put together again.
  ///
  /// A signature around the ciphertext is passed by: it says nothing of the content. Source: RFC 9787 §5.2
  init?(in structure: MessageStructure, of store: ByteStore) throws(StreamError) {
    var start = 0
    while true {
      switch CryptoStructure(of: structure, at: start).root {
      case .encrypted(let layer):
        let leaf = structure[layer.ciphertext]
        (body, encoding, around, block) = (leaf.body, leaf.transferEncoding, ([], []), nil)
        return
      case .signed(let layer):
        start = layer.payload
        isInsideSignature = true
      case .inline(let inline):
        guard let spot = try Self.inline(structure[inline.entity], of: store) else { return nil }
        (body, encoding) = (structure[inline.entity].body, structure[inline.entity].transferEncoding)
        (around, block) = (spot.around, spot.block)
        return
      case .listWrapped, .smime, .malformed, .none: return nil
      }
    }
  }

  /// The one block that is all of a text, with the blanks around it.
  private static func inline(
    _ leaf: Entity, of store: ByteStore
  ) throws(StreamError) -> (around: (before: [UInt8], after: [UInt8]), block: [UInt8])? {
    guard leaf.isLeaf, leaf.body.count <= textLimit else { return nil }
    let text = try leaf.transferEncoding.decoding(store.source(leaf.body)).readAll(limit: textLimit, what: "a text")
    guard let block = InlineBlocks(in: text).only, block.kind == .message else { return nil }
    // What a reply put before each line stands in the way.
    guard let start = text.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    guard text[start...].starts(with: block.text) else { return nil }
    return ((Array(text[..<start]), Array(text[(start + block.text.count)...])), block.text)
  }

  /// The ciphertext as it stands in the message.
  func ciphertext(in store: ByteStore) -> EncryptedLayer.Ciphertext {
    guard let block else { return EncryptedLayer.Ciphertext(bytes: .held(store), range: body, encoding: encoding) }
    return EncryptedLayer.Ciphertext(bytes: .held(ByteStore(block)), range: 0..<block.count, encoding: .sevenBit)
  }

  /// The message with another ciphertext in the place of this one, and every other byte as it was.
  ///
  /// - Parameter armor: the ciphertext, armored, with CRLF.
  func replaced(by armor: ByteStore, in store: ByteStore) throws(StreamError) -> any ByteSource {
    let plain = ConcatenatedSource([
      ArraySource(around.before), try lineEnds(armor.source(), in: store), ArraySource(around.after),
    ])
    let encoded: any ByteSource =
      switch encoding {
      case .base64: try lineEnds(Base64EncodingSource(plain), in: store)
      case .quotedPrintable: try lineEnds(QuotedPrintableEncodingSource(plain, content: .text), in: store)
      case .sevenBit, .eightBit, .binary, .unknown: plain
      }
    return ConcatenatedSource([
      store.source(0..<body.lowerBound), encoded, store.source(body.upperBound..<store.count),
    ])
  }

  /// The same with the line ends that the message has.
  private func lineEnds(_ source: any ByteSource, in store: ByteStore) throws(StreamError) -> any ByteSource {
    let start = try store.read(0..<min(body.lowerBound, 2000))
    guard let end = start.firstIndex(of: 0x0A), end == 0 || start[end - 1] != 0x0D else { return source }
    return TransformedSource(source, LineFeeds())
  }
}
