/// Where one message lies in an mbox.
package struct MboxEntry: Sendable, Equatable {
  /// From the first byte after the `From ` line to the last one before the empty line that ends the entry.
  package let range: Range<Int>
  /// When its `From ` line says it was delivered, in seconds since 1970; nil where it says nothing.
  package let delivered: Int64?
  /// Where its `From ` line starts.
  package var start = 0
  /// Whom its `From ` line names; raw text, empty where it names nobody.
  package var sender = ""
  /// Whether lines of it may have a `>` before `From ` that is not the message's: not where its length was told.
  package var isQuoted = false
}
