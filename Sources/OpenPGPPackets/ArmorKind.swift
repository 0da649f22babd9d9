/// What an armored block says it holds.
///
/// Source: RFC 9580 §6.2.1
package enum ArmorKind: Hashable, Sendable, CaseIterable {
  case message
  case signature
  case publicKey
  case privateKey

  /// What stands between `-----BEGIN PGP ` and `-----`.
  package var label: String {
    switch self {
    case .message: "MESSAGE"
    case .signature: "SIGNATURE"
    case .publicKey: "PUBLIC KEY BLOCK"
    case .privateKey: "PRIVATE KEY BLOCK"
    }
  }

  /// The first line, without its line end.
  package var beginLine: String { "-----BEGIN PGP \(label)-----" }

  /// The last line, without its line end.
  package var endLine: String { "-----END PGP \(label)-----" }
}
