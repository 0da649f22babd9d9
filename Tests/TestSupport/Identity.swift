import Foundation
package import SystemPackage

/// The identities of `Keyrings/`; its README says why each exists.
package enum Identity: String, CaseIterable, Sendable {
  case alice, bob, carol, erin, mallory
  case locked, expired, revoked, weak, impostor, aead
  case expiredSubkey = "expired-subkey"
  case revokedAddress = "revoked-address"
  case signOnly = "sign-only"
  case signingSubkey = "signing-subkey"
  case sharedA = "shared-a"
  case sharedB = "shared-b"
  case lookalikePrefix = "lookalike-prefix"
  case lookalikeSuffix = "lookalike-suffix"
  case lookalikeName = "lookalike-name"
  case lookalikeTwo = "lookalike-two"
  case hostileName = "hostile-name"

  /// The passphrase of `locked`, the only one that has one.
  package static let passphrase = "correct horse battery staple"

  /// The exported certificate.
  package var certificateFile: FilePath { Repository.keyrings.appending("\(rawValue).pub.asc") }

  /// The exported secret key (with its certificate).
  package var secretFile: FilePath { Repository.keyrings.appending("\(rawValue).sec.asc") }

  /// The fingerprint of the primary key, 40 upper-case hex digits, as the README's table has it.
  package var hexFingerprint: String {
    guard let fingerprint = Identity.table[rawValue] else {
      preconditionFailure("Keyrings/README.md has no row for \(rawValue)")
    }
    return fingerprint
  }

  private static let table: [String: String] = {
    let readme = (try? String(contentsOfFile: Repository.keyrings.appending("README.md").string, encoding: .utf8)) ?? ""
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "`") }
    return Dictionary(uniqueKeysWithValues: rows.map { (String($0[1]), String($0[3])) })
  }()
}
