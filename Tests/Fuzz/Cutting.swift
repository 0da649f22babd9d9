import ByteStreams
import TestSupport

/// How an input is cut into pieces: at random, and the same way for the same input, so that a finding can be run again.
struct Cutting {
  private(set) var random: SplitMix64
  private let longest: Int

  init(_ input: [UInt8]) {
    random = SplitMix64(seed: input.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    longest = [1, 3, 20, 300, 5000].randomElement(using: &random) ?? 1
  }

  /// The length of the next piece.
  mutating func next() -> Int { Int.random(in: 1...longest, using: &random) }

  /// The pieces of an input, in order.
  static func pieces(of input: [UInt8]) -> [Range<Int>] {
    var cutting = Cutting(input)
    var ranges: [Range<Int>] = []
    var start = 0
    while start < input.count {
      let end = min(input.count, start + cutting.next())
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }
}

/// A stream that gives an input in its pieces.
final class CutSource: ByteSource {
  private let bytes: [UInt8]
  private var cutting: Cutting
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    cutting = Cutting(bytes)
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = min(cutting.next(), buffer.byteCount, bytes.count - position)
    let bytes = bytes
    buffer.copy(bytes.rawSpan.extracting(position..<position + count))
    position += count
    return count
  }
}

extension ByteSource {
  /// All that comes.
  func all() throws(StreamError) -> [UInt8] { try readAll(limit: 1 << 26, what: "what is fuzzed") }
}
