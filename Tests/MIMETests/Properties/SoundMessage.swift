import TestSupport

/// Random messages without a fault: CRLF, ASCII, short lines, no blank at a line's end, every multipart closed.
enum SoundMessage {
  private static let words = ["Budget", "figures", "of", "the", "year", "are", "1350", "(final)", "\"so\"", "-", "a=b"]

  /// A message with a header of its own.
  static func make(using random: inout SplitMix64) -> [UInt8] {
    let fields = "From: alice@example.org\r\nTo: Bob Meyer <bob@example.org>\r\nSubject: \(line(using: &random))\r\n"
    return Array((fields + "MIME-Version: 1.0\r\n" + entity(depth: 0, using: &random)).utf8)
  }

  private static func entity(depth: Int, using random: inout SplitMix64) -> String {
    switch depth < 5 ? Int.random(in: 0...7, using: &random) : 7 {
    case 0...3: return multipart(depth: depth, using: &random)
    case 4: return "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n" + entity(depth: depth + 1, using: &random)
    case 5:
      return "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64Lines(random.bytes(Int.random(in: 0...200, using: &random))).joined(separator: "\r\n")
    case 6: return "\r\n" + text(using: &random)
    default: return "Content-Type: text/plain; charset=utf-8;\r\n\tname=\"a b.txt\"\r\n\r\n" + text(using: &random)
    }
  }

  private static func multipart(depth: Int, using random: inout SplitMix64) -> String {
    let subtype = ["mixed", "alternative", "related"].randomElement(using: &random) ?? "mixed"
    let boundary = "b\(depth)x\(Int.random(in: 0...99, using: &random))"
    var text = "Content-Type: multipart/\(subtype); boundary=\(boundary)\r\n\r\n"
    if Bool.random(using: &random) { text += "\(line(using: &random))\r\n" }
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      text += "--\(boundary)\r\n" + entity(depth: depth + 1, using: &random) + "\r\n"
    }
    return text + "--\(boundary)--\r\n" + (Bool.random(using: &random) ? "after\r\n" : "")
  }

  private static func text(using random: inout SplitMix64) -> String {
    (0..<Int.random(in: 0...8, using: &random)).map { _ in line(using: &random) + "\r\n" }.joined()
  }

  private static func line(using random: inout SplitMix64) -> String {
    (0..<Int.random(in: 1...9, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
      .joined(separator: " ")
  }
}
