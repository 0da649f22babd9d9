/// Where one message lies in an mbox.
struct MboxEntry: Sendable, Equatable {
  /// From the first byte after the `From ` line to the last one before the empty line that ends the entry.
  let range: Range<Int>
  /// When its `From ` line says it was delivered, in seconds since 1970; nil where it says nothing.
  let delivered: Int64?
}
