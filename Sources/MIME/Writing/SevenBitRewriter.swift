package import ByteStreams

/// Turns an entity of a message into the form in which it is signed or encrypted.
///
/// Made once, by a scan; its sources then stream the form as often as needed, always the same bytes, with flat memory.
/// What is sound passes through by its range in the message.
///
/// Source: RFC 3156 §3, §5
package struct SevenBitRewriter: Sendable {
  /// What the form has to withstand.
  package enum Form: Sendable {
    /// Signed: CRLF, lines up to 998, 7-bit, no NUL, no blank at a line's end, no line that starts with `From `.
    case signed
    /// Inside encryption: CRLF alone is required; 8-bit and long lines stay, binary parts become base64.
    case encrypted
  }

  private let store: ByteStore
  private let ownHeader: RewritePlan
  private let body: RewritePlan
  /// How the root's body is encoded now.
  package let transferEncoding: ContentTransferEncoding

  /// Decides for each part whether it passes through or is encoded anew; for `signed` this reads the whole entity once.
  ///
  /// - Parameters:
  ///   - structure: the structure of what `store` holds.
  ///   - entity: the root of what is wanted.
  /// - Throws: `stream`; `malformedEncoding` for a part that has to be encoded anew and can't be; as
  ///   `FieldLine.received` for a part's header that has to be written anew.
  package init(
    _ structure: MessageStructure, in store: ByteStore, entity: Int = 0, form: Form = .signed
  ) throws(MIMEError) {
    var planner = RewritePlanner(structure, in: store, form: form)
    (ownHeader, body, transferEncoding) = try planner.plan(entity)
    self.store = store
  }

  /// The entity with its own header.
  package func source() -> any ByteSource {
    RewriteSource(ownHeader.pieces + body.pieces, in: store)
  }

  /// The entity with another header.
  ///
  /// A Content-Transfer-Encoding among `fields` is left out; the one that fits the body is added.
  package func source(fields: [FieldLine]) -> any ByteSource {
    let header = RewritePlanner.header(fields, transferEncoding)
    return RewriteSource([.bytes(header)] + body.pieces, in: store)
  }
}
