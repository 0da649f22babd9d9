import ByteStreams
import Testing

@testable import MIME

@Suite struct AutocryptHeaderTests {
  private static let key = [UInt8](repeating: 0x99, count: 300)

  private func read(_ value: String, name: String = "Autocrypt") throws -> AutocryptHeader? {
    let structure = try MessageStructure.parse(ArraySource(Array("\(name): \(value)\r\n\r\n".utf8)))
    return structure.root.header.first(named: name).flatMap { AutocryptHeader(parsing: $0) }
  }

  @Test(arguments: [EncryptPreference.mutual, .nopreference], ["Autocrypt", "Autocrypt-Gossip"])
  func `what is written reads back the same, in lines that mail can carry`(
    preference: EncryptPreference, name: String
  ) throws {
    let header = AutocryptHeader(address: try AddrSpec("bob@example.org"), preference: preference, keyData: Self.key)
    let line = try header.field(named: name)
    let text = String(decoding: line.bytes, as: UTF8.self)
    #expect(text.hasPrefix("\(name): addr=bob@example.org;"))
    #expect(text.contains("prefer-encrypt=mutual") == (preference == .mutual))
    #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    let structure = try MessageStructure.parse(ArraySource(line.bytes + [13, 10]))
    let field = try #require(structure.root.header.first(named: name))
    #expect(AutocryptHeader(parsing: field) == header)
    // Protected headers carry a record of it, which is folded anew.
    #expect(try FieldLine.outer(line).value == "\(name): \(line.value)")
  }

  @Test(arguments: [
    ("addr=bob@example.org; keydata=mZmZ", "bob@example.org", EncryptPreference.nopreference),
    ("addr=Bob@EXAMPLE.org; prefer-encrypt=mutual; keydata= mZ\r\n mZ", "Bob@example.org", .mutual),
    ("addr=bob@example.org; prefer-encrypt=nopreference; keydata=mZmZ", "bob@example.org", .nopreference),
    ("addr=bob@example.org; prefer-encrypt=always; keydata=mZmZ", "bob@example.org", .nopreference),
    ("addr=bob@example.org; _monkey=ignore; keydata=mZmZ", "bob@example.org", .nopreference),
    (" addr = bob@example.org ;prefer-encrypt= mutual ;keydata=mZk=", "bob@example.org", .mutual),
  ])
  func `a valid field is read`(value: String, address: String, preference: EncryptPreference) throws {
    let header = try #require(try read(value))
    #expect(header.address.text == address)
    #expect(header.preference == preference)
    #expect(header.keyData.allSatisfy { $0 == 0x99 })
  }

  @Test(arguments: [
    "", ";", "=", "keydata=mZmZ", "addr=bob@example.org", "addr=bob@example.org;", "addr=; keydata=mZmZ",
    "addr=bob; keydata=mZmZ", "addr=bob@example.org; keydata=", "addr=bob@example.org; keydata=!!!!",
    "addr=bob@example.org; keydata=mZmZ; prefer-encrypt=mutual", "keydata=mZmZ; addr=bob@example.org",
    "addr=bob@example.org; monkey=critical; keydata=mZmZ", "addr=bob@example.org; type=1; keydata=mZmZ",
    "addr=bob@example.org; addr=bob@example.org; keydata=mZmZ", "addr=bob@example.org; Keydata=mZmZ",
    "addr=bob@example.org, eve@example.org; keydata=mZmZ", "addr=bob@example.org; keydata=mZk=mZk=",
    "addr=Bob <bob@example.org>; keydata=mZmZ", "addr=bob@example.org; prefer-encrypt; keydata=mZmZ",
    "addr=bob@example.org; prefer-encrypt=mutual; prefer-encrypt=nopreference; keydata=mZmZ",
  ])
  func `what is not a valid field counts as none`(value: String) throws {
    #expect(try read(value) == nil)
  }

  @Test func `ten kibibytes are the limit, on both ways`() throws {
    func header(_ count: Int) throws -> AutocryptHeader {
      AutocryptHeader(address: try AddrSpec("bob@example.org"), keyData: [UInt8](repeating: 7, count: count))
    }
    #expect(try header(7300).field().bytes.count <= AutocryptHeader.fieldLimit)
    #expect(throws: MIMEError.limit(.autocryptField, value: 10_240)) { try header(7680).field() }
    let digits = String(repeating: "AAAA", count: 2560)
    #expect(try read("addr=bob@example.org; keydata=\(digits)") == nil)
    #expect(try read("addr=bob@example.org; keydata=\(digits.dropLast(80))") != nil)
  }

  @Test(arguments: ["\"a;b\"@example.org", "b\u{F6}b@example.org", "\"a b\"@example.org"])
  func `an address that could be read as something else is not written`(address: String) throws {
    let header = AutocryptHeader(address: try AddrSpec(address), keyData: [1])
    #expect(throws: MIMEError.self) { try header.field() }
  }

  @Test func `reading takes time in proportion to the size`() throws {
    for hostile in [String(repeating: "_a=b;", count: 1900), String(repeating: "=", count: 9000)] {
      let start = ContinuousClock.now
      #expect(try read(hostile) == nil)
      #expect(ContinuousClock.now - start < .seconds(1))
    }
  }
}
