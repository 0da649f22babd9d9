import ByteStreams
import TestSupport
import Testing

@testable import OpenPGPPackets

struct CRC24Tests {
  @Test(arguments: [("", 0xB704CE), ("123456789", 0x21CF02), ("a", 0xF25713)] as [(String, UInt32)])
  func `the known checksums come out`(text: String, expected: UInt32) {
    var checksum = CRC24()
    checksum.update(Array(text.utf8).rawSpan)
    #expect(checksum.value == expected)
  }

  @Test func `any length in any pieces gives what the standard's own loop gives`() {
    var random = SplitMix64(seed: 1)
    for length in 0..<120 {
      let bytes = random.bytes(length)
      var checksum = CRC24()
      let border = Int(random.next() % UInt64(length + 1))
      checksum.update(bytes.rawSpan.extracting(0..<border))
      checksum.update(bytes.rawSpan.extracting(border..<length))
      #expect(checksum.value == bitwise(bytes))
    }
  }

  /// One bit at a time.
  ///
  /// Source: RFC 9580 §6.1.1
  private func bitwise(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xB704CE
    for byte in bytes {
      crc ^= UInt32(byte) << 16
      for _ in 0..<8 {
        crc <<= 1
        if crc & 0x1000000 != 0 { crc ^= 0x1864CFB }
      }
    }
    return crc & 0xFFFFFF
  }
}
