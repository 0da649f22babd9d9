/// One header field of an entity, as it was received.
package struct HeaderField: Equatable, Sendable {
  /// The whole field: name, colon, body with its folds, and the line end if one came.
  package let raw: ArraySlice<UInt8>
  /// Where the field stands in the message.
  package let range: Range<Int>
  /// How many octets of `raw` stand before the colon, blanks included.
  private let colon: Int

  init(raw: ArraySlice<UInt8>, range: Range<Int>, colon: Int) {
    self.raw = raw
    self.range = range
    self.colon = colon
  }

  /// The field's name as the sender spelt it; printable ASCII, compared without regard to case.
  package var name: String { String(decoding: raw.prefix(colon).trimmingTail(), as: UTF8.self) }

  /// The octets after the colon as received: folds, leading blank and line end included.
  package var rawBody: ArraySlice<UInt8> { raw.dropFirst(colon + 1) }

  /// The body unfolded, without blanks at its ends.
  ///
  /// Neither decoded nor cleaned: encoded words, 8-bit octets, bare CRs and NULs are still there.
  ///
  /// Source: RFC 5322 §2.2.3
  package var value: [UInt8] {
    let body = rawBody.trimming()
    var unfolded: [UInt8] = []
    unfolded.reserveCapacity(body.count)
    for octet in body {
      if octet == ASCII.lineFeed {
        // Only folds are left inside a body: each line end is followed by a blank that stays.
        if unfolded.last == ASCII.carriageReturn { unfolded.removeLast() }
      } else {
        unfolded.append(octet)
      }
    }
    return unfolded
  }

  /// The body as text, encoded words decoded and control characters replaced: for unstructured fields such as Subject.
  package var text: String { EncodedWord.decode(value) }

  /// True when this is a field of that name, whatever its case.
  package func isNamed(_ name: String) -> Bool {
    raw.prefix(colon).trimmingTail().equalsIgnoringCase(name)
  }
}
