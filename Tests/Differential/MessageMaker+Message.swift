/// Whole messages: trees of parts, and what gateways, mailboxes and attackers do to them.
///
/// Source: RFC 2046 §5, RFC 1847, RFC 3156
extension MessageMaker {
  /// One message.
  mutating func message() -> [UInt8] {
    var lines: [UInt8] = []
    if isOdd() {
      lines +=
        pick([
          "From alice@example.org Sun Nov 22 18:02:00 2026\n", ">From alice Sun Nov 22\n", "\n", " x\n", "\u{FEFF}",
        ]).utf8
    }
    lines += messageHeader()
    if isOdd() { lines += oddField() }
    lines += part(depth: 0, outer: nil)
    if isOdd() { lines = Array(lines.prefix(roll(lines.count + 1))) }
    while isOdd(), lines.last == 0x0A { lines.removeLast() }
    return withLineEnds(lines)
  }

  /// An entity from its Content-Type on: fields, empty line, body.
  private mutating func part(depth: Int, outer: String?) -> [UInt8] {
    guard depth < 5 else { return leaf() }
    switch roll(depth == 0 ? 10 : 14) {
    case 0, 1: return multipart("mixed", depth: depth, outer: outer)
    case 2: return multipart("alternative", depth: depth, outer: outer)
    case 3: return multipart("related", depth: depth, outer: outer)
    case 4: return multipart(pick(["digest", "x-custom", "report", "parallel"]), depth: depth, outer: outer)
    case 5: return crypto("signed", second: "application/pgp-signature", depth: depth, outer: outer)
    case 6: return crypto("encrypted", second: "application/octet-stream", depth: depth, outer: outer)
    case 7: return embedded(depth: depth)
    default: return leaf()
    }
  }

  private mutating func multipart(_ subtype: String, depth: Int, outer: String?) -> [UInt8] {
    let boundary = boundary(inside: outer)
    var lines = multipartHeader(subtype, boundary, [])
    let isDigest = subtype == "digest"
    var parts: [[UInt8]] = []
    for _ in 0..<(isOdd() ? roll(2) : 1 + roll(3)) {
      if isDigest && once(in: 2) {
        parts.append(Array("\n".utf8) + messageHeader() + leaf())
      } else {
        parts.append(isOdd() ? oddPart() : part(depth: depth + 1, outer: boundary))
      }
    }
    lines += delimited(parts, by: boundary)
    return lines
  }

  private mutating func crypto(_ subtype: String, second: String, depth: Int, outer: String?) -> [UInt8] {
    let boundary = boundary(inside: outer)
    let isSigned = subtype == "signed"
    let type = isSigned ? second : "application/pgp-encrypted"
    var lines = multipartHeader(subtype, boundary, [parameter("protocol", type, mustQuote: true)])
    let control = Array(
      "Content-Type: \(type)\n\n\(isSigned ? "-----BEGIN PGP SIGNATURE-----\n" : "Version: 1\n")\n".utf8)
    lines += delimited(
      isSigned ? [part(depth: depth + 1, outer: boundary), control] : [control, leaf([second])], by: boundary)
    return lines
  }

  private mutating func multipartHeader(_ subtype: String, _ boundary: String, _ parameters: [[UInt8]]) -> [UInt8] {
    let mustQuote = boundary.utf8.contains { !($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39) }
    var all = parameters
    if !isOdd() { all.insert(parameter("boundary", boundary, mustQuote: mustQuote), at: once(in: 2) ? 0 : all.count) }
    var lines = contentType("multipart/\(subtype)", all)
    if isOdd() {
      let second = contentType(pick(["multipart/mixed", "text/plain"]), [parameter("boundary", "twice")])
      lines = once(in: 2) ? lines + second : second + lines
    }
    if isOdd() { lines += "Content-Transfer-Encoding: \(pick(["base64", "quoted-printable", "8bit", "x-foo"]))\n".utf8 }
    if isOdd() { lines += oddField() }
    return lines + Array(pick(["\n"], odd: ["", "\n\n"]).utf8)
  }

  /// The parts between their delimiters.
  private mutating func delimited(_ parts: [[UInt8]], by boundary: String) -> [UInt8] {
    var lines = Array((once(in: 3) ? "This is a message in parts.\n" : "").utf8)
    if isOdd() { lines += plainText() }
    for part in parts {
      lines +=
        pick(
          ["--\(boundary)\n"],
          odd: [
            "--\(boundary)  \n", "--\(boundary)\t\n", " --\(boundary)\n", "--\(boundary) x\n", "-- \(boundary)\n",
            "--\(boundary)\r\n", "--\(boundary.uppercased())\n", "--\(boundary)x\n", "--\(boundary)-\n",
            "\n--\(boundary)\n", "\r--\(boundary)\n", "--\(boundary)\r", "--\(boundary)\n\n",
          ]
        ).utf8
      lines += part
      if lines.last != 0x0A { lines.append(0x0A) }
      if once(in: 4) { lines.append(0x0A) }
    }
    lines +=
      pick(
        ["--\(boundary)--\n"],
        odd: [
          "", "--\(boundary)--", "--\(boundary)--  \n", "--\(boundary)-- x\n", "--\(boundary)--\n--\(boundary)--\n",
          "--\(boundary)--x\n", "--\(boundary) --\n", "--\(boundary)--\n--\(boundary)\n\nagain\n",
        ]
      ).utf8
    if once(in: 3) { lines += pick(["\n", "The list's footer.\n", "\n-- \nfooter\n"]).utf8 }
    return lines
  }

  /// A message in a message.
  private mutating func embedded(depth: Int) -> [UInt8] {
    let type = pick(
      ["message/rfc822"],
      odd: [
        "message/global", "message/partial", "message/external-body", "message/delivery-status", "message/news",
        "message/x-own",
      ])
    var lines = contentType(type, once(in: 3) ? [fileName("name")] : [])
    if once(in: 3) { lines += disposition() }
    if isOdd() {
      lines += "Content-Transfer-Encoding: \(pick(["base64", "quoted-printable", "8bit", "7bit", "x-foo"]))\n".utf8
    }
    lines += pick(["\n"], odd: ["", "\n\n", "\n \n"]).utf8
    if isOdd() { lines += pick(["From alice Sun Nov 22\n", ">From alice Sun Nov 22\n", "no field\n"]).utf8 }
    return lines + messageHeader() + part(depth: depth + 1, outer: nil)
  }

  /// A part that is not much of one.
  private mutating func oddPart() -> [UInt8] {
    Array(
      pick([
        "", "\n", "\n\n", "text without an empty line before it\n", "X: header only\n", "Content-Type: text/plain\n",
        " \ntext\n", "Content-Type: multipart/mixed; boundary=never\n\nx\n", "\u{0}",
      ]).utf8)
  }

  /// Every line end becomes what this message has.
  private mutating func withLineEnds(_ lines: [UInt8]) -> [UInt8] {
    let isCRLF = once(in: 2)
    let isMixed = isOdd()
    guard isCRLF || isMixed else { return lines }
    var result: [UInt8] = []
    result.reserveCapacity(lines.count * 2)
    for octet in lines {
      if octet == 0x0A, result.last != 0x0D, isMixed ? once(in: 2) : isCRLF { result.append(0x0D) }
      result.append(octet)
    }
    return result
  }
}
