package import ByteStreams

/// A message made of a text and what goes with it: what its author gives, before anything is done to protect it.
///
/// Written in one pass with flat memory, however large what is attached may be. Source: RFC 2046 §5.1.3
package struct ComposedMessage {
  /// The fields of the message itself; structural ones are added.
  package var fields: [FieldLine]
  /// The text, with LF at its line ends.
  package var text: String
  /// What goes with it, in order.
  package var parts: [Part]

  package init(fields: [FieldLine], text: String, parts: [Part] = []) {
    self.fields = fields
    self.text = text
    self.parts = parts
  }

  /// One thing that goes with the text.
  package struct Part {
    /// How it is written.
    package enum Form: Sendable {
      /// A file: base64.
      case file
      /// A message: as it is, its line ends CRLF. Source: RFC 2046 §5.2.1
      case message
      /// A whole entity with its own header, as it is.
      case entity
    }

    fileprivate let header: [FieldLine]
    fileprivate let form: Form
    fileprivate let open: () throws -> any ByteSource

    /// A file of this name and type.
    ///
    /// - Throws: `forbiddenOctet` for a control character in the name, `limit` for a name that nobody reads.
    package static func file(
      _ name: String, _ type: ContentType, open: @escaping () throws -> any ByteSource
    ) throws(MIMEError) -> Part {
      var disposition = ContentDisposition("attachment")
      disposition.parameters.set("filename", name)
      let header: [FieldLine] = [
        try .contentType(type), try .disposition(disposition), .transferEncoding(.base64),
      ]
      return Part(header: header, form: .file, open: open)
    }

    /// A message within the message.
    package static func message(open: @escaping () throws -> any ByteSource) -> Part {
      let header: [FieldLine] = [
        .checked("Content-Type", "message/rfc822"), .checked("Content-Disposition", "inline"),
        .transferEncoding(.eightBit),
      ]
      return Part(header: header, form: .message, open: open)
    }

    /// An entity of another message, with its header.
    package static func entity(open: @escaping () throws -> any ByteSource) -> Part {
      Part(header: [], form: .entity, open: open)
    }

    fileprivate func source() throws -> any ByteSource {
      switch form {
      case .file: Base64EncodingSource(try open())
      case .message, .entity: SignedTextSource(try open())
      }
    }
  }

  /// Writes the message into `storage`, parses it back and compares it with what was meant.
  ///
  /// - Throws: `notReproduced`, which names the first thing that is not as it must be; `limit`; `StreamError`; what opening a part
  ///   throws.
  package func build(into storage: any StoringSink, boundary: Boundary = .random()) throws -> ByteStore {
    let text = Self.canonical(text)
    let textHeader: [FieldLine] =
      [.checked("Content-Type", "text/plain; charset=utf-8")]
      + (text.allSatisfy { $0 < 0x80 } ? [] : [.transferEncoding(.eightBit)])
    var sizes: [Int] = []
    guard !parts.isEmpty else {
      try storage.write(HeaderDraft.bytes(of: fields + [.mimeVersion] + textHeader) + text)
      return try checked(try storage.store(), text: text, sizes: [])
    }
    let type = try FieldLine.parameterized("Content-Type", "multipart/mixed", ["boundary": boundary.text])
    try storage.write(HeaderDraft.bytes(of: fields + [.mimeVersion, type]) + boundary.firstDelimiter)
    try storage.write(HeaderDraft.bytes(of: textHeader) + text)
    for part in parts {
      try storage.write(boundary.delimiter)
      if part.form != .entity { try storage.write(HeaderDraft.bytes(of: part.header)) }
      sizes.append(try part.source().copy(to: storage))
    }
    try storage.write(boundary.closing)
    return try checked(try storage.store(), text: text, sizes: sizes)
  }

  /// CRLF at every line end, the last line too.
  private static func canonical(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for octet in text.utf8 {
      if octet == ASCII.lineFeed, bytes.last != ASCII.carriageReturn { bytes.append(ASCII.carriageReturn) }
      bytes.append(octet)
    }
    if let last = bytes.last, last != ASCII.lineFeed { bytes += [ASCII.carriageReturn, ASCII.lineFeed] }
    return bytes
  }

  // MARK: Parsing back

  private func checked(_ store: ByteStore, text: [UInt8], sizes: [Int]) throws -> ByteStore {
    let structure = try MessageStructure.parse(store)
    let root = structure.root
    let found = root.header.fields.filter { !$0.isStructural }.map { Array($0.raw) }
    try require(root.defects.isEmpty && found == fields.map(\.bytes), "the header fields are not those that were meant")
    guard !parts.isEmpty else {
      try require(root.isLeaf && root.contentType.matches("text", "plain"), "the message is not a text")
      try require(try store.read(root.body) == text, "the text is not the one that was meant")
      return store
    }
    guard case .multipart(let multipart) = root.kind, multipart.closing != nil, multipart.preamble.isEmpty,
      multipart.epilogue.isEmpty, root.children.count == parts.count + 1
    else { throw MIMEError.notReproduced("the parts of the message are not those that were meant") }
    let first = structure[root.children[0]]
    try require(
      first.isLeaf && first.contentType.matches("text", "plain"), "the first part of the message is not a text")
    try require(try store.read(first.body) == text, "the text is not the one that was meant")
    for (number, (part, size)) in zip(parts, sizes).enumerated() {
      let entity = structure[root.children[number + 1]]
      let header = entity.header.fields.map { Array($0.raw) }
      let isMeant =
        part.form == .entity
        ? entity.range.count == size : header == part.header.map(\.bytes) && entity.body.count == size
      try require(isMeant, "attachment \(number + 1) is not the one that was meant")
    }
    return store
  }

  private func require(_ condition: Bool, _ otherwise: String) throws(MIMEError) {
    guard condition else { throw .notReproduced(otherwise) }
  }
}
