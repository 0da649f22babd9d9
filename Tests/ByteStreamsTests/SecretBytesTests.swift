import Testing

@testable import ByteStreams

struct SecretBytesTests {
  @Test(arguments: [
    ("secret\nmore", "secret", 4), ("secret\r\nmore", "secret", 4), ("secret", "secret", 0), ("", "", 0), ("\n", "", 0),
  ])
  func `a secret is the first line, and what follows is not taken`(text: String, line: String, left: Int) throws {
    let source = ArraySource([UInt8](text))
    let secret = try SecretBytes.firstLine(of: source, limit: 100, what: "a test")
    #expect(secret.withBytes { [UInt8]($0) } == [UInt8](line))
    #expect(secret.count == line.utf8.count)
    #expect(try source.drain().count == left)
  }

  @Test func `a line that is too long is refused`() throws {
    #expect(throws: StreamError.limitExceeded(limit: 5, what: "a passphrase")) {
      try SecretBytes.firstLine(of: ArraySource([UInt8]("secret\n")), limit: 5, what: "a passphrase")
    }
    #expect(throws: Never.self) { try SecretBytes.firstLine(of: ArraySource([UInt8]("secre\r\n")), limit: 5, what: "") }
  }

  @Test func `wiping leaves nothing but zeros`() throws {
    let secret = try SecretBytes.firstLine(of: ArraySource([UInt8]("secret")), limit: 100, what: "a test")
    secret.wipe()
    #expect(secret.withBytes { [UInt8]($0) } == [0, 0, 0, 0, 0, 0])
  }

  @Test func `a secret is never printed`() throws {
    let secret = try SecretBytes.firstLine(of: ArraySource([UInt8]("hunter2")), limit: 100, what: "a test")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] {
      #expect(!text.contains("hunter2") && text.contains("(secret)"))
    }
  }
}
