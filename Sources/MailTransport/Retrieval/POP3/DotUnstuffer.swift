/// Undoes what makes a message fit before the line with a single dot, piece by piece. Source: RFC 1939 §3
///
/// Lines begin and end at CRLF only, as they do where the dots were put in: any other reading would let a message end itself.
struct DotUnstuffer {
  private enum State {
    case lineStart
    /// A dot began the line; it is held back.
    case dot
    /// A dot and a CR did.
    case dotAndReturn
    case text
    /// The last byte was a CR.
    case carriageReturn
    case end
  }

  private var state = State.lineStart

  /// Whether the line with the single dot has come.
  var isAtEnd: Bool { state == .end }

  /// The message's own bytes among the next ones, which are taken up to the end of the message.
  mutating func take(_ bytes: inout ArraySlice<UInt8>) -> [UInt8] {
    var content: [UInt8] = []
    content.reserveCapacity(bytes.count + 1)
    var taken = 0
    for byte in bytes {
      if state == .end { break }
      taken += 1
      switch (state, byte) {
      case (.lineStart, UInt8(ascii: ".")):
        state = .dot
        continue
      case (.dot, 0x0D):
        state = .dotAndReturn
        continue
      case (.dotAndReturn, 0x0A):
        state = .end
        continue
      case (.dotAndReturn, _): content.append(0x0D)
      default: break
      }
      let endsLine = byte == 0x0A && state == .carriageReturn
      state = endsLine ? .lineStart : byte == 0x0D ? .carriageReturn : .text
      content.append(byte)
    }
    bytes = bytes.dropFirst(taken)
    return content
  }
}
