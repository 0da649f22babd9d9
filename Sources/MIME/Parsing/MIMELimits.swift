/// The bounds that keep reading a message linear in time and flat in memory.
///
/// A message beyond a bound is refused with `MIMEError.limit`; nothing is cut off in silence.
package struct MIMELimits: Equatable, Sendable {
  /// Levels below the root.
  ///
  /// Real mail has under ten; each level costs a comparison at every line that starts with `--`.
  package var nesting = 50
  /// Entities in one message.
  ///
  /// Each is a record that stays in memory; digests of long lists have some hundreds.
  package var parts = 10_000
  /// Octets of one header field.
  ///
  /// Fields are copied whole; a To field of ten thousand people is under 1 MB.
  package var fieldSize = 1 << 20
  /// Fields of one header.
  ///
  /// Mail that went through many hands has some two hundred; millions of tiny ones would cost more than they weigh.
  package var fields = 10_000
  /// Octets of all header blocks together: all that is copied of a message.
  package var headerSize = 10 << 20
  /// Parameters of one field.
  ///
  /// The longest file name in RFC 2231 continuations needs some dozens.
  package var parameters = 128
  /// Octets of a boundary.
  ///
  /// RFC 2046 §5.1.1 allows 70; a line of mail has at most 998.
  package var boundaryLength = 998
  /// Addresses of one field: more than any server accepts as recipients of one message.
  package var addresses = 10_000

  /// The bounds in force unless the caller says otherwise.
  package static let standard = MIMELimits()

  /// The standard bounds; change single ones afterwards.
  package init() {}

  /// These bounds for a message found at `depth` inside another one, so that opened layers count as levels too.
  package func below(depth: Int) -> MIMELimits {
    var rest = self
    rest.nesting = max(0, nesting - depth)
    return rest
  }
}

/// The name of one bound of `MIMELimits`.
package enum MIMELimit: String, CaseIterable, Sendable {
  case nesting = "levels of nested parts"
  case parts = "parts"
  case fieldSize = "octets in one header field"
  case fields = "fields in one header"
  case headerSize = "octets in all headers"
  case parameters = "parameters of one header field"
  case boundaryLength = "octets in a boundary"
  case addresses = "addresses in one header field"
  case autocryptField = "octets in one Autocrypt field"
}
