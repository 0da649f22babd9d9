/// The tables of base64 and the two hot loops over them, which every coder of the house shares.
///
/// Source: RFC 4648 §4
enum Base64Tables {
  /// The alphabet, by value.
  static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Two characters for each value of 12 bits, the first one in the lower byte.
  static let pairs: [UInt16] = (0..<4096).map { UInt16(alphabet[$0 & 63]) << 8 | UInt16(alphabet[$0 >> 6]) }

  /// Four tables of 256 in a row: what the first, second, third and fourth character of a group give to its 24 bits.
  static let quarters: [UInt32] = [18, 12, 6, 0].flatMap { (shift: UInt32) in
    var quarter = [UInt32](repeating: invalid, count: 256)
    for (value, character) in alphabet.enumerated() { quarter[Int(character)] = UInt32(value) << shift }
    return quarter
  }

  /// Stands for a character that is none of the alphabet; no group of valid ones has this bit.
  static let invalid: UInt32 = 1 << 31

  /// How many bytes the loops may write beyond their result.
  static let slack = 8

  /// Encodes whole groups of three bytes, of which `input` has a whole number, to four characters each.
  ///
  /// - Parameter output: room for the characters.
  @inline(__always)
  static func encode(groups input: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer, _ pairs: Span<UInt16>)
  {
    guard let base = input.baseAddress else { return }
    // Holds: reads stay below the count, writes are 4/3 of it, and 12 bits index one of 4096 entries.
    var (from, to) = (0, 0)
    while from + 8 <= input.count {
      let bits = unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: from, as: UInt64.self))
      let first = unsafe UInt64(pairs[unchecked: Int(truncatingIfNeeded: bits >> 52)])
      let second = unsafe UInt64(pairs[unchecked: Int(truncatingIfNeeded: bits >> 40 & 4095)])
      let third = unsafe UInt64(pairs[unchecked: Int(truncatingIfNeeded: bits >> 28 & 4095)])
      let fourth = unsafe UInt64(pairs[unchecked: Int(truncatingIfNeeded: bits >> 16 & 4095)])
      let characters = first | second << 16 | third << 32 | fourth << 48
      unsafe output.storeBytes(of: characters.littleEndian, toByteOffset: to, as: UInt64.self)
      from += 6
      to += 8
    }
    while from + 3 <= input.count {
      let bits =
        unsafe UInt32(base.load(fromByteOffset: from, as: UInt8.self)) << 16
        | UInt32(base.load(fromByteOffset: from + 1, as: UInt8.self)) << 8
        | UInt32(base.load(fromByteOffset: from + 2, as: UInt8.self))
      let characters =
        unsafe UInt32(pairs[unchecked: Int(bits >> 12)]) | UInt32(pairs[unchecked: Int(bits & 4095)]) << 16
      unsafe output.storeBytes(of: characters.littleEndian, toByteOffset: to, as: UInt32.self)
      from += 3
      to += 4
    }
  }

  /// Decodes groups of four characters, and skips a line end between two groups, until something else comes.
  ///
  /// - Parameters:
  ///   - position: where to go on in `text`; afterwards the first character that was not taken.
  ///   - output: room for three bytes for each group that may come, and `slack`.
  ///   - written: where to go on in `output`.
  @inline(__always)
  static func decode(
    run text: UnsafeRawBufferPointer, _ position: inout Int,
    into output: UnsafeMutableRawPointer, _ written: inout Int, _ quarters: Span<UInt32>
  ) {
    guard let base = text.baseAddress else { return }
    // Holds: reads stay below the count, 8 bits index one of 256 entries of each quarter, and writes reach at most one byte
    // beyond their three, which the slack has room for.
    while true {
      while position + 4 <= text.count {
        let group = unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        let bits =
          unsafe quarters[unchecked: Int(group & 255)] | quarters[unchecked: 256 + Int(group >> 8 & 255)]
          | quarters[unchecked: 512 + Int(group >> 16 & 255)] | quarters[unchecked: 768 + Int(group >> 24)]
        if bits & invalid != 0 { break }
        unsafe output.storeBytes(of: (bits << 8).bigEndian, toByteOffset: written, as: UInt32.self)
        position += 4
        written += 3
      }
      guard position < text.count else { return }
      let next = unsafe base.load(fromByteOffset: position, as: UInt8.self)
      if next == UInt8(ascii: "\n") {
        position += 1
      } else if next == UInt8(ascii: "\r"), position + 1 < text.count,
        unsafe base.load(fromByteOffset: position + 1, as: UInt8.self) == UInt8(ascii: "\n")
      {
        position += 2
      } else {
        return
      }
    }
  }
}
