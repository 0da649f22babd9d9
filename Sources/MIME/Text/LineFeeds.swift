import ByteStreams

/// Ends lines with LF instead of CRLF; a CR that no LF follows stays.
package struct LineFeeds: ByteTransform {
  private var holdsReturn = false

  package init() {}

  package mutating func feed(_ bytes: RawSpan, into output: inout [UInt8]) {
    for offset in 0..<bytes.byteCount {
      let octet = bytes[offset]
      if holdsReturn, octet != ASCII.lineFeed { output.append(ASCII.carriageReturn) }
      holdsReturn = octet == ASCII.carriageReturn
      if !holdsReturn { output.append(octet) }
    }
  }

  package mutating func finish(into output: inout [UInt8]) {
    if holdsReturn { output.append(ASCII.carriageReturn) }
    holdsReturn = false
  }
}
