import MIME

/// The line that stands before each message of an mbox: `From alice@example.org Sun Nov 22 17:02:00 2026`.
///
/// Source: RFC 4155, appendix A
package struct FromLine {
  /// When the line says the message was delivered, in seconds since 1970, taken for UTC; nil where it has no time.
  package let delivered: Int64?
  /// Whom the line names before the time: an address as a rule; raw text, empty where it names nobody.
  package let sender: String

  /// A longer line is text.
  static let limit = 998

  /// Reads a line; nil for one that only happens to start with `From `.
  ///
  /// Somewhere after `From ` must stand a day of the week, a month, a time and a year, since no delivering program quotes
  /// with care and texts have lines that start with "From ".
  /// - Parameter line: the whole line; its line end may be there.
  package init?(_ line: [UInt8]) {
    guard line.starts(with: "From ".utf8), line.count <= Self.limit else { return nil }
    let text = String(decoding: line.dropFirst(5), as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace)
    // QUIRK: Thunderbird writes nothing after `From `, or a hyphen; MboxReaderTests.
    if words.isEmpty || words == ["-"] {
      (delivered, sender) = (nil, "")
      return
    }
    guard let day = words.firstIndex(where: { Self.weekdays.contains($0.prefix(while: { $0 != "," }).lowercased()) })
    else { return nil }
    let rest = words[(day + 1)...]
    let months = rest.filter { Self.months.contains($0.lowercased()) }
    let times = rest.filter(Self.isTime)
    let years = rest.filter { $0.utf8.count == 4 && Self.number($0, in: 1970...9999) != nil }
    guard let month = months.first, let time = times.first, let year = years.first else { return nil }
    let date = rest.first { $0.utf8.count <= 2 && Self.number($0, in: 1...31) != nil } ?? "1"
    delivered = (try? MailDate(parsing: Array("\(date) \(month) \(year) \(time) +0000".utf8)))?.seconds
    sender = day > 0 ? String(words[0]) : ""
  }

  /// The line for a message from `sender`, delivered at `seconds` since 1970; the name of nobody stands for one that cannot stand there.
  static func text(sender: String?, delivered seconds: Int64) -> String {
    let nobody = "MAILER-DAEMON"
    let isPlain = sender.map { name in
      (1...254).contains(name.utf8.count) && name != "-" && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
    let date = MailDate(seconds: seconds, offsetMinutes: 0) ?? MailDate(seconds: 0, offsetMinutes: 0)
    // `Sun, 22 Nov 2026 17:02:00 +0000` in another order.
    let words = date?.text.split(whereSeparator: { $0 == " " || $0 == "," }) ?? []
    guard words.count == 6 else { return "From -\n" }
    let day = (words[1].utf8.count == 1 ? " " : "") + words[1]
    let name = isPlain == true ? sender ?? nobody : nobody
    return "From \(name) \(words[0]) \(words[2]) \(day) \(words[4]) \(words[3])\n"
  }

  /// Whether the line says nothing but `From `, so that only what follows can tell what it is.
  package static func isBare(_ line: [UInt8]) -> Bool { line.count <= "From -\r\n".utf8.count }

  private static let weekdays: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let months: Set<String> = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// `17:02` or `17:02:00`.
  private static func isTime(_ word: Substring) -> Bool {
    let numbers = word.split(separator: ":", omittingEmptySubsequences: false)
    return (2...3).contains(numbers.count) && numbers.allSatisfy { $0.utf8.count == 2 && number($0, in: 0...60) != nil }
  }

  private static func number(_ word: Substring, in range: ClosedRange<Int>) -> Int? {
    guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(word) else { return nil }
    return range.contains(number) ? number : nil
  }
}
