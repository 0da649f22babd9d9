import Foundation

/// The time that tests tell everything that takes one: the moment the run began, because gpg signs by the real clock.
package enum TestTime {
  /// In seconds since 1970.
  package static let now = Int64(Date().timeIntervalSince1970)

  /// The value of a Date field of that time, an hour east of Greenwich.
  package static let dateField: String = {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 3600)
    formatter.dateFormat = "EEE, d MMM yyyy HH:mm:ss Z"
    return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(now)))
  }()
}
