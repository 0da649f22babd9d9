import ByteStreams
import MIME
import TestSupport
import Testing

/// Claims that hold for every byte sequence, tried on generated ones.
struct MessagePropertyTests {
  @Test(arguments: 0..<8)
  func `the ranges of any message tile it, and how it was cut into pieces does not matter`(batch: UInt64) throws {
    var random = SeededGenerator(seed: batch)
    for _ in 0..<60 {
      let message = MangledMessage.make(using: &random)
      let whole = try MessageStructure.parse(message)
      let faults = Tiling(whole, message).faults
      #expect(faults.isEmpty, "\(faults) in \(String(decoding: message, as: UTF8.self).debugDescription)")
      #expect(try parse(message, piece: 1) == whole)
      #expect(try parse(message, piece: Int.random(in: 2...90, using: &random)) == whole)
    }
  }

  @Test(arguments: 0..<4)
  func `random bytes end in a structure or a typed error`(batch: UInt64) throws {
    var random = SeededGenerator(seed: 1000 + batch)
    for _ in 0..<200 {
      let message = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let structure = try MessageStructure.parse(message)
      #expect(Tiling(structure, message).faults.isEmpty)
    }
  }

  @Test(arguments: 0..<4)
  func `small limits are errors at the same place however the message is cut`(batch: UInt64) {
    var random = SeededGenerator(seed: 2000 + batch)
    var limits = MIMELimits()
    limits.fieldSize = 40
    limits.headerSize = 200
    limits.nesting = 2
    limits.parts = 5
    limits.parameters = 2
    limits.boundaryLength = 3
    limits.fields = 3
    for _ in 0..<150 {
      let message = MangledMessage.make(using: &random)
      #expect(outcome(message, piece: 1, limits) == outcome(message, piece: 1 << 20, limits))
    }
  }

  private func outcome(_ message: [UInt8], piece: Int, _ limits: MIMELimits) -> Result<MessageStructure, MIMEError> {
    do throws(MIMEError) { return .success(try parse(message, piece: piece, limits: limits)) } catch {
      return .failure(error)
    }
  }

  private func parse(
    _ message: [UInt8], piece: Int, limits: MIMELimits = .standard
  ) throws(MIMEError) -> MessageStructure {
    var parser = MessageParser(limits: limits)
    for start in stride(from: 0, to: message.count, by: piece) {
      try parser.feed(message.rawSpan.extracting(start..<min(start + piece, message.count)))
    }
    return try parser.finish()
  }
}

/// Messages built from the pieces that parsers stumble over, in random order.
enum MangledMessage {
  private static let pieces = [
    "Content-Type: multipart/mixed; boundary=a", "Content-Type: multipart/mixed; boundary=\"ab\"",
    "Content-Type: multipart/digest; boundary=b", "Content-Type: message/rfc822", "Content-Type: text/plain; charset=x",
    "Content-Type: multipart/alternative", "Content-Type: garbage", "Content-Transfer-Encoding: base64",
    "Content-Disposition: attachment; filename=x", "Subject: hello", " folded line", "\tfolded line", "X : blank",
    "no field",
    ": no name", "From alice@example.org Sun Nov 22 18:00:00 2026", ">From bob", "--a", "--a--", "--ab", "--ab--",
    "--b",
    "--b--", "--b--  \t", "--a-- x", "--a ", "--", "-", "---a", "", "", "", "", "", "\r", "text",
    "-----BEGIN PGP MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----  ", "\u{0}nul", "Grüße: x", "X: grüße",
    "a long line that goes on and on until the opening of a body is more than full, and then some more of the same, so",
  ]

  static func make(using random: inout SeededGenerator) -> [UInt8] {
    let ends = [["\r\n"], ["\n"], ["\r\n", "\n"], ["\r\n", "\n", "\r", "\r\r\n", ""]][
      Int.random(in: 0...3, using: &random)]
    var text = ""
    if Bool.random(using: &random) { text = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" }
    for _ in 0..<Int.random(in: 0...24, using: &random) {
      text += (pieces.randomElement(using: &random) ?? "") + (ends.randomElement(using: &random) ?? "")
    }
    return Array(text.utf8)
  }
}
