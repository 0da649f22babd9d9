import TestSupport
import Testing

@testable import MIME

@Suite struct MailDateTests {
  @Test(arguments: [
    ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, -360),
    ("Tue, 1 Jul 2003 10:52:37 +0200", 1_057_049_557, 120),
    (
      "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
      -27_723_480, -210
    ),
    ("1 Jan 1970 00:00:00 +0000", 0, 0),
    ("Tue, 19 Jan 2038 03:14:08 +0000", 2_147_483_648, 0),
    ("Thu, 31 Dec 2099 23:59:59 +0000", 4_102_444_799, 0),
    ("29 Feb 2000 12:00 GMT", 951_825_600, 0),
    ("21 Nov 97 09:55:06 EST", 880_124_106, -300),
    ("21 Nov 49 00:00 UT", 2_521_065_600, 0),
    ("21 Nov 097 09:55:06 PDT", 880_131_306, -420),
    ("Sun , 22 nov 2026 18:02:00 +0100 (CET)", 1_795_366_920, 60),
    ("Sunday, 22 November 2026 18:02:00 +0100", 1_795_366_920, 60),
    ("22-Nov-2026 18:02:00 +0100", 1_795_366_920, 60),
    ("31 Dec 2016 23:59:60 +0000", 1_483_228_800, 0),
  ])
  func `a date is seconds and an offset`(text: String, seconds: Int64, offset: Int) throws {
    let date = try MailDate(parsing: octets(text))
    #expect(date.seconds == seconds)
    #expect(date.offsetMinutes == offset)
  }

  @Test(arguments: [
    "22 Nov 2026 17:02:00 -0000", "22 Nov 2026 17:02:00 Z5", "22 Nov 2026 17:02:00 A", "22 Nov 2026 17:02:00",
    "22 Nov 2026 17:02:00 XYZ",
  ])
  func `an unknown zone is said to be unknown`(text: String) throws {
    guard !text.hasSuffix("Z5") else {
      #expect(throws: MIMEError.self) { try MailDate(parsing: octets(text)) }
      return
    }
    let date = try MailDate(parsing: octets(text))
    #expect(date.seconds == 1_795_366_920)
    #expect(date.offsetMinutes == nil)
    #expect(date.text == "Sun, 22 Nov 2026 17:02:00 -0000")
  }

  @Test(arguments: [
    "", "nonsense", "32 Jan 2026 00:00 +0000", "0 Jan 2026 00:00 +0000", "29 Feb 2026 00:00 +0000",
    "29 Feb 1900 00:00 +0000", "1 Foo 2026 00:00 +0000", "1 Jan 2026 24:00 +0000", "1 Jan 2026 12:60 +0000",
    "1 Jan 2026 12:00:61 +0000", "1 Jan 2026 12:00 +000", "1 Jan 2026 12:00 +0060", "1 Jan 2026 12:00 +0000 x",
    "1 Jan 123456 12:00 +0000", "1 Jan 1 12:00 +0000", "Xyz, 1 Jan 2026 12:00 +0000", "1 Jan 2026",
    "999999999999999999999 Jan 2026 12:00 +0000", "1 Jan 2026 12:00:00:00 +0000",
  ])
  func `what is no date is refused`(text: String) {
    #expect(throws: MIMEError.malformed(.date, text: text)) { try MailDate(parsing: octets(text)) }
  }

  @Test func `a date is written in the one form`() throws {
    #expect(try #require(MailDate(seconds: 1_795_366_920, offsetMinutes: 60)).text == "Sun, 22 Nov 2026 18:02:00 +0100")
    #expect(try #require(MailDate(seconds: 0, offsetMinutes: -570)).text == "Wed, 31 Dec 1969 14:30:00 -0930")
    #expect(try #require(MailDate(seconds: 951_782_400, offsetMinutes: 0)).text == "Tue, 29 Feb 2000 00:00:00 +0000")
  }

  @Test func `years that the format can't say are refused`() {
    #expect(MailDate(seconds: -2_208_988_800, offsetMinutes: 0) != nil)
    #expect(MailDate(seconds: -2_208_988_801, offsetMinutes: 0) == nil)
    #expect(MailDate(seconds: 253_402_300_799, offsetMinutes: 0) != nil)
    #expect(MailDate(seconds: 253_402_300_799, offsetMinutes: 1) == nil)
    #expect(MailDate(seconds: .max, offsetMinutes: 60) == nil)
    #expect(MailDate(seconds: .min, offsetMinutes: -60) == nil)
    #expect(MailDate(seconds: 0, offsetMinutes: 6_000) == nil)
  }

  @Test func `every moment is read as it was written`() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: -2_000_000_000...250_000_000_000, using: &random)
      let date = try #require(MailDate(seconds: seconds, offsetMinutes: Int.random(in: -900...900, using: &random)))
      #expect(try MailDate(parsing: octets(date.text)) == date)
    }
  }

  @Test(arguments: ["(", " ", "a", "1", ":"])
  func `hostile dates take linear time`(piece: String) {
    let value = octets(String(repeating: piece, count: 50_000) + "x")
    let elapsed = ProcessorTime.seconds { _ = try? MailDate(parsing: value) }
    #expect(elapsed < 10)
  }
}
