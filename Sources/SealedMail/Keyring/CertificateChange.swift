package import GPGME

/// What differs between a certificate as it was and as it is, or would be.
package enum CertificateChange: Sendable, Equatable {
  /// It was not there at all.
  case added
  /// Its owner revoked it.
  case revoked
  /// It expires at another time, in seconds since 1970; nil for never.
  case expiry(Int64?)
  case userIDAdded(String)
  case userIDRevoked(String)
  case subkeyAdded(Subkey)
  case subkeyRevoked(Subkey)
  case subkeyExpiry(Subkey)

  /// What `new` has and `old`, the same certificate or nil, has not; nothing for what only looks older.
  package static func all(from old: Certificate?, to new: Certificate) -> [CertificateChange] {
    guard let old else { return [.added] }
    if new.flags.contains(.revoked) { return old.flags.contains(.revoked) ? [] : [.revoked] }
    var changes: [CertificateChange] = old.expires == new.expires ? [] : [.expiry(new.expires)]
    for userID in new.userIDs {
      let known = old.userIDs.first { $0.text == userID.text }
      if known == nil { changes.append(.userIDAdded(userID.text)) }
      if userID.isRevoked, known?.isRevoked != true { changes.append(.userIDRevoked(userID.text)) }
    }
    for subkey in new.subkeys.dropFirst() {
      guard let known = old.subkeys.first(where: { $0.fingerprint == subkey.fingerprint }) else {
        changes.append(.subkeyAdded(subkey))
        continue
      }
      if subkey.flags.contains(.revoked) {
        if !known.flags.contains(.revoked) { changes.append(.subkeyRevoked(subkey)) }
      } else if subkey.expires != known.expires {
        changes.append(.subkeyExpiry(subkey))
      }
    }
    return changes
  }

  /// What it is called in JSON.
  package var name: String {
    switch self {
    case .added: "added"
    case .revoked: "revoked"
    case .expiry: "expiry"
    case .userIDAdded: "userIDAdded"
    case .userIDRevoked: "userIDRevoked"
    case .subkeyAdded: "subkeyAdded"
    case .subkeyRevoked: "subkeyRevoked"
    case .subkeyExpiry: "subkeyExpiry"
    }
  }

  /// The change in lower case without a full stop; foreign text is among it.
  package var words: String {
    switch self {
    case .added: "new in your keyring"
    case .revoked: "its owner revoked it"
    case .expiry(let time): time.map { "expires on \(calendarDate($0))" } ?? "never expires"
    case .userIDAdded(let text): "new user ID \(text)"
    case .userIDRevoked(let text): "user ID \(text) was revoked"
    case .subkeyAdded(let subkey): "new subkey for \(Self.uses(subkey)), \(subkey.algorithm)"
    case .subkeyRevoked(let subkey): "subkey for \(Self.uses(subkey)) was revoked"
    case .subkeyExpiry(let subkey):
      "subkey for \(Self.uses(subkey)) \(subkey.expires.map { "expires on \(calendarDate($0))" } ?? "never expires")"
    }
  }

  private static func uses(_ subkey: Subkey) -> String {
    subkey.uses.map(\.rawValue).sorted().joined(separator: " and ")
  }
}
