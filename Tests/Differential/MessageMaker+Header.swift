/// The header of a message, but for what says how its body is made.
extension MessageMaker {
  /// The fields of a message; each ends with a line feed.
  mutating func messageHeader() -> [UInt8] {
    var fields: [[UInt8]] = []
    if !isOdd() { fields.append(field("From", addresses(upTo: 1))) }
    if !isOdd() { fields.append(field("To", addresses(upTo: 3))) }
    if !isOdd() { fields.append(field("Subject", subject())) }
    if !isOdd() { fields.append(field("Date", Array(date().utf8))) }
    if !isOdd() { fields.append(field("Message-ID", Array(messageID().utf8))) }
    if !isOdd() { fields.append(Array("MIME-Version: 1.0\n".utf8)) }
    if isOdd() {
      let name = pick(["From", "To", "Subject", "Date", "Message-ID"])
      fields.append(field(name, name == "Date" ? Array(date().utf8) : addresses(upTo: 2)))
    }
    if once(in: 3) {
      fields.append(Array("Received: from a.example (a.example [192.0.2.1])\n\tby b.example; x\n".utf8))
    }
    if !fields.isEmpty, once(in: 4) { fields.swapAt(roll(fields.count), roll(fields.count)) }
    return Array(fields.joined())
  }

  /// A field as it may be written.
  mutating func field(_ name: String, _ value: [UInt8]) -> [UInt8] {
    let name = pick([name, name, name, name.uppercased(), name.lowercased()])
    let colon = pick([": ", ": ", ":"], odd: [" : ", "\t: ", ":\n ", ":  ", ":\t"])
    return Array((name + colon).utf8) + value + Array(pick(["\n"], odd: [" \n", "\n \n", "\t\n"]).utf8)
  }

  private mutating func date() -> String {
    let sound = [
      "Sun, 22 Nov 2026 18:02:00 +0100", "22 Nov 2026 18:02:00 +0100", "Sun, 22 Nov 2026 18:02 -0830",
      "Sun,  1 Mar 2026 08:02:03 GMT", "Sun, 22 Nov 2026 18:02:00 +0000 (UTC)", "Thu, 29 Feb 2024 23:59:59 -0000",
      "Mon, 1 Jan 2125 00:00:00 +1400",
    ]
    let odd = [
      "Sun, 22 Nov 26 18:02:00 EST", "Sun, 22 Nov 99 18:02:00 PDT", "22 Nov 126 18:02:00 +0100", "", "yesterday",
      "Sun, 22 Nov 2026 18:02:00 Z", "Sun, 22 Nov 2026 18:02:00 A", "Sun, 22 Nov 2026 18:02:00",
      "Sun Nov 22 18:02:00 2026",
      "Mon, 22 Nov 2026 18:02:00 +0100", "Sun, 31 Feb 2026 18:02:00 +0100", "Sun, 22 Nov 2026 24:02:00 +0100",
      "Sun, 22 Nov 2026 18:60:00 +0100", "Sun, 22 Nov 2026 18:02:60 +0000", "2026-11-22T18:02:00+01:00",
      "sun, 22 nov 2026 18:02:00 +0100",
      "Sunday, 22 November 2026 18:02:00 +0100", "Sun, 22-Nov-2026 18:02:00 +0100",
      "Sun (day), 22 (d) Nov 2026 18:02:00 +0100",
      "Sun, 22 Nov 2026\n 18:02:00 +0100", "Sun,22 Nov 2026 18:02:00 +0100", "Sun 22 Nov 2026 18:02:00 +0100",
      "Sun, 22 Nov 2026 18.02.00 +0100",
      "Sun, 22 Nov 2026 18:02:00 +01:00", "Sun, 22 Nov 2026 18:02:00 +0199", "Sun, 22 Nov 2026 18:02:00 CET",
      "Sun, 22 Nov 1969 18:02:00 +0000", "Sun, 22 Nov 2026 18:02:00 +0100 junk", "Sun, 22 Nov 2026 6:02:00 PM +0100",
      "Sun, 22 Nov 2026 18:02:00 UT",
      "Sun, 22 Nov 2026 18:02:00 GMT+0100", "1795366920", "Sun, 0 Nov 2026 18:02:00 +0100",
      "Sun, 22 Nov 12026 18:02:00 +0100",
    ]
    return pick(sound, odd: odd)
  }

  private mutating func messageID() -> String {
    let sound = ["<a.1@example.org>", "<1795366920.M2P3@mail.example.org>", "<CAF$x=+y@mail.example.com>"]
    let odd = [
      "a.1@example.org", "<a.1@example.org", "<a.1 @example.org>", "<a.1@\n example.org>", "", "<>", "<a.1>",
      "<@example.org>",
      "(comment) <a.1@example.org>", "<a.1@example.org> (comment)", "<a.1@example.org> <b.2@example.org>",
      "<a.1@[192.0.2.1]>", "<a.1@example.org>junk", "junk <a.1@example.org>", "<<a.1@example.org>>",
      "<a.1@exämple.org>", "<a..1@example.org>", "<a.1@example.org >", "<a.1@example.org\u{0}>",
    ]
    return pick(sound, odd: odd)
  }
}
