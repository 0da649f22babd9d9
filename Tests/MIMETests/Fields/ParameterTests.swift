import MIME
import Testing

struct ParameterTests {
  private func parameters(_ text: String) throws -> Parameters {
    try #require(try ContentType(parsing: Array(("a/b" + text).utf8))).parameters
  }

  private func read(_ text: String) throws -> [String] {
    try parameters(text).all.map { "\($0.name)=\($0.value)" }
  }

  private static let plain: [(String, [String])] = [
    ("", []), (";", []), (";;; x=1;", ["x=1"]), ("; X=Y", ["x=Y"]), (" ; x = 1 ;y=2", ["x=1", "y=2"]),
    ("; x=\"a;b\"", ["x=a;b"]), (#"; x="a\"b\\c""#, [#"x=a"b\c"#]), ("; x=\"\"", ["x="]), ("; x=", ["x="]),
    ("; x=\"never closed; y=2", ["x=never closed; y=2"]), ("; x=1; x=2", ["x=1"]),
    ("; x=1 (comment; (nested))", ["x=1"]),
    ("; (comment) x=1", ["x=1"]), ("; x", []), ("; x; y=2", ["y=2"]), ("; =1; y=2", ["y=2"]),
    ("; x=minutes (final).doc; y=2", ["x=minutes (final).doc", "y=2"]), ("; x=two words", ["x=two words"]),
    (" x=1", ["x=1"]), ("; x=flowed y=utf-8", ["x=flowed", "y=utf-8"]), ("; x=\"a\" y=2", ["x=a", "y=2"]),
    ("; x=\"a\"garbage; y=2", ["x=a", "y=2"]), ("; x=a/b:c@d", ["x=a/b:c@d"]), ("; x=grün", ["x=grün"]),
    ("; x=\"=?utf-8?Q?gr=C3=BCn?=\"", ["x=grün"]), ("; x==?utf-8?B?Z3LDvG4=?=", ["x=grün"]),
    ("; x=\"a\\", ["x=a"]), ("; x=1 (open", ["x=1"]), ("; x=1\r\n\t; y=2", ["x=1", "y=2"]),
  ]

  @Test(arguments: plain)
  func `parameters are read as mailers send them`(text: String, expected: [String]) throws {
    #expect(try read(text) == expected)
  }

  private static let extended: [(String, [String])] = [
    ("; x*=utf-8''gr%C3%BCn", ["x=grün"]), ("; x*=UTF-8'de'%e2%82%ac", ["x=€"]), ("; x*=iso-8859-1''%FC", ["x=ü"]),
    ("; x*=''%C3%BC", ["x=ü"]), ("; x*=gr%C3%BCn", ["x=grün"]), ("; x*=\"utf-8''%C3%BC\"", ["x=ü"]),
    ("; x*=nonsense''%C3%BC", ["x=ü"]), ("; x*=utf-8''100%; y=2", ["x=100%", "y=2"]), ("; x*=utf-8''%4", ["x=%4"]),
    ("; x*0=a; x*1=b; x*2=c", ["x=abc"]), ("; x*1=b; x*0=a", ["x=ab"]), ("; x*0=a; x*2=c", ["x=a"]),
    ("; x*0*=utf-8''%C3; x*1*=%BC; x*2=%41", ["x=ü%41"]), ("; x*0=a; x*1*=%42", ["x=aB"]),
    ("; x*0*=iso-8859-1''%FC; x*1*=utf-8''%41", ["x=üutf-8''A"]), ("; x=plain; x*=utf-8''%C3%BC", ["x=ü"]),
    ("; x*=utf-8''%C3%BC; x=plain", ["x=ü"]), ("; x*1=b", ["x=b"]), ("; x*a=b", ["x*a=b"]), ("; x*0=a; x*0=b", ["x=a"]),
    ("; x*99999=a", ["x*99999=a"]), ("; y*0=1; x=2; y*1=3", ["y=13", "x=2"]), ("; x*=utf-8''a%00b", ["x=a\u{0}b"]),
  ]

  @Test(arguments: extended)
  func `sections, percent signs and charsets of RFC 2231 are joined and decoded`(text: String, expected: [String])
    throws
  {
    #expect(try read(text) == expected)
  }

  @Test func `the octets of a value are kept beside its text`() throws {
    let value = try #require(try ContentType(parsing: Array("a/b; boundary=\"".utf8) + [0xFF, 0x41, 0x22]))
    #expect(value.parameters.octets(of: "BOUNDARY") == [0xFF, 0x41])
    #expect(value.parameters["boundary"] == "ÿA")
  }

  @Test func `128 parameters are read and 129 are an error`() throws {
    let text = (0..<128).map { "; x\($0)=1" }.joined()
    #expect(try parameters(text).all.count == 128)
    #expect(throws: MIMEError.limit(.parameters, value: 128)) { try parameters(text + "; y=1") }
  }

  @Test func `setting replaces, removing removes, whatever the case`() {
    var parameters = Parameters(["Charset": "x", "name": "y"])
    parameters.set("CHARSET", "utf-8")
    parameters.remove("Name")
    #expect(parameters == Parameters(["charset": "utf-8"]))
  }

  @Test func `what is written is read back as it was meant`() throws {
    let values = [
      "plain", "two words", "a\"b\\c", "grün", "=?utf-8?q?x?=", "", "100%", "'", String(repeating: "ü", count: 90),
    ]
    for value in values {
      let type = ContentType("text", "plain", Parameters(["name": value, "x": "y"]))
      let line = try FieldLine.contentType(type)
      let field = try #require(try MessageStructure.parse(line.bytes).root.header.first(named: "Content-Type"))
      let parsed = try #require(try ContentType(parsing: field.value))
      #expect(parsed.mediaType == "text/plain")
      #expect(parsed.parameters.all.map(\.value) == [value, "y"])
    }
  }
}
