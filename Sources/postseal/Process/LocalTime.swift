#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Times as the person's clock shows them: numbers only, so that no locale changes them.
enum LocalTime {
  /// `2026-11-22 18:02 +0100`; seconds since 1970 for a time that no calendar holds.
  static func minute(_ seconds: Int64) -> String {
    guard let parts = parts(seconds) else { return "\(seconds) s after 1970" }
    let offset = parts.tm_gmtoff / 60
    let zone = "\(offset < 0 ? "-" : "+")\(two(abs(offset) / 60))\(two(abs(offset) % 60))"
    return "\(day(parts)) \(two(Int(parts.tm_hour))):\(two(Int(parts.tm_min))) \(zone)"
  }

  /// `2026-11-22`.
  static func day(_ seconds: Int64) -> String {
    parts(seconds).map(day) ?? "\(seconds) s after 1970"
  }

  /// Minutes east of UTC at that time.
  static func zoneMinutes(at seconds: Int64) -> Int {
    parts(seconds).map { $0.tm_gmtoff / 60 } ?? 0
  }

  private static func parts(_ seconds: Int64) -> tm? {
    var time = time_t(seconds)
    var result = tm()
    // Both structures lie on this stack; the call fills the second.
    guard unsafe localtime_r(&time, &result) != nil else { return nil }
    return unsafe result
  }

  private static func day(_ parts: tm) -> String {
    let year = unsafe String(parts.tm_year + 1900)
    return unsafe "\(String(repeating: "0", count: max(0, 4 - year.count)))\(year)-\(two(Int(parts.tm_mon) + 1))-\(two(Int(parts.tm_mday)))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
