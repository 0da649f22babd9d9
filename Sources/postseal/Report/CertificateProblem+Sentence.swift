import GPGME

extension CertificateProblem {
  /// The reason why a certificate cannot be used: `it expired on 2025-03-01`.
  var sentence: String {
    switch self {
    case .expired(let time): "it expired\(Self.on(time))"
    case .revoked: "it was revoked by its owner"
    case .disabled: "it is disabled in your keyring"
    case .invalid: "it has no valid self-signature"
    case .notYetValid(let time): "it is valid only from \(LocalTime.day(time)) on; check the clock"
    case .noKey(let use): "it has no key for \(use.rawValue)"
    case .keyExpired(let use, let time): "its key for \(use.rawValue) expired\(Self.on(time))"
    case .keyRevoked(let use): "its key for \(use.rawValue) was revoked"
    case .weak(let algorithm): "\(algorithm) is too weak"
    case .noSecretKey: "its secret key is not here"
    case .missing: "it is not in the keyring"
    case .refused(let words): "GnuPG refuses it: \(words)"
    }
  }

  private static func on(_ time: Int64?) -> String {
    time.map { " on \(LocalTime.day($0))" } ?? ""
  }
}
