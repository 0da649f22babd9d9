/// Where one message lies in an mbox.
package struct MboxEntry: Sendable, Equatable {
  /// From the first byte after the `From ` line to the last one before the empty line that ends the entry.
  package let range: Range<Int>
  /// When its `From ` line says it was delivered, in seconds since 1970; nil where it says nothing.
  package let delivered: Int64?
}
