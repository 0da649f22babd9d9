import Testing

@testable import MIME

@Suite struct TextReadingTests {
  @Test(
    arguments: [
      (Array("abc".utf8), nil, "abc", .declared), (Array("é".utf8), "UTF-8", "é", .declared),
      (Array("é".utf8), nil, "é", .undeclared(readAs: "UTF-8")),
      (Array("é".utf8), "us-ascii", "é", .contradicted(readAs: "UTF-8")),
      ([0xE9], nil, "é", .undeclared(readAs: "windows-1252")),
      ([0xE9], "x-none", "é", .unknown(readAs: "windows-1252")),
      (Array("a".utf8), "x-none", "a", .unknown(readAs: "UTF-8")),
      ([0xE9, 0x61], "utf-8", "éa", .contradicted(readAs: "windows-1252")),
      (Array("é".utf8), "iso-8859-1", "é", .contradicted(readAs: "UTF-8")), ([0xE9], "iso-8859-1", "é", .declared),
      (Array("é".utf8) + [0xFF], "utf-8", "é\u{FFFD}", .incomplete), (Array("\u{FEFF}a".utf8), "utf-8", "a", .declared),
      ([0xD0, 0xD2], "koi8-r", "пр", .declared),
    ] as [([UInt8], String?, String, TextReading.Basis)])
  func `text is read as what it is, and why is told`(
    bytes: [UInt8], label: String?, text: String, basis: TextReading.Basis
  ) {
    let reading = TextReading(bytes, declared: label)
    #expect(reading.text == text)
    #expect(reading.basis == basis)
  }
}
