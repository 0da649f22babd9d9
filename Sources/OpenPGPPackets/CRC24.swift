import ByteStreams

/// The checksum at the end of an armored block.
///
/// Source: RFC 9580 §6.1
struct CRC24 {
  /// The register, in the upper 24 bits.
  private var register: UInt32 = 0xB704CE << 8

  /// The checksum of all bytes so far.
  var value: UInt32 { register >> 8 }

  /// The four base64 characters of the checksum.
  var armored: [UInt8] {
    Base64.encode([16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) })
  }

  /// Sixteen tables of 256 in a row: the n-th has what a byte does to the register n bytes later.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte) << 24) { crc, _ in crc << 1 ^ (crc >> 31 == 1 ? 0x864CFB << 8 : 0) }
    }
    for index in 256..<16 * 256 {
      let before = tables[index - 256]
      tables.append(before << 8 ^ tables[Int(before >> 24)])
    }
    return tables
  }()

  /// Takes `bytes` in, sixteen at a time.
  mutating func update(_ bytes: RawSpan) {
    let tables = CRC24.tables
    let crc = register
    // Holds: reads stay below the count, and each index is one of 4096 by its construction from eight bits.
    register = unsafe bytes.withUnsafeBytes { input in
      guard let base = input.baseAddress else { return crc }
      return unsafe CRC24.advance(crc, base, input.count, tables.span)
    }
  }

  private static func advance(
    _ start: UInt32, _ base: UnsafeRawPointer, _ count: Int, _ tables: Span<UInt32>
  ) -> UInt32 {
    var crc = start
    var position = 0
    while position + 16 <= count {
      let high = unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let low = unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self))
      let mixed = high ^ UInt64(crc) << 32
      crc = lookUp(mixed, 8 * 256, tables) ^ lookUp(low, 0, tables)
      position += 16
    }
    while position < count {
      let byte = unsafe UInt32(base.load(fromByteOffset: position, as: UInt8.self))
      crc = unsafe crc << 8 ^ tables[unchecked: Int(crc >> 24 ^ byte)]
      position += 1
    }
    return crc
  }

  /// What eight bytes do to the register, by the eight tables from `offset` on; the last byte uses the first of them.
  @inline(__always)
  private static func lookUp(_ bytes: UInt64, _ offset: Int, _ tables: Span<UInt32>) -> UInt32 {
    // Holds: 8 bits, 256 entries a table, and eight tables from `offset` on.
    let a =
      unsafe tables[unchecked: offset + 0x700 | Int(truncatingIfNeeded: bytes >> 56)]
      ^ tables[unchecked: offset + 0x600 | Int(truncatingIfNeeded: bytes >> 48 & 255)]
    let b =
      unsafe tables[unchecked: offset + 0x500 | Int(truncatingIfNeeded: bytes >> 40 & 255)]
      ^ tables[unchecked: offset + 0x400 | Int(truncatingIfNeeded: bytes >> 32 & 255)]
    let c =
      unsafe tables[unchecked: offset + 0x300 | Int(truncatingIfNeeded: bytes >> 24 & 255)]
      ^ tables[unchecked: offset + 0x200 | Int(truncatingIfNeeded: bytes >> 16 & 255)]
    let d =
      unsafe tables[unchecked: offset + 0x100 | Int(truncatingIfNeeded: bytes >> 8 & 255)]
      ^ tables[unchecked: offset | Int(truncatingIfNeeded: bytes & 255)]
    return a ^ b ^ c ^ d
  }
}
