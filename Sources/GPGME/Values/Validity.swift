import CGPGME

/// How sure GnuPG is that a user ID belongs to the certificate, in rising order.
///
/// GPGME: `gpgme_validity_t`
package enum Validity: Int, Sendable, Comparable {
  /// Nothing has been computed yet.
  case unknown = 0
  /// Nothing is known.
  case undefined
  /// The user said that it is not to be trusted.
  case never
  /// Certified by somebody trusted a little.
  case marginal
  /// Certified by the user or by somebody whom the user trusts.
  case full
  /// The user's own.
  case ultimate

  package static func < (left: Validity, right: Validity) -> Bool { left.rawValue < right.rawValue }

  init(_ value: gpgme_validity_t) {
    self = Validity(rawValue: Int(value.rawValue)) ?? .unknown
  }
}
