extension CertificateProblem {
  /// The reason as the end of a sentence that begins with the certificate: "expired on 2025-03-01".
  package var words: String {
    switch self {
    case .expired(let time): "expired\(Self.on(time))"
    case .revoked: "was revoked by its owner"
    case .disabled: "is disabled in this keyring"
    case .invalid: "has no valid self-signature"
    case .notYetValid(let time): "is valid only from \(calendarDate(time)) on: is the clock right?"
    case .noKey(let use): "has no key for \(use.rawValue)"
    case .keyExpired(let use, let time): "has a key for \(use.rawValue) that expired\(Self.on(time))"
    case .keyRevoked(let use): "has a key for \(use.rawValue) that was revoked"
    case .weak(let algorithm): "is too weak (\(algorithm))"
    case .noSecretKey: "has no secret key here"
    case .missing: "is not in the keyring"
    case .refused(let reason): "was refused by gpg: \(reason)"
    }
  }

  private static func on(_ time: Int64?) -> String {
    time.map { " on \(calendarDate($0))" } ?? ""
  }
}

/// The day of a time (seconds since 1970) in UTC, as "2025-03-01".
package func calendarDate(_ time: Int64) -> String {
  // Days since 0000-03-01, so that the leap day is the last of a year; then eras of 400 years (146,097 days).
  let days = Int((time >= 0 ? time : time - 86_399) / 86_400) + 719_468
  let era = (days >= 0 ? days : days - 146_096) / 146_097
  let dayOfEra = days - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shifted = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * shifted + 2) / 5 + 1
  let month = shifted < 10 ? shifted + 3 : shifted - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
  return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
}
