import ByteStreams

/// Takes one `>` away from each line that is `From ` behind one or more of them, as an mbox file puts it there.
///
/// Source: mbox(5), mboxrd
package struct MboxUnquoting: ByteTransform {
  /// How many lines were changed.
  package private(set) var count = 0
  /// The `>` that a line started with so far and what followed them; nil once the line cannot be a quoted one any more.
  private var start: [UInt8]? = []

  package init() {}

  package mutating func feed(_ bytes: RawSpan, into output: inout [UInt8]) {
    for offset in 0..<bytes.byteCount {
      let octet = bytes[offset]
      if var held = start {
        held.append(octet)
        take(held, into: &output)
      } else {
        output.append(octet)
      }
      if octet == ASCII.lineFeed { start = [] }
    }
  }

  package mutating func finish(into output: inout [UInt8]) {
    output += start ?? []
    start = nil
  }

  /// Holds the start of a line as long as it can become `>From `.
  private mutating func take(_ held: [UInt8], into output: inout [UInt8]) {
    let word = held.drop { $0 == UInt8(ascii: ">") }
    let isQuoted = held.first == UInt8(ascii: ">") && "From ".utf8.starts(with: word)
    guard isQuoted, word.count < "From ".utf8.count, held.count < 100 else {
      if isQuoted, word.count == "From ".utf8.count {
        count += 1
        output += held.dropFirst()
      } else {
        output += held
      }
      start = nil
      return
    }
    start = held
  }
}
