#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Times as the person's clock shows them: numbers only, so that no locale changes them.
enum LocalTime {
  /// `2026-11-22 18:02 +0100`; seconds since 1970 for a time that no calendar holds.
  static func minute(_ seconds: Int64) -> String {
    guard let clock = Clock(seconds) else { return "\(seconds) s after 1970" }
    let zone =
      "\(clock.zoneMinutes < 0 ? "-" : "+")\(two(abs(clock.zoneMinutes) / 60))\(two(abs(clock.zoneMinutes) % 60))"
    return "\(day(clock)) \(two(clock.hour)):\(two(clock.minute)) \(zone)"
  }

  /// `2026-11-22`; nil for a time that no calendar holds.
  static func day(_ seconds: Int64) -> String? { Clock(seconds).map(day) }

  /// The first moment of a day written as `2026-11-22`, in seconds since 1970; nil for anything else, and for days that no calendar has.
  static func start(ofDay text: String) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], let year = Int32(parts[0]), let month = Int32(parts[1]),
      let day = Int32(parts[2])
    else { return nil }
    var clock = unsafe tm()
    unsafe (clock.tm_year, clock.tm_mon, clock.tm_mday, clock.tm_isdst) = (year - 1900, month - 1, day, -1)
    // The structure lies on this stack, and the call keeps no pointer to it.
    let seconds = unsafe Int64(mktime(&clock))
    return self.day(seconds) == text ? seconds : nil
  }

  /// Minutes east of UTC at that time.
  static func zoneMinutes(at seconds: Int64) -> Int { Clock(seconds)?.zoneMinutes ?? 0 }

  private static func day(_ clock: Clock) -> String { "\(clock.year)-\(two(clock.month))-\(two(clock.day))" }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  /// A time taken apart by the C library.
  private struct Clock {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let zoneMinutes: Int

    init?(_ seconds: Int64) {
      var time = time_t(seconds)
      // Both structures lie on this stack; the call fills the second, of which only numbers are read.
      var parts = unsafe tm()
      guard unsafe localtime_r(&time, &parts) != nil else { return nil }
      year = unsafe Int(parts.tm_year) + 1900
      month = unsafe Int(parts.tm_mon) + 1
      day = unsafe Int(parts.tm_mday)
      hour = unsafe Int(parts.tm_hour)
      minute = unsafe Int(parts.tm_min)
      zoneMinutes = unsafe Int(parts.tm_gmtoff) / 60
    }
  }
}
