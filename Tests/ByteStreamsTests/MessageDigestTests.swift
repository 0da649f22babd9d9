import ByteStreams
import Testing

@Suite struct MessageDigestTests {
  /// The standard's own examples.
  ///
  /// Source: FIPS 180-4
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `the hash of the standard's examples is right`(text: String, hash: String) {
    let digest = MessageDigest()
    digest.update(Array(text.utf8).rawSpan)
    #expect(digest.finish() == hash)
  }

  @Test(arguments: [
    (
      MessageDigest.Algorithm.sha384,
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
    ),
    (
      .sha512,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
  ])
  func `the longer hashes are right, too`(algorithm: MessageDigest.Algorithm, hash: String) throws {
    #expect(try MessageDigest.hex(of: ArraySource(Array("abc".utf8)), algorithm) == hash)
  }

  @Test func `a million letters hash right, however they are cut`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    for piece in [1_000_000, 64, 63, 65, 1000] {
      let digest = MessageDigest()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        digest.update(Array(bytes[start..<min(start + piece, bytes.count)]).rawSpan)
      }
      #expect(digest.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
  }
}
