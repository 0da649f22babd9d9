import Foundation

/// Bodies without parts, in all transfer encodings, sound and broken.
///
/// Source: RFC 2045 §6
extension MessageMaker {
  /// A part's fields, empty line, and body.
  mutating func leaf(_ types: [String]? = nil) -> [UInt8] {
    let type = pick(
      types ?? ["text/plain", "text/plain", "text/html", "application/pdf", "image/png", "application/octet-stream"])
    var parameters: [[UInt8]] = []
    if type.hasPrefix("text/") && !once(in: 4) {
      parameters.append(parameter("charset", pick(["utf-8", "us-ascii", "ISO-8859-1"])))
    }
    if once(in: 4) { parameters.append(fileName("name")) }
    var header: [[UInt8]] = []
    if !once(in: 6) { header.append(contentType(type, parameters)) }
    if !type.hasPrefix("text/") || once(in: 5) { header.append(disposition()) }
    let (fields, body) = encodedBody()
    header += fields
    if isOdd() { header.append(oddField()) }
    if isOdd() {
      header.append(
        contentType(pick(["text/html", "multipart/mixed", "message/rfc822"]), [parameter("boundary", "twice")]))
    }
    if header.count > 1, once(in: 3) { header.swapAt(0, header.count - 1) }
    return Array(header.joined()) + Array(pick(["\n"], odd: ["", " \n", "\r\n", "\n\n"]).utf8) + body
  }

  /// Fields that say how the body is encoded, and the body.
  private mutating func encodedBody() -> ([[UInt8]], [UInt8]) {
    switch roll(5) {
    case 0: return ([], plainText())
    case 1:
      return (transferEncoding(["7bit", "8bit", "binary"]), plainText() + (once(in: 3) ? Array("Zoë\n".utf8) : []))
    case 2: return (transferEncoding(["quoted-printable", "Quoted-Printable"]), quotedPrintable())
    case 3: return (transferEncoding(["base64", "BASE64"]), base64())
    default:
      guard isOdd() else { return ([], plainText()) }
      let body = Array("begin 644 a.txt\n#86)C\n`\nend\n".utf8)
      return (transferEncoding([pick(["x-uuencode", "uuencode", "x-foo", "base 64", "quoted printable"])]), body)
    }
  }

  private mutating func transferEncoding(_ names: [String]) -> [[UInt8]] {
    let name = pick(names)
    let value = pick(
      [name],
      odd: [
        "\(name);", "\(name) (comment)", "(comment) \(name)", "\"\(name)\"", "\(name) junk", "\(name)\n ", "\(name)-x",
        "", "\(name),",
      ])
    let field = Array("Content-Transfer-Encoding: \(value)\n".utf8)
    return isOdd()
      ? [field, Array("Content-Transfer-Encoding: \(pick(["7bit", "base64", "quoted-printable"]))\n".utf8)] : [field]
  }

  /// Lines of text; the last one may lack its end.
  mutating func plainText() -> [UInt8] {
    var lines: [UInt8] = []
    for _ in 0..<roll(5) {
      let sound = [
        "", text(4), "-- ", "> quoted", "From here on", "--", "--dashes", "Subject: not a field", "trailing  ", "\ttab",
        ".", "..dot",
      ]
      let odd = [
        "\u{0}nul", "a\rb", "\r--b1", "\u{1A}", "begin 644 x", "-----BEGIN PGP MESSAGE-----", "\u{FEFF}mark", "a\r",
        "--b1", "--b1--",
      ]
      lines += pick(sound, odd: odd).utf8
      lines += "\n".utf8
    }
    return once(in: 6) ? lines + text(2).utf8 : lines
  }

  private mutating func quotedPrintable() -> [UInt8] {
    var body: [UInt8] = []
    for _ in 0..<roll(6) {
      let sound = [
        "Zo=C3=AB\n", "a soft =\nbreak\n", "ends in blank=20\n", "=3D=3d\n", "plain\n", "=E4=F6\n", "\n", "=\n",
        "dot=2E\n", "=0D=0A=00\n",
      ]
      let odd = [
        "broken =ZZ\n", "one digit =A\n", "trailing blanks  \t\n", "soft and blanks =  \nmore\n", "lower =c3=ab\n",
        "= x\n", "half =\u{C3}\u{AB}\n",
        "==41\n", "=4=31\n", "bare\rreturn\n", "=\rx\n", "tab\t\n", "a=\n\nb\n", "=F", "=", "= ", "raw é\n", " =\n",
        "a =\t \n", "=3", "=\r\n",
      ]
      body += pick(sound, odd: odd).utf8
    }
    return body
  }

  private mutating func base64() -> [UInt8] {
    let content = (0..<roll(200)).map { _ in UInt8(roll(256)) }
    var body: [UInt8] = []
    var rest = Array(Data(content).base64EncodedString().utf8)[...]
    let width = pick([76, 76, 64, 4], odd: [75, 1000, 1])
    while !rest.isEmpty {
      body += rest.prefix(width) + [0x0A]
      rest = rest.dropFirst(width)
    }
    guard isOdd() else { return body }
    let place = body.isEmpty ? 0 : roll(body.count)
    switch roll(12) {
    case 0: return body.filter { $0 != 0x3D }
    case 1: return body.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }
    case 2:
      return Array(body[..<place]) + Array(pick(["!", "\u{0}", "é", "=", "==", " ", "\n\n", "-", "\r", ">", "*"]).utf8)
        + body[place...]
    case 3: return body + Array("YWJj\n".utf8)
    case 4: return body + Array("\ntrailing text, no base64.\n".utf8)
    case 5: return Array(body.dropLast(2))
    case 6: return Array(body.dropLast(3))
    case 7: return body + Array("=\n".utf8)
    case 8: return Array("YQ==\nYg==\nYw==\n".utf8)
    case 9: return Array("====\n".utf8)
    case 10: return Array("-- \nfooter added by a list\n".utf8) + body
    default: return Array(body.dropLast(1))
    }
  }

  /// A field that real parts have now and then, or a line that is none.
  mutating func oddField() -> [UInt8] {
    Array(
      pick([
        "no field at all\n", "X-Empty:\n", ": no name\n", "Two Words: x\n", "X-Ünicode: x\n",
        ">From alice Sun Nov 22\n", "From alice Sun Nov 22\n",
        "X-Nul\u{0}: x\n", "X: a\rContent-Type: text/html\n", "\n", " leading blank\n",
        "X-Long: \(String(repeating: "a", count: 2000))\n", "--b1\n", "X\n",
        "Content-Type\n", "Content-Type : text/html\n", "Content-Description: \u{0}x\n", "X: a\r\r\n",
      ]).utf8)
  }
}
