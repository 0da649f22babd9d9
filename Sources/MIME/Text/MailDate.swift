/// A moment as mail gives it: seconds since 1970 and the offset of the sender's clock.
///
/// No locale and no time zone data have a say.
///
/// Source: RFC 5322 §3.3, §4.3
package struct MailDate: Hashable, Sendable {
  /// Seconds since 1970-01-01 00:00 UTC; any year, past 2038 too.
  package let seconds: Int64
  /// Minutes east of UTC; nil when the sender's offset is not known (`-0000`).
  package let offsetMinutes: Int?

  /// Nil outside of the years 1900 to 9999 or of offsets under a hundred hours, which the format can't say.
  package init?(seconds: Int64, offsetMinutes: Int?) {
    guard (-5_999...5_999).contains(offsetMinutes ?? 0) else { return nil }
    let (local, overflow) = seconds.addingReportingOverflow(Int64(offsetMinutes ?? 0) * 60)
    guard !overflow, Self.yearRange.contains(local) else { return nil }
    self.seconds = seconds
    self.offsetMinutes = offsetMinutes
  }

  /// Reads the value of a Date field; comments, obsolete zones and years of two or three digits are understood.
  ///
  /// The day of the week is not checked. A missing zone counts as `-0000`.
  ///
  /// - Throws: `malformed(.date)`.
  package init(parsing value: [UInt8]) throws(MIMEError) {
    var reader = DateReader(value)
    guard let date = reader.read() else {
      throw .malformed(.date, text: String(decoding: value.prefix(200), as: UTF8.self))
    }
    self = date
  }

  /// The date as it stands in a field: `Sun, 22 Nov 2026 18:02:00 +0100`.
  package var text: String {
    let local = seconds + Int64(offsetMinutes ?? 0) * 60
    let days = local.quotient(by: 86_400)
    let time = local - days * 86_400
    let date = CivilDate(days: days)
    let weekday = Self.weekdays[Int((days + 4) - (days + 4).quotient(by: 7) * 7)]
    let clock = [time / 3600, time / 60 % 60, time % 60].map(Self.twoDigits).joined(separator: ":")
    let year = String(repeating: "0", count: max(0, 4 - String(date.year).count)) + String(date.year)
    return "\(weekday), \(date.day) \(Self.months[date.month - 1]) \(year) \(clock) \(zone)"
  }

  private var zone: String {
    guard let offset = offsetMinutes else { return "-0000" }
    let size = Int64(offset.magnitude)
    return "\(offset < 0 ? "-" : "+")\(Self.twoDigits(size / 60))\(Self.twoDigits(size % 60))"
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }

  static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  /// From 1900-01-01 to 9999-12-31, in seconds of the local clock.
  private static let yearRange =
    CivilDate(year: 1900, month: 1, day: 1).days * 86_400..<CivilDate(year: 10_000, month: 1, day: 1).days * 86_400
}

/// A day of the Gregorian calendar, extended to all times.
struct CivilDate {
  var year: Int
  var month: Int
  var day: Int

  init(year: Int, month: Int, day: Int) {
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The date so many days after 1970-01-01.
  ///
  /// Years start in March here, so that the leap day comes last.
  init(days: Int64) {
    let shifted = days + 719_468
    let era = shifted.quotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  var days: Int64 {
    let shiftedYear = Int64(year) - (month <= 2 ? 1 : 0)
    let era = shiftedYear.quotient(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// How many days the month has.
  var daysInMonth: Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension Int64 {
  /// The quotient rounded down, where `/` rounds towards zero.
  func quotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
