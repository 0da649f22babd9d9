package import ByteStreams

/// Turns an entity of a received message into the form in which it is signed or encrypted.
///
/// Made once, by a scan; its sources then stream the form as often as needed, always the same bytes, with flat memory.
///
/// Source: RFC 3156 §3, §5
package struct SevenBitRewriter: Sendable {
  /// What the form has to withstand.
  package enum Form: Sendable {
    /// Signed text: CRLF, lines up to 998, 7-bit, no blank at a line's end, no line that starts with `From `.
    case signed
    /// Text inside encryption: CRLF alone is required; 8-bit and long lines stay, binary parts become base64.
    case encrypted
  }

  /// Decides for each leaf whether it passes through or is encoded anew.
  ///
  /// - Throws: `stream`; as `FieldLine.received` for a header that has to be written anew.
  package init(
    _ structure: MessageStructure, in store: ByteStore, entity: Int = 0, form: Form = .signed
  ) throws(MIMEError) {
    throw .notReproduced("not built yet")
  }

  /// The entity with its own header.
  package func source() -> any ByteSource { source(fields: []) }

  /// The entity with another header; Content-Transfer-Encoding is left out of `fields` and added as the body needs it.
  package func source(fields: [FieldLine]) -> any ByteSource { ArraySource([]) }
}
