package import ByteStreams

extension ContentTransferEncoding {
  /// The content behind an encoded body; broken encodings give what can be read of them, and an unknown encoding gives
  /// the body as it stands.
  package func decoding(_ body: any ByteSource) -> any ByteSource {
    switch self {
    case .base64: Base64DecodingSource(body)
    case .quotedPrintable: QuotedPrintableDecodingSource(body)
    case .sevenBit, .eightBit, .binary, .unknown: body
    }
  }
}
