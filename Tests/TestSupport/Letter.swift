/// A small message to build by parts, with LF or CRLF line ends.
package struct Letter: Sendable {
  package var fields: [(name: String, value: String)]
  package var body: String
  package var attachments: [(name: String, mediaType: String, bytes: [UInt8])] = []

  /// From alice, To bob, with every field that makes it complete.
  package init(
    from: String = "Alice Example <alice@example.org>", to: String? = "Bob Meyer <bob@example.org>",
    cc: String? = nil, bcc: String? = nil, subject: String = "Budget", body: String = "Hello Bob,\nthe figures.\n"
  ) {
    let optional = [("To", to), ("Cc", cc), ("Bcc", bcc)].compactMap { name, value in value.map { (name, $0) } }
    fields =
      [("From", from)] + optional + [
        ("Subject", subject), ("Date", TestTime.dateField), ("Message-ID", "<letter@example.org>"),
        ("MIME-Version", "1.0"),
      ]
    self.body = body
  }

  /// The message as a mail program writes it to a file; attachments as base64 in multipart/mixed.
  package func bytes(lineEnd: String = "\n") -> [UInt8] {
    var lines = fields.map { "\($0.name): \($0.value)" }
    let text = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let textFields = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", ""]
    if attachments.isEmpty {
      lines += textFields + text
    } else {
      lines += [#"Content-Type: multipart/mixed; boundary="=_letter""#, "", "--=_letter"] + textFields + text
      for attachment in attachments {
        lines += [
          "--=_letter", "Content-Type: \(attachment.mediaType)", "Content-Transfer-Encoding: base64",
          "Content-Disposition: attachment; filename=\"\(attachment.name)\"", "",
        ]
        lines += base64Lines(attachment.bytes)
      }
      lines += ["--=_letter--", ""]
    }
    return Array(lines.joined(separator: lineEnd).utf8)
  }
}

/// Base64 in lines of 76 characters.
///
/// Source: RFC 2045 §6.8.
package func base64Lines(_ bytes: [UInt8]) -> [String] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  return stride(from: 0, to: bytes.count, by: 57).map { start in
    var line: [UInt8] = []
    for index in stride(from: start, to: min(start + 57, bytes.count), by: 3) {
      let group = Array(bytes[index..<min(index + 3, bytes.count)])
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      let digits = (0..<4).map { alphabet[bits >> (18 - 6 * $0) & 63] }
      line += digits.prefix(group.count + 1) + Array(repeating: UInt8(ascii: "="), count: 3 - group.count)
    }
    return String(decoding: line, as: UTF8.self)
  }
}
