package import ByteStreams

/// The tree of one message: a flat array of entities with exact ranges into the received bytes.
///
/// Every octet of the message lies in exactly one header block, empty line, leaf body, preamble, delimiter or
/// epilogue, so that what is not changed can be written again byte for byte.
package struct MessageStructure: Equatable, Sendable {
  /// The entities in order of appearance; never empty, the root is at 0.
  ///
  /// The entities below one follow it directly.
  package let entities: [Entity]
  /// The length of the message.
  package let count: Int

  init(entities: [Entity], count: Int) {
    self.entities = entities
    self.count = count
  }

  /// The message itself.
  package var root: Entity { entities[0] }

  /// The entity at an index.
  package subscript(index: Int) -> Entity { entities[index] }

  /// The entity at `index` and all below it.
  package func subtree(of index: Int) -> Range<Int> {
    let depth = entities[index].depth
    let end = entities[(index + 1)...].firstIndex { $0.depth <= depth } ?? entities.endIndex
    return index..<end
  }

  /// The number of an entity as IMAP counts parts, such as "1.2"; "1" for a message that has no parts.
  ///
  /// A multipart that is a whole message has no number of its own: at the root it is "", inside a message/rfc822
  /// part it shares that part's number.
  ///
  /// Source: RFC 9051 §6.4.5.1
  package func path(of index: Int) -> String {
    var numbers: [Int] = []
    var next: Int? = index
    while let current = next {
      let entity = entities[current]
      if entity.role == .part {
        numbers.append(entity.ordinal)
      } else if case .multipart = entity.kind {
      } else {
        numbers.append(1)
      }
      next = entity.parent
    }
    return numbers.reversed().map(String.init).joined(separator: ".")
  }

  /// The first entity with that number; nil when there is none.
  package func entity(at path: String) -> Entity? {
    entities.first { self.path(of: $0.index) == path }
  }

  /// Parses all that `source` gives, in windows: only headers and offsets stay in memory.
  ///
  /// - Throws: `MIMEError.limit`; `MIMEError.stream` when the source fails.
  package static func parse(
    _ source: any ByteSource, limits: MIMELimits = .standard
  ) throws(MIMEError) -> MessageStructure {
    var parser = MessageParser(limits: limits)
    var window = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count: Int
      do {
        count = try window.withMutableRawSpan { bytes throws(StreamError) in try source.read(into: &bytes) }
      } catch {
        throw .stream(error)
      }
      guard count > 0 else { return try parser.finish() }
      try parser.feed(window.rawSpan.extracting(0..<count))
    }
  }

  /// Parses a whole store, in windows.
  ///
  /// - Throws: `MIMEError.limit`; `MIMEError.stream` when the store cannot be read.
  package static func parse(
    _ store: ByteStore, limits: MIMELimits = .standard
  ) throws(MIMEError) -> MessageStructure {
    try parse(store.source(), limits: limits)
  }

  /// Parses a message in memory.
  ///
  /// - Throws: `MIMEError.limit`.
  package static func parse(
    _ bytes: [UInt8], limits: MIMELimits = .standard
  ) throws(MIMEError) -> MessageStructure {
    var parser = MessageParser(limits: limits)
    try parser.feed(bytes.rawSpan)
    return try parser.finish()
  }
}
