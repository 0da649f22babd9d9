package import ByteStreams

/// Passes one encrypted message on, byte for byte, and stops with an error when anything follows it.
///
/// gpg takes some trailing bytes for a second message and overlooks others; nothing but the one message may reach it.
/// Source: RFC 9580 §10.3
package final class SingleMessageSource: ByteSource {
  private let source: any ByteSource
  private var framing = PacketFraming()
  private var hasContainer = false

  /// - Parameter source: binary packets.
  package init(_ source: any ByteSource) {
    self.source = source
  }

  /// - Throws: `malformed` for bytes that are no packet, and for a packet after the encrypted one.
  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = try source.read(into: &buffer)
    let bytes = buffer.bytes
    var position = 0
    while position < count {
      guard let tag = try framing.advance(over: bytes, from: &position, to: count) else { continue }
      if hasContainer, tag != .marker, tag != .padding {
        throw .malformed("other data follows the encrypted message")
      }
      if tag.isEncryptedData { hasContainer = true }
    }
    return count
  }
}

/// Finds the packets in a stream that comes in pieces, by their headers alone.
///
/// Source: RFC 9580 §4.2
struct PacketFraming {
  private enum State {
    /// Before a packet.
    case tag
    /// In the first octet of a length of today's format; of the tag's packet, or of its next part.
    case newLength
    /// In a length of which so many octets are missing; the octets so far.
    case length(missing: Int, value: Int)
    /// In a second octet of a length of today's format.
    case secondOctet(first: Int)
    /// In a body of which so many octets are missing, or in a part of one.
    case body(left: Int, isPartial: Bool)
    /// In a body that goes to the end.
    case open
  }

  private var state = State.tag

  /// Goes on over `bytes` up to `end`, and stops behind the first octet of a packet, its tag; nil when none begins there.
  ///
  /// - Throws: `malformed` for an octet that begins no packet.
  mutating func advance(over bytes: RawSpan, from position: inout Int, to end: Int) throws(StreamError) -> PacketTag? {
    while position < end {
      if case .open = state {
        position = end
        return nil
      }
      if case .body(let left, let isPartial) = state {
        let taken = min(left, end - position)
        position += taken
        state = left > taken ? .body(left: left - taken, isPartial: isPartial) : isPartial ? .newLength : .tag
        continue
      }
      let octet = Int(bytes[position])
      position += 1
      if let tag = try take(octet) { return tag }
    }
    return nil
  }

  /// Takes one octet of a header; the tag when it is one.
  private mutating func take(_ octet: Int) throws(StreamError) -> PacketTag? {
    switch state {
    case .tag: return try begin(octet)
    case .newLength:
      switch octet {
      case 0..<192: enter(octet)
      case 192..<224: state = .secondOctet(first: octet)
      case 224..<255: state = .body(left: 1 << (octet & 31), isPartial: true)
      default: state = .length(missing: 4, value: 0)
      }
    case .secondOctet(let first): enter((first - 192) << 8 + octet + 192)
    case .length(let missing, let value):
      let value = value << 8 | octet
      if missing == 1 { enter(value) } else { state = .length(missing: missing - 1, value: value) }
    case .body, .open: preconditionFailure("a body is not read octet by octet")
    }
    return nil
  }

  private mutating func enter(_ length: Int) {
    state = length > 0 ? .body(left: length, isPartial: false) : .tag
  }

  private mutating func begin(_ octet: Int) throws(StreamError) -> PacketTag {
    let isNew = octet & 0x40 != 0
    let tag = PacketTag(rawValue: UInt8(isNew ? octet & 63 : octet >> 2 & 15))
    guard octet & 0x80 != 0, tag.rawValue != 0 else {
      throw .malformed("there is no OpenPGP packet where one was expected")
    }
    if isNew {
      state = .newLength
    } else {
      state = octet & 3 == 3 ? .open : .length(missing: 1 << (octet & 3), value: 0)
    }
    return tag
  }
}
