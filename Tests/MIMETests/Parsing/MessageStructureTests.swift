import ByteStreams
import MIME
import Testing

struct MessageStructureTests {
  private static let nested = """
    Content-Type: multipart/mixed; boundary=a

    --a

    1
    --a
    Content-Type: message/rfc822

    Content-Type: multipart/mixed; boundary=b

    --b

    2.1
    --b
    Content-Type: multipart/alternative; boundary=c

    --c

    2.2.1
    --c
    Content-Type: text/html

    2.2.2
    --c--
    --b--
    --a
    Content-Type: message/rfc822

    Subject: x

    3.1
    --a--
    """

  @Test func `parts are numbered as IMAP numbers them`() throws {
    let parsed = try structure(Self.nested)
    let paths = parsed.entities.map { parsed.path(of: $0.index) }
    #expect(paths == ["", "1", "2", "2", "2.1", "2.2", "2.2.1", "2.2.2", "3", "3.1"])
    #expect(parsed.entity(at: "2.2.2")?.contentType.mediaType == "text/html")
    #expect(parsed.entity(at: "2")?.contentType.mediaType == "message/rfc822")
    #expect(parsed.entity(at: "4") == nil)
  }

  @Test func `a message without parts is part 1`() throws {
    let parsed = try structure("\ntext")
    #expect(parsed.path(of: 0) == "1")
  }

  @Test func `a subtree is an entity and all below it`() throws {
    let parsed = try structure(Self.nested)
    #expect(parsed.subtree(of: 0) == 0..<10)
    #expect(parsed.subtree(of: 2) == 2..<8)
    #expect(parsed.subtree(of: 5) == 5..<8)
    #expect(parsed.subtree(of: 9) == 9..<10)
  }

  @Test func `a source and a store give the same structure as an array`() throws {
    let bytes = message(Self.nested)
    let parsed = try MessageStructure.parse(bytes)
    #expect(try MessageStructure.parse(ArraySource(bytes)) == parsed)
    #expect(try MessageStructure.parse(ByteStore(bytes)) == parsed)
  }

  @Test func `the main body is the first text, with its alternatives`() throws {
    let parsed = try structure(
      """
      Content-Type: multipart/mixed; boundary=a

      --a
      Content-Type: multipart/alternative; boundary=b

      --b

      plain
      --b
      Content-Type: multipart/related; boundary=c

      --c
      Content-Type: text/html

      <p>
      --c
      Content-Type: image/png

      --c--
      --b--
      --a

      an attached text
      --a--
      """)
    #expect(parsed.mainBody().map { parsed.path(of: $0) } == ["1.1", "1.2.1"])
  }

  @Test func `an attachment is no main body`() throws {
    let parsed = try structure("Content-Disposition: attachment\n\ntext")
    #expect(parsed.mainBody() == [])
  }
}
