import ByteStreams

/// Puts `>` before each line that is `From ` behind none or more of them, and ends lines with LF, as an mbox file wants it.
///
/// ``MboxUnquoting`` undoes it. A CR that no LF follows stays.
/// Source: mbox(5), mboxrd
package struct MboxQuoting: ByteTransform {
  /// Whether the lines come from an mbox already, where those that are quoted are quoted enough.
  private let isQuoted: Bool
  /// The start of a line that may become one to be quoted; nil once it cannot.
  private var start: [UInt8]? = []
  private var holdsReturn = false
  /// Whether what came out so far ends a line.
  package private(set) var isAtLineStart = true

  /// A line that starts with more `>` than this is text of nobody's quoting.
  private static let limit = 100

  package init(isQuoted: Bool = false) { self.isQuoted = isQuoted }

  package mutating func feed(_ bytes: RawSpan, into output: inout [UInt8]) {
    for offset in 0..<bytes.byteCount {
      let octet = bytes[offset]
      if holdsReturn {
        holdsReturn = false
        if octet != ASCII.lineFeed { put(ASCII.carriageReturn, into: &output) }
      }
      if octet == ASCII.carriageReturn { holdsReturn = true } else { put(octet, into: &output) }
    }
  }

  package mutating func finish(into output: inout [UInt8]) {
    if holdsReturn { put(ASCII.carriageReturn, into: &output) }
    holdsReturn = false
    output += start ?? []
    start = nil
  }

  private mutating func put(_ octet: UInt8, into output: inout [UInt8]) {
    isAtLineStart = octet == ASCII.lineFeed
    if let held = start { take(held + [octet], into: &output) } else { output.append(octet) }
    if isAtLineStart { start = [] }
  }

  private mutating func take(_ held: [UInt8], into output: inout [UInt8]) {
    let word = held.drop { $0 == UInt8(ascii: ">") }
    guard "From ".utf8.starts(with: word), held.count < Self.limit else {
      output += held
      start = nil
      return
    }
    guard word.count == "From ".utf8.count else {
      start = held
      return
    }
    if !isQuoted || held.count == word.count { output.append(UInt8(ascii: ">")) }
    output += held
    start = nil
  }
}
