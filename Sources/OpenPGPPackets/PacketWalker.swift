package import ByteStreams

/// Goes from packet to packet of a binary OpenPGP stream, by their headers alone: no cryptography, flat memory, linear time.
///
/// Source: RFC 9580 §4
package final class PacketWalker {
  private var reader: ChunkReader
  /// What is left of the current packet's body, or of the part of it that was begun.
  private var left = PacketHeader.Length.known(0)

  /// - Parameter source: binary; armor goes through `DearmorSource` before.
  package init(_ source: any ByteSource) {
    reader = ChunkReader(source)
  }

  /// Skips the rest of the current packet and reads the next header; nil at the end of the stream.
  ///
  /// - Throws: `malformed` for anything that is no packet, or is cut off.
  package func next() throws(StreamError) -> PacketHeader? {
    while try advance(atMost: .max, into: nil) > 0 {}
    guard let header = try PacketHeader.read(&reader) else { return nil }
    left = header.length
    return header
  }

  /// Takes up to `count` bytes of the current packet's body; fewer only at its end.
  ///
  /// What follows stays for another call.
  ///
  /// - Throws: `malformed` when the body is cut off.
  package func body(first count: Int) throws(StreamError) -> [UInt8] {
    let sink = MemorySink(limit: count, what: "packet")
    while sink.bytes.count < count {
      if try advance(atMost: count - sink.bytes.count, into: sink) == 0 { break }
    }
    return sink.bytes
  }

  /// Takes what is left of the current packet's body.
  ///
  /// - Throws: `limitExceeded` for more than `limit` bytes, with `what` as their name; `malformed` when the body is cut off.
  func body(limit: Int, what: String) throws(StreamError) -> [UInt8] {
    let body = try body(first: limit + 1)
    guard body.count <= limit else { throw .limitExceeded(limit: limit, what: what) }
    return body
  }

  /// Takes at most `limit` bytes of the body that are in one piece here, and returns how many; 0 only at its end.
  private func advance(atMost limit: Int, into sink: MemorySink?) throws(StreamError) -> Int {
    while true {
      let room: Int
      switch left {
      case .known(0): return 0
      case .partial(first: 0):
        left = try PacketHeader.newLength(&reader)
        continue
      case .known(let count), .partial(first: let count): room = count
      case .open: room = .max
      }
      guard try reader.fill() else {
        if left == .open { return 0 }
        throw .malformed("an OpenPGP packet is cut off")
      }
      let count = min(room, limit, reader.available)
      if let sink {
        try reader.withAvailable { bytes throws(StreamError) in try sink.write(bytes.extracting(0..<count)) }
      }
      reader.skip(count)
      switch left {
      case .known: left = .known(room - count)
      case .partial: left = .partial(first: room - count)
      case .open: break
      }
      return count
    }
  }
}
