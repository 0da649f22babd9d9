import MIME

/// The bytes of a message written as Swift text: each line end becomes CRLF.
func message(_ text: String) -> [UInt8] {
  Array(text.utf8).flatMap { $0 == 10 ? [13, 10] : [$0] }
}

/// The structure of a message written as Swift text.
func structure(_ text: String) throws(MIMEError) -> MessageStructure {
  try MessageStructure.parse(message(text))
}

extension [UInt8] {
  /// The octets of a range as text, line ends and all.
  func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
