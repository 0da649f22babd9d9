package import ByteStreams
import MIME

extension OpenedContent {
  /// Writes the message with its protection removed: the header fields to believe, then the payload as it was received.
  ///
  /// What only served the protection is left out: HP-Outer fields, and the marks in the payload's Content-Type; and so is every field
  /// that passes for our verdict, since nobody but us says that. The fields get the line ends of the payload. The sink is not
  /// finished, and must not be when this throws.
  ///
  /// - Parameter verdict: is told in a header field of ours, the first one; nil for none.
  /// - Throws: `OpenError.message` when the Content-Type cannot be written again, `.stream`.
  ///
  /// Source: RFC 9788 §4
  package func write(restoring header: RestoredHeader, marked verdict: Verdict? = nil, into sink: any ByteSink)
    throws(OpenError)
  {
    do {
      let lineEnd = payload.header.fields.first { $0.raw.count > 1 }.map { $0.raw.suffix(2).first == 0x0D } ?? false
      let end: [UInt8] = lineEnd ? [0x0D, 0x0A] : [0x0A]
      if let verdict { try sink.write(Array("\(Verdict.fieldName): \(verdict.fieldValue)".utf8) + end) }
      for field in header.fields where !Self.dropped.contains(where: { field.isNamed($0) }) {
        try Self.write(field, end: end, into: sink)
      }
      if header.fields.isEmpty || !header.fields.contains(where: { $0.isNamed("MIME-Version") }) {
        try sink.write(Array("MIME-Version: 1.0".utf8) + end)
      }
      for field in payload.header.fields where field.name.lowercased().hasPrefix("content-") {
        if field.isNamed("Content-Type"), isMarked {
          try sink.write(try unmarkedContentType(end))
        } else {
          try Self.write(field, end: end, into: sink)
        }
      }
      try sink.write(end)
      try source(payload.body).copy(to: sink)
      try checkUnchanged()
    } catch {
      throw OpenError(error)
    }
  }

  private static let dropped = ["HP-Outer", Verdict.fieldName]
  private static let marks = ["hp", "protected-headers"]

  private var isMarked: Bool { Self.marks.contains { payload.contentType.parameters[$0] != nil } }

  private func unmarkedContentType(_ end: [UInt8]) throws(MIMEError) -> [UInt8] {
    var type = payload.contentType
    for mark in Self.marks { type.parameters.remove(mark) }
    let line = try FieldLine.contentType(type)
    return line.bytes.filter { $0 != 0x0D }.flatMap { $0 == 0x0A ? end : [$0] }
  }

  /// The field as received, its folds included, with the line ends given.
  private static func write(_ field: HeaderField, end: [UInt8], into sink: any ByteSink) throws(StreamError) {
    var lines = field.raw.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines { try sink.write(line.filter { $0 != 0x0D } + end) }
  }
}
