import ByteStreams
import TestSupport
import Testing

struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"), ("foobarfoobarfoo", "Zm9vYmFyZm9vYmFyZm9v"),
  ])
  func `the vectors of the standard hold both ways`(plain: String, text: String) {
    #expect(Base64.encode([UInt8](plain)) == [UInt8](text))
    #expect(Base64.decodeStrictly([UInt8](text)) == [UInt8](plain))
  }

  @Test(arguments: ["Zg", "Zg=", "Zh==", "Zm9v\n", "Zm9v Zm9", "=Zm9", "Zg==Zg==", "Zm9*", "===="])
  func `strict decoding takes nothing but the one true text`(text: String) {
    #expect(Base64.decodeStrictly([UInt8](text)) == nil)
  }

  @Test func `all 256 bytes in every position go round`() {
    for shift in 0..<8 {
      let bytes = [UInt8](repeating: 0xA5, count: shift) + Array(0...255)
      #expect(Base64.decodeStrictly(Base64.encode(bytes)) == bytes)
    }
  }

  @Test(arguments: [
    ("Zm9v\r\nYmFy\r\n", "foobar", true), ("Zm9vYmFy\n", "foobar", true), ("Z m\t9v", "foo", true),
    ("Zm9\nvYm\nFy", "foobar", true), ("Zg", "f", true), ("Zm8", "fo", true), ("Zg=", "f", true),
    ("Zg==Zm9v", "ffoo", true), ("Zm9v!YmFy", "foobar", false), ("Zm9vY", "foo", false), ("Zm9v-\u{0}", "foo", false),
    ("====", "", true),
  ])
  func `lenient decoding skips what is foreign and says so`(text: String, plain: String, isClean: Bool) {
    let decoded = Base64.decode([UInt8](text))
    #expect(decoded.bytes == [UInt8](plain))
    #expect(decoded.isClean == isClean)
  }

  @Test(arguments: [4, 64, 76])
  func `lines have the one length and each ends with CRLF`(lineLength: Int) throws {
    var random = SplitMix64(seed: UInt64(lineLength))
    for length in [0, 1, 2, 3, 47, 48, 49, 56, 57, 58, 96, 1000, 5003] {
      let bytes = random.bytes(length)
      let characters = Base64.encode(bytes)
      let lines = stride(from: 0, to: characters.count, by: lineLength).flatMap { start in
        characters[start..<min(start + lineLength, characters.count)] + [13, 10]
      }
      for step in [1, 13, 57, 100_000] {
        let source = Base64EncodingSource(SteppingSource(bytes, step: step), lineLength: lineLength, chunkSize: 64)
        #expect(try source.drain(step: 1 + step % 50) == lines, "\(length) bytes, \(step) at a time")
      }
    }
  }

  @Test(arguments: [1, 3, 4, 65, 4096])
  func `a decoding source gives back what an encoding source was given`(step: Int) throws {
    var random = SplitMix64(seed: 3)
    let bytes = random.bytes(10_000)
    let encoded = Base64EncodingSource(SteppingSource(bytes, step: step))
    let decoded = Base64DecodingSource(encoded, chunkSize: step)
    #expect(try decoded.drain() == bytes)
    #expect(decoded.decoder.isClean)
  }

  @Test func `any bytes at all can be decoded`() throws {
    var random = SplitMix64(seed: 4)
    for length in 0..<400 {
      let text = random.bytes(length, from: [UInt8]("AQgw=\r\n -") + [0, 255])
      let whole = Base64.decode(text)
      let source = Base64DecodingSource(SteppingSource(text, step: 1 + length % 7), chunkSize: 1 + length % 9)
      #expect(try source.drain() == whole.bytes)
      #expect(source.decoder.isClean == whole.isClean)
    }
  }
}
