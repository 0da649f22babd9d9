import ByteStreams

/// What the rest of a line says that begins with `=`: padding, a checksum, or one after the other.
///
/// Source: RFC 9580 §6.2
enum ArmorTail: Equatable {
  /// The data ends here.
  case padding
  /// The data ends here, if it has not before, and this is its checksum.
  case checksum(UInt32)

  /// - Parameters:
  ///   - text: from the first `=` on, without trailing white space.
  ///   - held: characters of an unfinished group: 0, 2 or 3.
  /// - Returns: nil when it says neither.
  init?(_ text: ArraySlice<UInt8>, held: Int) {
    let padding = held == 0 ? 0 : 4 - held
    let marks = text.prefix { $0 == UInt8(ascii: "=") }.count
    let rest = text.dropFirst(marks)
    if rest.isEmpty {
      guard padding > 0, marks == padding else { return nil }
      self = .padding
      return
    }
    // QUIRK: some programs leave out the padding, and some put the checksum on the line of the padding (DearmorSourceTests).
    guard marks == 1 || marks == padding + 1, rest.count == 4 else { return nil }
    guard let bytes = Base64.decodeStrictly(Array(rest)), bytes.count == 3 else { return nil }
    self = .checksum(bytes.reduce(0) { $0 << 8 | UInt32($1) })
  }
}
