import TestSupport

/// Messages that cost their sender nothing and a careless reader everything.
enum HostileMail: String, CaseIterable {
  case nestedMultiparts, nestedMessages, millionParts, encodedWords, megabyteOfEncodedWords, bigHeader, bigField
  case parameters, encryptedParts, inlineParts, inlineBlocks, addresses, displayName, nestedComments, quotedString
  case fromFields, signatures, references, dateComments, nestedSignatures, partsUnderSignatures, signedParts
  case longLine, oddCharsets, emptyLines, flowedParagraph, openElements, hiddenElements, links
  case nestedAlternatives, replyFields, controlLine, blanksBeforeBlock, quotedLinesInHTML

  private static let head = "From: alice@example.org\r\nTo: bob@example.org\r\nSubject: sizes\r\n"
  private static let text = "Content-Type: text/plain\r\n\r\nHello.\r\n"

  /// The whole message.
  var bytes: [UInt8] {
    switch self {
    case .nestedMultiparts:
      mail(Self.many(10_000) { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" })
    case .nestedMessages: mail(Self.many(10_000) { _ in "Content-Type: message/rfc822\r\n\r\n" })
    case .millionParts: mixed(Self.many(1_000_000) { _ in "--m\r\n\r\n" })
    case .encodedWords: field("Subject", Self.many(50_000) { _ in "=?utf-8?q?a?=\r\n " })
    case .megabyteOfEncodedWords: field("Subject", Self.many(30_000) { _ in "=?iso-2022-jp?b?GyRCJCIbKEI=?=\r\n " })
    case .bigHeader: mail(Self.many(11) { "X-\($0): \(String(repeating: "x", count: 1_000_000))\r\n" } + Self.text)
    case .bigField: field("X-Big", String(repeating: "x", count: 10 << 20))
    case .parameters: mail("Content-Type: text/plain" + Self.many(80_000) { ";a\($0)=b" } + "\r\n\r\nHello.\r\n")
    case .encryptedParts: mixed(Self.many(3_300) { "--m\r\n\(Self.encrypted($0))" })
    case .inlineParts: mixed(Self.many(9_990) { _ in "--m\r\n\r\n\(Self.block)" })
    case .inlineBlocks: mail("\r\n" + Self.many(50_000) { _ in "\(Self.block)text\r\n" })
    case .addresses: field("Cc", Self.many(10_001) { "\($0)@example.org,\r\n " })
    case .displayName: field("From", Self.many(170_000) { _ in "a b\r\n " } + "<mallory@evil.example>", outer: "")
    case .nestedComments: field("From", Self.nested(100_000) + " alice@example.org", outer: "")
    case .quotedString:
      field("From", "\"" + String(repeating: "\\\"", count: 400_000) + "\" <alice@example.org>", outer: "")
    case .fromFields: mail(Self.many(9_900) { "From: a\($0)@example.org\r\n" } + Self.text)
    case .signatures: mail(Self.signed(Self.text, signatures: 5_000))
    case .references: field("References", Self.many(30_000) { "<\($0)@example.org>\r\n " })
    case .dateComments: field("Date", Self.nested(400_000))
    case .nestedSignatures: mail(Self.nestedSignatures(48, around: Self.text))
    case .partsUnderSignatures:
      mail(
        Self.nestedSignatures(
          47,
          around: "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
            + Self.many(9_800) { _ in "--m\r\n\r\n\(Self.block)" } + "--m--\r\n"))
    case .signedParts: mixed(Self.many(3_300) { "--m\r\n\(Self.signed(Self.text, boundary: "s\($0)", signatures: 1))" })
    case .longLine: mail("Content-Type: text/plain; format=flowed\r\n\r\n" + String(repeating: "> ", count: 5 << 20))
    case .controlLine:
      mail("Content-Type: text/plain; format=flowed\r\n\r\n" + String(repeating: "\u{1}", count: 4 << 20))
    case .nestedAlternatives:
      mail(
        Self.many(45) { "Content-Type: multipart/alternative; boundary=a\($0)\r\n\r\n--a\($0)\r\n" }
          + "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
          + Self.many(9_900) { _ in "--m\r\nContent-Type: text/html\r\n\(Self.attachment)\r\n\r\nx\r\n" })
    case .blanksBeforeBlock:
      mail(
        "\r\n" + String(repeating: " ", count: 1 << 20) + "-----BEGIN PGP MESSAGE-----\r\n"
          + String(repeating: "\r\n", count: 1 << 20))
    case .quotedLinesInHTML:
      mail(
        "Content-Type: text/html\r\n\r\n" + String(repeating: "<blockquote>", count: 20) + "<pre>"
          + String(repeating: "x\n", count: 5 << 20))
    case .oddCharsets:
      field("Subject", Self.many(40_000) { "=?x-unknown-\($0)?q?a?=\r\n " })
    case .emptyLines: mail("\r\n" + String(repeating: "\r\n", count: 2_000_000))
    case .flowedParagraph:
      mail("Content-Type: text/plain; format=flowed\r\n\r\n" + Self.many(60_000) { "A line that goes on \($0) \r\n" })
    case .openElements: html(Self.many(8_000) { _ in "<div><ul><b>" })
    case .hiddenElements: html(Self.many(30_000) { _ in "<p style=\"color: white; overflow: hidden; height: 0\">x" })
    case .replyFields:
      field(
        "From", Self.many(9_000) { "a\($0)@example.org,\r\n " } + "alice@example.org",
        outer: Self.many(9_000) { "Reply-To: a\($0)@example.org\r\n" })
    case .links: html(Self.many(50_000) { "<a href='https://\($0).example/'><img src='http://a.example/'>a</a>" })
    }
  }

  private func html(_ text: String) -> [UInt8] { mail("Content-Type: text/html\r\n\r\n" + text) }

  private func mail(_ entity: String) -> [UInt8] { Array((Self.head + entity).utf8) }

  private func mixed(_ parts: String) -> [UInt8] {
    mail("Content-Type: multipart/mixed; boundary=m\r\n\r\n" + parts + "--m--\r\n")
  }

  private func field(_ name: String, _ value: String, outer: String = HostileMail.head) -> [UInt8] {
    Array("\(outer)\(name): \(value)\r\n\(Self.text)".utf8)
  }

  private static func many(_ count: Int, _ make: (Int) -> String) -> String {
    var all = ""
    for number in 0..<count { all += make(number) }
    return all
  }

  private static func nested(_ depth: Int) -> String {
    String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
  }

  private static let attachment = "Content-Disposition: attachment" + many(40) { "; p\($0)=1" }

  private static let block =
    "-----BEGIN PGP MESSAGE-----\r\n\r\n0gUBYWJjZA==\r\n-----END PGP MESSAGE-----\r\n"

  private static func encrypted(_ number: Int) -> String {
    """
    Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e\(number)\r
    \r
    --e\(number)\r
    Content-Type: application/pgp-encrypted\r
    \r
    Version: 1\r
    --e\(number)\r
    Content-Type: application/octet-stream\r
    \r
    \(block)--e\(number)--\r

    """
  }

  /// A signed part whose signatures are by nobody, a hundred octets each.
  private static func signed(_ payload: String, boundary: String = "s", signatures: Int) -> String {
    let packet: [UInt8] =
      [0xC2, 94, 4, 0, 22, 10, 0, 16, 9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 5, 2, 0x65, 0, 0, 0, 0, 0, 1, 2]
      + [1, 0] + Array(repeating: 0x81, count: 32) + [1, 0] + Array(repeating: 0x82, count: 32)
    let armor = base64Lines(Array(repeatElement(packet, count: signatures).joined())).joined(separator: "\r\n")
    return """
      Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=\(boundary)\r
      \r
      --\(boundary)\r
      \(payload)\r
      --\(boundary)\r
      Content-Type: application/pgp-signature\r
      \r
      -----BEGIN PGP SIGNATURE-----\r
      \r
      \(armor)\r
      -----END PGP SIGNATURE-----\r
      --\(boundary)--\r

      """
  }

  private static func nestedSignatures(_ depth: Int, around payload: String) -> String {
    (0..<depth).reduce(payload) { signed($0, boundary: "n\($1)", signatures: 1) }
  }
}
