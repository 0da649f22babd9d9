/// Reads one Date value, octet by octet; no function here goes back.
struct DateReader {
  private var rest: ArraySlice<UInt8>

  init(_ value: [UInt8]) {
    rest = value[...]
  }

  /// The date, or nil when the value is none.
  mutating func read() -> MailDate? {
    skipBlanks()
    if rest.first?.isASCIILetter == true {
      guard Self.index(of: word(), in: MailDate.weekdays) != nil else { return nil }
      skipBlanks()
      _ = take(UInt8(ascii: ","))
    }
    // QUIRK: dashes in the date, `22-Nov-2026`, by old Unix programs; MailDateTests.
    guard let day = number(digits: 1...2), skipDash(),
      let month = Self.index(of: word(), in: MailDate.months), skipDash(), let year = year(),
      let hour = number(digits: 1...2), take(UInt8(ascii: ":")), let minute = number(digits: 1...2),
      let second = second()
    else { return nil }
    let date = CivilDate(year: year, month: month + 1, day: day)
    guard day >= 1, day <= date.daysInMonth, hour < 24, minute < 60, second <= 60, let zone = zone() else { return nil }
    skipBlanks()
    guard rest.isEmpty else { return nil }
    let local = date.days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    return MailDate(seconds: local - Int64(zone.minutes ?? 0) * 60, offsetMinutes: zone.minutes)
  }

  private mutating func year() -> Int? {
    let count = rest.drop { $0.isBlankOrLineEnd }.prefix(while: \.isASCIIDigit).count
    guard let year = number(digits: 2...5) else { return nil }
    // Source: RFC 5322 §4.3
    switch count {
    case 2: return year < 50 ? year + 2000 : year + 1900
    case 3: return year + 1900
    default: return year
    }
  }

  private mutating func second() -> Int? {
    skipBlanks()
    return take(UInt8(ascii: ":")) ? number(digits: 1...2) : 0
  }

  /// A zone whose offset is not known has nil minutes; the outer nil says that this is no zone.
  private mutating func zone() -> (minutes: Int?, Void)? {
    skipBlanks()
    guard let sign = rest.first else { return (nil, ()) }
    if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest.removeFirst()
      let digits = rest.prefix(4)
      guard digits.count == 4, let number = number(digits: 4...4), number % 100 < 60 else { return nil }
      let minutes = number / 100 * 60 + number % 100
      if sign == UInt8(ascii: "-") { return (minutes == 0 ? nil : -minutes, ()) }
      return (minutes, ())
    }
    guard sign.isASCIILetter else { return nil }
    return (Self.namedZones[word()] ?? nil, ())
  }

  /// Blanks, folds and comments.
  private mutating func skipBlanks() {
    var depth = 0
    while let octet = rest.first {
      if octet == ASCII.openParenthesis {
        depth += 1
      } else if octet == ASCII.closeParenthesis, depth > 0 {
        depth -= 1
      } else if depth == 0, !octet.isBlankOrLineEnd {
        return
      }
      rest.removeFirst()
    }
  }

  private mutating func skipDash() -> Bool {
    skipBlanks()
    _ = take(ASCII.hyphen)
    return true
  }

  private mutating func take(_ octet: UInt8) -> Bool {
    skipBlanks()
    guard rest.first == octet else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func number(digits: ClosedRange<Int>) -> Int? {
    skipBlanks()
    let found = rest.prefix(while: \.isASCIIDigit)
    guard digits.contains(found.count) else { return nil }
    rest = rest[found.endIndex...]
    return found.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private mutating func word() -> String {
    skipBlanks()
    let found = rest.prefix(while: \.isASCIILetter)
    rest = rest[found.endIndex...]
    return String(decoding: found, as: UTF8.self).asciiLowercased
  }

  /// The place of a name that starts with the same three letters, as `Sept` and `Sunday` do.
  private static func index(of word: String, in names: [String]) -> Int? {
    guard word.utf8.count >= 3 else { return nil }
    return names.firstIndex { $0.asciiLowercased == word.prefix(3) }
  }

  /// All other letters, the military zones too, count as unknown.
  ///
  /// Source: RFC 5322 §4.3
  private static let namedZones: [String: Int?] = [
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420,
  ]
}
