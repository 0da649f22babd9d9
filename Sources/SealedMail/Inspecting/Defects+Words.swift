import MIME

extension Entity.Defects {
  /// What is wrong, a sentence each: lower case, no full stop.
  var words: [String] {
    Self.sentences.filter { contains($0.defect) }.map(\.sentence)
  }

  private static let sentences: [(defect: Entity.Defects, sentence: String)] = [
    (.missingSeparator, "no empty line ends its header"),
    (.byteOrderMark, "a byte order mark stands before its header"),
    (.mboxLine, "a line of a mailbox file stands in its header"),
    (.repeatedContentType, "it has several Content-Type fields, of which the first counts"),
    (.invalidContentType, "its Content-Type cannot be read, and text/plain counts"),
    (.missingBoundary, "it is a multipart without a boundary"),
    (.unterminated, "its end is missing"),
    (.encodedMultipart, "it is a multipart that claims to be encoded"),
    (.eightBitHeader, "its header holds bytes outside of ASCII"),
    (.nulInHeader, "its header holds a NUL"),
  ]
}
