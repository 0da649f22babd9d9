import MIME
import Testing

struct ContentTypeTests {
  private static let types: [(String, String?)] = [
    ("text/plain", "text/plain"), ("TEXT/Html; charset=x", "text/html"), (" text / plain ", "text/plain"),
    ("text/plain (comment)", "text/plain"), ("(c)text(c)/(c)plain", "text/plain"), ("text", nil), ("", nil), ("/", nil),
    ("text/", nil), ("text;plain", nil), ("\"text\"/plain", nil), ("text/plain garbage", "text/plain"),
    ("text/plain/more", "text/plain"), ("application/vnd.x+json", "application/vnd.x+json"),
  ]

  @Test(arguments: types)
  func `type and subtype are read in lower case`(text: String, expected: String?) throws {
    #expect(try ContentType(parsing: Array(text.utf8))?.mediaType == expected)
  }

  private static let encodings: [(String, ContentTransferEncoding)] = [
    ("7bit", .sevenBit), ("8BIT", .eightBit), ("binary", .binary), ("Base64", .base64), ("base64;", .base64),
    ("quoted-printable (x)", .quotedPrintable), ("", .sevenBit), ("x-uuencode", .unknown("x-uuencode")),
    ("(c) base64", .base64), ("base64 7bit", .base64),
  ]

  @Test(arguments: encodings)
  func `transfer encodings are read without regard to case`(text: String, expected: ContentTransferEncoding) {
    #expect(ContentTransferEncoding(parsing: Array(text.utf8)) == expected)
  }

  private static let dispositions: [(String, String, String?, Bool)] = [
    ("attachment; filename=a.txt", "attachment", "a.txt", true), ("INLINE", "inline", nil, false),
    ("filename=a.txt", "", "a.txt", false), ("attachment filename=\"a b\"", "attachment", "a b", true),
    ("attachment; filename=x; filename*=utf-8''%C3%BC", "attachment", "ü", true), ("form-data", "form-data", nil, true),
    ("", "", nil, false), ("; filename=a", "", "a", false),
  ]

  @Test(arguments: dispositions)
  func `dispositions are read as mailers send them`(
    text: String, type: String, filename: String?, isAttachment: Bool
  ) throws {
    let disposition = try ContentDisposition(parsing: Array(text.utf8))
    #expect(disposition.type == type)
    #expect(disposition.filename == filename)
    #expect(disposition.isAttachment == isAttachment)
  }

  private static let names: [(String, String?)] = [
    ("Content-Type: a/b; name=type\nContent-Disposition: inline; filename=disposition", "disposition"),
    ("Content-Type: a/b; name=type\nContent-Disposition: inline", "type"), ("Content-Type: a/b; name=type", "type"),
    ("Content-Type: a/b; name=type\nContent-Disposition: inline; filename=\"\"", "type"),
    ("Content-Type: a/b\nContent-Disposition: inline; filename=", nil),
    ("Content-Type: a/b", nil), ("Content-Disposition: attachment; filename=\"../../etc/x\"", "../../etc/x"),
    ("Content-Disposition: attachment; filename=\"=?utf-8?q?=C3=BC.txt?=\"", "ü.txt"),
    ("Content-Disposition: attachment; filename=\"a\n b\"", "a b"),
  ]

  @Test(arguments: names)
  func `the file name is that of the disposition, else that of the type`(header: String, expected: String?) throws {
    #expect(try structure(header + "\n\n").root.filename() == expected)
  }
}
