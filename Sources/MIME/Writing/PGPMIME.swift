package import ByteStreams

/// Writes the two shapes of PGP/MIME, with CRLF at every line end.
///
/// Source: RFC 3156
package enum PGPMIME {
  /// What stands before and after the armored ciphertext of a complete multipart/encrypted message.
  ///
  /// - Parameters:
  ///   - fields: the outer header; structural fields among them (MIME-Version, Content-…) are left out for those of
  ///     the shape.
  ///   - boundary: a random one.
  ///
  /// Source: RFC 3156 §4
  package static func encryptedFrame(
    fields: [FieldLine], boundary: Boundary
  ) throws(MIMEError) -> (head: [UInt8], tail: [UInt8]) {
    let type = try FieldLine.parameterized(
      "Content-Type", "multipart/encrypted",
      ["protocol": encryptedProtocol, "boundary": boundary.text])
    let head: [UInt8] =
      outerHeader(fields, type) + boundary.firstDelimiter
      + HeaderDraft.bytes(of: [.checked("Content-Type", encryptedProtocol)]) + Array("Version: 1\r\n".utf8)
      + boundary.delimiter
      + HeaderDraft.bytes(of: [
        .checked("Content-Type", "application/octet-stream; name=\"encrypted.asc\""),
        .checked("Content-Disposition", "inline; filename=\"encrypted.asc\""),
      ])
    return (head, boundary.closing)
  }

  /// A complete multipart/signed message around a payload and its signature.
  ///
  /// - Parameters:
  ///   - fields: the outer header, as in `encrypted`.
  ///   - boundary: a random one.
  ///   - micalg: the name of the hash that the signature uses, such as `pgp-sha256`.
  ///   - payload: the very bytes that were signed: header, empty line and body, in canonical form.
  ///   - signature: the armored detached signature; its line ends become CRLF.
  ///
  /// Source: RFC 3156 §5
  package static func signed(
    fields: [FieldLine], boundary: Boundary, micalg: String, payload: any ByteSource, signature: [UInt8]
  ) throws(MIMEError) -> any ByteSource {
    let type = try FieldLine.parameterized(
      "Content-Type", "multipart/signed",
      ["micalg": micalg, "protocol": signatureProtocol, "boundary": boundary.text])
    let middle =
      boundary.delimiter
      + HeaderDraft.bytes(of: [
        .checked("Content-Type", "\(signatureProtocol); name=\"signature.asc\""),
        .checked("Content-Disposition", "attachment; filename=\"signature.asc\""),
      ])
    return ConcatenatedSource([
      ArraySource(outerHeader(fields, type) + boundary.firstDelimiter), payload, ArraySource(middle),
      CRLFSource(ArraySource(signature)), ArraySource(boundary.closing),
    ])
  }

  static let encryptedProtocol = "application/pgp-encrypted"
  static let signatureProtocol = "application/pgp-signature"

  private static func outerHeader(_ fields: [FieldLine], _ type: FieldLine) -> [UInt8] {
    HeaderDraft.bytes(of: fields.filter { !$0.isStructural } + [.mimeVersion, type])
  }
}
