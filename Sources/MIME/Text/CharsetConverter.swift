#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A converter of the C library from one charset to UTF-8, fed in pieces; not to be shared between threads.
///
/// Safe: the descriptor is private, lives as long as this object, and sees arrays of known length only.
@safe final class CharsetConverter {
  /// How many octets became U+FFFD so far.
  private(set) var replacements = 0
  private let handle: UnsafeMutableRawPointer
  /// The start of a character whose rest has not come yet.
  private var pending: [UInt8] = []
  /// How many octets go at a time where the charset makes no sense of them.
  private let unit: Int

  /// Nil when the C library of this machine lacks the charset.
  init?(_ charset: Charset) {
    unit = charset.converterName.hasPrefix("UTF-16") ? 2 : charset.converterName.hasPrefix("UTF-32") ? 4 : 1
    // Holds: a descriptor or, for "no such converter", -1 as a pointer; it is never looked into here.
    guard let handle = unsafe iconv_open("UTF-8", charset.converterName), Int(bitPattern: handle) != -1 else {
      return nil
    }
    unsafe self.handle = handle
  }

  deinit {
    // Holds: the handle came from iconv_open and is closed once.
    _ = unsafe iconv_close(handle)
  }

  /// Appends the UTF-8 of `bytes`; the start of a character at their end is kept for the next call.
  func convert(_ bytes: [UInt8], into output: inout [UInt8]) {
    var input = pending.isEmpty ? bytes : pending + bytes
    pending = []
    var position = 0
    var chunk = [UInt8](repeating: 0, count: max(64, min(input.count * 2, 64 << 10)))
    while position < input.count {
      let (consumed, produced, outcome) = step(&input, from: position, into: &chunk)
      output += chunk[..<produced]
      position += consumed
      switch outcome {
      case .done: return
      case .outputFull: continue
      case .incomplete:
        // No charset of the list has characters or shift sequences of more than 16 octets.
        guard input.count - position > 16 else {
          pending = [UInt8](input[position...])
          return
        }
        position += replaceOne(into: &output)
      case .invalid: position += replaceOne(into: &output)
      }
    }
  }

  /// Appends what the converter holds back, marks a character that was cut off, and returns to the initial state.
  func finish(into output: inout [UInt8]) {
    if !pending.isEmpty {
      pending = []
      _ = replaceOne(into: &output)
    }
    var chunk = [UInt8](repeating: 0, count: 64)
    let produced = flush(into: &chunk)
    output += chunk[..<produced]
  }

  private enum Outcome { case done, outputFull, incomplete, invalid }

  private func replaceOne(into output: inout [UInt8]) -> Int {
    replacements += 1
    output += [0xEF, 0xBF, 0xBD]
    return unit
  }

  /// One call of `iconv`: how many octets it took and made, and why it stopped.
  private func step(
    _ input: inout [UInt8], from position: Int, into chunk: inout [UInt8]
  ) -> (consumed: Int, produced: Int, outcome: Outcome) {
    // Holds: both pointers live for the call only, the counts are those of the arrays, and iconv does not write
    // through its input pointer.
    let (room, given) = (chunk.count, input.count - position)
    return unsafe input.withUnsafeMutableBytes { source in
      unsafe chunk.withUnsafeMutableBytes { target in
        var from = unsafe source.baseAddress.map { unsafe ($0 + position).assumingMemoryBound(to: CChar.self) }
        var to = unsafe target.baseAddress.map { unsafe $0.assumingMemoryBound(to: CChar.self) }
        var (fromLeft, toLeft) = (given, room)
        let result = unsafe iconv(handle, &from, &fromLeft, &to, &toLeft)
        let outcome: Outcome
        if result != -1 {
          outcome = .done
        } else {
          outcome = errno == E2BIG ? .outputFull : errno == EINVAL ? .incomplete : .invalid
        }
        return (given - fromLeft, room - toLeft, outcome)
      }
    }
  }

  private func flush(into chunk: inout [UInt8]) -> Int {
    let room = chunk.count
    // Holds: the pointer lives for the call only; no input means "write what is held back, then reset".
    return unsafe chunk.withUnsafeMutableBytes { target in
      var to = unsafe target.baseAddress.map { unsafe $0.assumingMemoryBound(to: CChar.self) }
      var left = room
      _ = unsafe iconv(handle, nil, nil, &to, &left)
      return room - left
    }
  }
}
