/// Why an OpenPGP act could not be done: what was tried, on what, and the cause.
///
/// A bad signature is not an error: it is a ``SignatureReport``. Nothing that an operation delivered before it threw may be used.
package struct GPGMEError: Error, Equatable, Sendable {
  /// What was tried.
  package let operation: Operation
  /// What it was tried on, such as a fingerprint, an address or a path; nil where the operation says it all.
  ///
  /// May be foreign text.
  package let subject: String?
  /// The cause.
  package let cause: Cause

  package init(_ operation: Operation, subject: String? = nil, cause: Cause) {
    self.operation = operation
    self.subject = subject
    self.cause = cause
  }

  /// The acts of this module.
  package enum Operation: String, Sendable, CaseIterable {
    case start
    case list
    case encrypt
    case sign
    case decrypt
    case verify
    case importKeys
    case preview
    case export
    case generate
    case delete
    case certify
    case revokeCertification
    case setOwnertrust
    case disable
    case enable
    case revoke
    case addSubkey
    case revokeSubkey
    case setExpiry
    case changePassphrase
    case addUserID
    case revokeUserID
    case setPrimaryUserID
    case lookUp
    case publish
  }
}
