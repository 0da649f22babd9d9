import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

struct ArmorSinkTests {
  @Test func `a short text is armored as GnuPG does it`() throws {
    let expected = "-----BEGIN PGP MESSAGE-----\r\n\r\naGVsbG8sIGFybW9y\r\n=XDE2\r\n-----END PGP MESSAGE-----\r\n"
    #expect(try armored(Array("hello, armor".utf8)) == Array(expected.utf8))
  }

  @Test func `nothing is armored too`() throws {
    let expected = "-----BEGIN PGP SIGNATURE-----\r\n\r\n=twTO\r\n-----END PGP SIGNATURE-----\r\n"
    #expect(try armored([], .signature) == Array(expected.utf8))
  }

  @Test func `a hundred zeros fill lines of 64`() throws {
    let line = String(repeating: "A", count: 64)
    let expected = """
      -----BEGIN PGP PUBLIC KEY BLOCK-----

      \(line)
      \(line)
      AAAAAA==
      =Aq+5
      -----END PGP PUBLIC KEY BLOCK-----

      """
    let text = String(decoding: try armored([UInt8](repeating: 0, count: 100), .publicKey), as: UTF8.self)
    #expect(text == expected.replacing("\n", with: "\r\n"))
  }

  @Test(arguments: [1, 47, 48, 49, 5000, 49152, 49153, 200_000])
  func `the pieces it is written in do not matter`(step: Int) throws {
    var random = SplitMix64(seed: 2)
    let bytes = random.bytes(250_000)
    let whole = try armored(bytes, step: .max)
    #expect(
      try armored(step == 1 ? Array(bytes[..<3000]) : bytes, step: step)
        == (step == 1 ? try armored(Array(bytes[..<3000]), step: .max) : whole))
  }

  @Test func `what the target throws comes through`() throws {
    let sink = ArmorSink(.message, into: MemorySink(limit: 10, what: "a test"))
    #expect(throws: StreamError.limitExceeded(limit: 10, what: "a test")) {
      try sink.write([1, 2, 3])
      try sink.finish()
    }
  }
}
