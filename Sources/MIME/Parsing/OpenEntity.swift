/// An entity whose end has not been seen.
struct OpenEntity {
  /// Its place among the entities.
  let index: Int
  /// The boundary that delimits its parts; empty when it is not a multipart.
  var boundary: [UInt8] = []
  /// Where in the multipart the next line stands.
  var phase = Phase.preamble

  /// The three stretches of a multipart.
  enum Phase {
    case preamble
    case parts
    case epilogue
  }

  /// True when delimiters of this entity count: it is a multipart, and was not closed.
  var isDelimited: Bool { !boundary.isEmpty && phase != .epilogue }
}

extension Entity {
  /// An entity whose header starts at `start`.
  init(index: Int, parent: Int?, depth: Int, role: Role, ordinal: Int, at start: Int) {
    self.index = index
    self.parent = parent
    self.depth = depth
    self.role = role
    self.ordinal = ordinal
    range = start..<start
    header = Header(at: start)
    body = start..<start
  }

  /// Reads the fields that say what the body is.
  ///
  /// - Throws: `MIMEError.limit` for too many parameters.
  mutating func readHeader(in parentType: ContentType?, limits: MIMELimits) throws(MIMEError) {
    if header.bytes.contains(where: { $0 > 0x7F }) { defects.insert(.eightBitHeader) }
    if header.bytes.contains(0) { defects.insert(.nulInHeader) }
    if let field = header.first(named: "Content-Transfer-Encoding") {
      transferEncoding = ContentTransferEncoding(parsing: field.value)
    }
    guard let field = header.first(named: "Content-Type") else {
      let isInDigest = role == .part && parentType?.matches("multipart", "digest") == true
      contentType = isInDigest ? .message : .plainText
      return
    }
    if header.count(named: "Content-Type") > 1 { defects.insert(.repeatedContentType) }
    if let type = try ContentType(parsing: field.value, limits: limits) {
      contentType = type
    } else {
      defects.insert(.invalidContentType)
    }
  }

  /// Ends this entity: nothing of it reaches beyond `end`, where the delimiter after it starts.
  mutating func close(at end: Int, phase: OpenEntity.Phase) {
    range = min(range.lowerBound, end)..<end
    body = min(body.lowerBound, end)..<end
    header.cut(at: end)
    if opening.count > body.count { opening.removeLast(opening.count - body.count) }
    guard case .multipart(var multipart) = kind else { return }
    switch phase {
    case .preamble:
      multipart.preamble = body
      multipart.epilogue = end..<end
    case .parts:
      multipart.epilogue = end..<end
    case .epilogue:
      let closing = multipart.closing.map { min($0.lowerBound, end)..<min($0.upperBound, end) } ?? end..<end
      multipart.closing = closing
      multipart.epilogue = closing.upperBound..<end
    }
    if phase != .epilogue { defects.insert(.unterminated) }
    kind = .multipart(multipart)
  }
}
