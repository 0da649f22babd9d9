import ArgumentParser
import GPGME

/// When a key is to end, as the command line says it: a day, a span from now on, or never.
enum Expiry: ExpressibleByArgument, CustomStringConvertible {
  /// Noon of a day in UTC, in seconds since 1970: almost everywhere on Earth it is the same day then.
  case day(Int64)
  case lifetime(KeyNew.Lifetime)

  /// Times of OpenPGP have 32 bits.
  private static let end: Int64 = 1 << 32

  init?(argument: String) {
    if let lifetime = KeyNew.Lifetime(argument: argument) {
      self = .lifetime(lifetime)
    } else if let noon = Self.noon(of: argument) {
      self = .day(noon)
    } else {
      return nil
    }
  }

  var description: String {
    switch self {
    case .day(let noon): calendarDate(noon)
    case .lifetime(let lifetime): lifetime.description
    }
  }

  /// Seconds since 1970; nil for never.
  ///
  /// - Throws: `Failure` 64 for what is over, or beyond what OpenPGP can say.
  func time(from now: Int64) throws(Failure) -> Int64? {
    let time: Int64
    switch self {
    case .day(let noon): time = noon
    case .lifetime(let lifetime):
      guard let seconds = lifetime.seconds else { return nil }
      time = now + seconds
    }
    guard time > now else {
      throw Failure(.usage, "a key cannot expire on \(self), which is over", hint: "name a day to come, such as `1y`")
    }
    guard time < Self.end else {
      throw Failure(
        .usage, "a key cannot expire after \(calendarDate(Self.end - 86_400))", hint: "name an earlier day, or `never`")
    }
    return time
  }

  /// Noon of a day written as "2029-01-31"; nil for anything else, and for days that no calendar has.
  private static func noon(of text: String) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2])
    else { return nil }
    // Years from March on, so that the leap day is the last of a year; 719,468 days from 0000-03-01 to 1970.
    let shiftedYear = month <= 2 ? year - 1 : year
    let shiftedMonth = month <= 2 ? month + 9 : month - 3
    let days =
      shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
      + (153 * shiftedMonth + 2) / 5 + day - 1 - 719_468
    let noon = days * 86_400 + 43_200
    return calendarDate(noon) == text ? noon : nil
  }
}
