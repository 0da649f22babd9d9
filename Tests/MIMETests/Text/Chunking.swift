import ByteStreams
import TestSupport

/// A stream that gives its bytes in pieces of one size, so that every cut of a transform's input is tried.
final class DrippingSource: ByteSource {
  private let bytes: [UInt8]
  private let size: Int
  private var position = 0

  init(_ bytes: [UInt8], size: Int) {
    self.bytes = bytes
    self.size = size
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = min(size, buffer.byteCount, bytes.count - position)
    for offset in 0..<count { buffer.set(bytes[position + offset], at: offset) }
    position += count
    return count
  }
}

extension ByteSource {
  /// Everything, taken through a buffer of `size` bytes.
  func collected(size: Int = 4096) throws(StreamError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: size)
    var collected: [UInt8] = []
    while true {
      let count = try read(into: &buffer)
      if count == 0 { return collected }
      collected += buffer[..<count]
    }
  }
}

/// What `make` gives for `bytes`, or nil unless it is the same for every cut of the input and every size of buffer.
func sameForAllCuts(
  _ bytes: [UInt8], _ make: (any ByteSource) -> any ByteSource
) throws -> [UInt8]? {
  let whole = try make(ArraySource(bytes)).collected()
  for (cut, buffer) in [(1, 1), (1, 4096), (2, 3), (3, 1), (7, 64), (4096, 1)] {
    guard try make(DrippingSource(bytes, size: cut)).collected(size: buffer) == whole else { return nil }
  }
  return whole
}

/// Octets of a text, for tables.
func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The text of octets, for readable failures.
func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

extension SplitMix64 {
  /// An index under `count`.
  mutating func index(_ count: Int) -> Int { Int(next() % UInt64(max(count, 1))) }
}
