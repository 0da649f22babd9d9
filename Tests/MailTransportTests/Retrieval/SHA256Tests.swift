import ByteStreams
import Testing

@testable import MailTransport

@Suite struct SHA256Tests {
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
    let digest = SHA256()
    digest.update(Array(text.utf8).rawSpan)
    #expect(digest.finish() == hash)
  }

  @Test func `a million letters hash right, however they are cut`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    for piece in [1_000_000, 64, 63, 65, 1000] {
      let digest = SHA256()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        digest.update(Array(bytes[start..<min(start + piece, bytes.count)]).rawSpan)
      }
      #expect(digest.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
  }
}
