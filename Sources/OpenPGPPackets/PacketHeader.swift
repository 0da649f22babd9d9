import ByteStreams

/// The header of a packet.
///
/// Source: RFC 9580 §4.2
package struct PacketHeader: Equatable, Sendable {
  package let tag: PacketTag
  package let length: Length

  /// How long the body is.
  package enum Length: Equatable, Sendable {
    /// So many bytes.
    case known(Int)
    /// So many bytes, and then another length.
    case partial(first: Int)
    /// Up to the end of the stream.
    case open
  }

  /// Reads a header; nil at the end of the stream.
  ///
  /// - Throws: `malformed` for anything that is no header, or is cut off.
  static func read(_ reader: inout ChunkReader) throws(StreamError) -> PacketHeader? {
    guard let first = try reader.next() else { return nil }
    guard first & 0x80 != 0 else { throw .malformed("there is no OpenPGP packet where one was expected") }
    let header: PacketHeader
    if first & 0x40 != 0 {
      header = PacketHeader(tag: PacketTag(rawValue: first & 63), length: try newLength(&reader))
    } else {
      header = PacketHeader(tag: PacketTag(rawValue: first >> 2 & 15), length: try oldLength(first & 3, &reader))
    }
    guard header.tag.rawValue != 0 else { throw .malformed("there is no OpenPGP packet where one was expected") }
    if case .known = header.length { return header }
    guard header.tag.mayBePartial else { throw .malformed("a packet that is no data has no whole length") }
    return header
  }

  /// Reads a length in the format of today; used again after each part.
  ///
  /// Source: RFC 9580 §4.2.1
  static func newLength(_ reader: inout ChunkReader) throws(StreamError) -> Length {
    let first = try number(1, &reader)
    switch first {
    case 0..<192: return .known(first)
    case 192..<224: return .known((first - 192) << 8 + (try number(1, &reader)) + 192)
    case 224..<255: return .partial(first: 1 << (first & 31))
    default: return .known(try number(4, &reader))
    }
  }

  /// Reads a length in the old format.
  ///
  /// Source: RFC 9580 §4.2.2
  private static func oldLength(_ type: UInt8, _ reader: inout ChunkReader) throws(StreamError) -> Length {
    type == 3 ? .open : .known(try number(1 << Int(type), &reader))
  }

  /// A big-endian number of so many octets.
  private static func number(_ octets: Int, _ reader: inout ChunkReader) throws(StreamError) -> Int {
    var value = 0
    for _ in 0..<octets {
      guard let byte = try reader.next() else { throw .malformed("an OpenPGP packet is cut off") }
      value = value << 8 | Int(byte)
    }
    return value
  }
}
