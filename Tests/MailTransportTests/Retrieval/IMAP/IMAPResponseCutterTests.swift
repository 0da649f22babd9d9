import Testing

@testable import MailTransport

@Suite struct IMAPResponseCutterTests {
  private typealias Response = IMAPResponseCutter.Response
  private typealias Violation = IMAPResponseCutter.Violation

  /// The responses in a text, given in pieces of so many bytes, and the violation that ended them.
  private static func cut(_ bytes: [UInt8], piece: Int = .max) -> (responses: [Response], violation: Violation?) {
    var cutter = IMAPResponseCutter()
    var responses: [Response] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      var part = rest.prefix(piece)
      rest = rest.dropFirst(piece)
      do throws(Violation) {
        while let response = try cutter.next(&part) { responses.append(response) }
      } catch {
        return (responses, error)
      }
    }
    return (responses, nil)
  }

  private static func cut(_ text: String, piece: Int = .max) -> (responses: [Response], violation: Violation?) {
    cut(Array(text.utf8), piece: piece)
  }

  private static func response(_ texts: String..., literals: [String] = []) -> Response {
    Response(texts: texts.map { Array($0.utf8) }, literals: literals.map { Array($0.utf8) })
  }

  @Test(arguments: [1, 2, 3, 7, 1000]) func `responses are the same however their bytes are split`(piece: Int) {
    let text =
      "* 5 EXISTS\r\n* 1 FETCH (BODY[]<0> {7}\r\na\r\n)\r\n{ UID 3)\r\n* LIST () {1}\r\n/ {0}\r\n\r\n* OK {3}\r\n+ {9}\r\n+\r\nP1 OK done {4}\r\n"
    let cut = Self.cut(text, piece: piece)
    #expect(cut.violation == nil)
    #expect(
      cut.responses == [
        Self.response("* 5 EXISTS"),
        Self.response("* 1 FETCH (BODY[]<0> {7}", " UID 3)", literals: ["a\r\n)\r\n{"]),
        Self.response("* LIST () {1}", " {0}", "", literals: ["/", ""]), Self.response("* OK {3}"),
        Self.response("+ {9}"), Self.response("+"), Self.response("P1 OK done {4}"),
      ])
  }

  @Test func `a literal of eight bits, and one announced as clients do, are literals`() {
    #expect(Self.cut("* X ~{2}\r\n\0\0\r\n").responses == [Self.response("* X ~{2}", "", literals: ["\0\0"])])
    #expect(Self.cut("* X {2+}\r\nab\r\n").responses == [Self.response("* X {2+}", "", literals: ["ab"])])
  }

  @Test func `lines that end with LF alone are lines`() {
    #expect(Self.cut("* 1 EXISTS\n* OK x\n").responses == [Self.response("* 1 EXISTS"), Self.response("* OK x")])
  }

  @Test(arguments: ["{-1}", "{+1}", "{}", "{1x}", "{x}", "{ 1}"]) func `a literal without a size is refused`(
    size: String
  ) {
    #expect(Self.cut("* X \(size)\r\nabc\r\n").violation?.description.hasPrefix("a literal of \"") == true)
  }

  @Test(arguments: ["524289", "4294967296", "9223372036854775807", "99999999999999999999999"])
  func `a literal that is larger than what is asked for is refused as soon as it is announced`(size: String) {
    #expect(
      Self.cut("* 1 FETCH (BODY[] {\(size)}\r\n").violation?.description
        == "a literal of \(size) bytes, where 524288 are the most")
  }

  @Test func `many literals together are no more than one`() {
    let half = String(repeating: "x", count: IMAPResponseCutter.literalLimit / 2 + 1)
    let text = "* X {\(half.utf8.count)}\r\n\(half) {\(half.utf8.count)}\r\n"
    #expect(Self.cut(text).violation?.description.hasPrefix("a literal of") == true)
    let empty = "* X" + String(repeating: " {0}\r\n", count: 65)
    #expect(Self.cut(empty).violation?.description == "a response of more than 64 literals")
  }

  @Test func `an endless line ends soon, but a list of a million messages is read`() {
    let line = Array(repeating: UInt8(ascii: "x"), count: 100_000)
    #expect(Self.cut(Array("* ".utf8) + line, piece: 999).violation?.description == "a line of more than 65536 bytes")
    let digit = UInt8(ascii: "1")
    let numbers = Array("* SEARCH ".utf8) + Array(repeating: digit, count: 9 << 20)
    #expect(Self.cut(numbers + Array("\r\n".utf8), piece: 1 << 20).responses.count == 1)
    let endless = numbers + Array(repeating: digit, count: 4 << 20)
    #expect(Self.cut(endless, piece: 1 << 20).violation?.description == "a line of more than 12582912 bytes")
  }

  @Test func `a NUL is refused outside of literals`() {
    #expect(Self.cut("* OK \0\r\n").violation?.description == "a NUL in its response")
  }
}
