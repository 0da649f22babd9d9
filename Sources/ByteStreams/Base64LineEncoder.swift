/// Encodes a stream as base64 in lines of one length, each ended by CRLF, the last one too.
///
/// A value that carries what does not fill a line yet; feed it in pieces of any size, then `finish`.
///
/// Source: RFC 4648 §4, RFC 2045 §6.8
package struct Base64LineEncoder {
  private let lineBytes: Int
  private var pending: [UInt8] = []

  /// - Parameter lineLength: characters of a full line: a multiple of 4; 76 is the most that MIME and OpenPGP allow.
  package init(lineLength: Int = 76) {
    precondition(lineLength >= 4 && lineLength.isMultiple(of: 4))
    lineBytes = lineLength / 4 * 3
    pending.reserveCapacity(lineBytes)
  }

  /// The most that `encode` (or `finish`, for 0) puts out for `count` bytes: give it this much room.
  package func bound(for count: Int) -> Int {
    let lines = (pending.count + count) / lineBytes + 1
    return lines * (lineBytes / 3 * 4 + 2)
  }

  /// Encodes all of `bytes` except the last unfilled line.
  ///
  /// - Parameter output: at least `bound(for: bytes.byteCount)` bytes.
  /// - Returns: how many bytes were put at its start.
  package mutating func encode(_ bytes: RawSpan, into output: inout MutableRawSpan) -> Int {
    precondition(output.byteCount >= bound(for: bytes.byteCount))
    var (position, written) = (0, 0)
    if !pending.isEmpty {
      position = min(lineBytes - pending.count, bytes.byteCount)
      pending.append(bytes.extracting(0..<position))
      if pending.count < lineBytes { return 0 }
      encodeLines(pending.rawSpan, into: &output, &written)
      pending.removeAll(keepingCapacity: true)
    }
    let whole = (bytes.byteCount - position) / lineBytes * lineBytes
    encodeLines(bytes.extracting(position..<position + whole), into: &output, &written)
    pending.append(bytes.extracting(position + whole..<bytes.byteCount))
    return written
  }

  /// Encodes the last line, if one was begun, with its padding and CRLF; the encoder is as new afterwards.
  ///
  /// - Parameter output: at least `bound(for: 0)` bytes.
  /// - Returns: how many bytes were put at its start.
  package mutating func finish(into output: inout MutableRawSpan) -> Int {
    if pending.isEmpty { return 0 }
    let line = Base64.encode(pending) + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    output.copy(line.rawSpan)
    pending.removeAll(keepingCapacity: true)
    return line.count
  }

  /// Encodes full lines; `bytes` is a whole number of them.
  private func encodeLines(_ bytes: RawSpan, into output: inout MutableRawSpan, _ written: inout Int) {
    let characters = lineBytes / 3 * 4
    let pairs = Base64Tables.pairs
    let start = written
    // Holds: `encode` has checked the room for each line and its CRLF; both pointers stay in here.
    unsafe output.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        guard var to = unsafe target.baseAddress.map({ unsafe $0 + start }) else { return }
        var from = 0
        while from < source.count {
          let line = unsafe UnsafeRawBufferPointer(rebasing: source[from..<from + lineBytes])
          unsafe Base64Tables.encode(groups: line, into: to, pairs.span)
          unsafe (to + characters).storeBytes(of: UInt16(0x0A0D).littleEndian, as: UInt16.self)
          unsafe to += characters + 2
          from += lineBytes
        }
      }
    }
    written += bytes.byteCount / lineBytes * (characters + 2)
  }
}
