package import ByteStreams

/// Passes packets on without the session keys and signatures of versions that came after RFC 4880.
///
/// An older gpg gives up at the first packet whose version it does not know, although a session key or signature that it could use stands
/// beside it. None of those left out is protected by anything, so that anybody on the way could do the same.
///
/// Source: RFC 9580 §5.1, §5.2, §5.3
package final class FamiliarPacketSource: ByteSource {
  private var reader: ChunkReader
  private var ready: [UInt8] = []
  private var state = State.header

  private enum State {
    case header
    /// So many bytes of a packet are passed on, or dropped.
    case body(left: Int, isPassed: Bool)
    /// All that follows is passed on: data in parts, and what comes behind it.
    case rest
  }

  /// - Parameter source: binary packets.
  package init(_ source: any ByteSource) {
    reader = ChunkReader(source)
  }

  /// - Throws: `malformed` for bytes that are no packet.
  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    if buffer.isEmpty { return 0 }
    while true {
      if !ready.isEmpty {
        let count = min(ready.count, buffer.byteCount)
        buffer.copy(ready.rawSpan.extracting(0..<count))
        ready.removeFirst(count)
        return count
      }
      switch state {
      case .header: guard try readHeader() else { return 0 }
      case .body(0, _): state = .header
      case .body(let left, let isPassed):
        guard try reader.fill() else { throw .malformed("an OpenPGP packet is cut off") }
        let count = min(left, reader.available, isPassed ? buffer.byteCount : .max)
        if isPassed { reader.withAvailable { buffer.copy($0.extracting(0..<count)) } }
        reader.skip(count)
        state = .body(left: left - count, isPassed: isPassed)
        if isPassed { return count }
      case .rest:
        guard try reader.fill() else { return 0 }
        let count = min(reader.available, buffer.byteCount)
        reader.withAvailable { buffer.copy($0.extracting(0..<count)) }
        reader.skip(count)
        return count
      }
    }
  }

  /// Reads one header, and decides about its packet; false at the end of the stream.
  private func readHeader() throws(StreamError) -> Bool {
    guard let header = try PacketHeader.read(&reader) else { return false }
    guard case .known(let length) = header.length else {
      ready = header.bytes
      state = .rest
      return true
    }
    let isPassed = try isFamiliar(header.tag, length: length)
    if isPassed { ready = header.bytes }
    state = .body(left: length, isPassed: isPassed)
    return true
  }

  private func isFamiliar(_ tag: PacketTag, length: Int) throws(StreamError) -> Bool {
    guard let versions = Self.familiarVersions(of: tag) else { return true }
    guard length > 0, let version = try reader.peek() else { return false }
    return versions.contains(version)
  }

  /// The versions that every gpg knows; nil for packets that have none, or are never left out.
  private static func familiarVersions(of tag: PacketTag) -> ClosedRange<UInt8>? {
    switch tag {
    case .publicKeyEncryptedSessionKey: 2...3
    case .symmetricKeyEncryptedSessionKey: 4...4
    case .signature: 2...4
    default: nil
    }
  }
}

extension PacketHeader {
  /// A header of the same meaning.
  fileprivate var bytes: [UInt8] {
    switch length {
    case .known(let count): tag.header(length: count)
    case .partial(let count): [0xC0 | tag.rawValue, 224 | UInt8(count.trailingZeroBitCount)]
    case .open: [0x80 | tag.rawValue << 2 | 3]
    }
  }
}
