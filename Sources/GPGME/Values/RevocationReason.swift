/// Why a key is revoked, as its revocation tells others.
///
/// Source: RFC 9580 §5.2.3.31
package enum RevocationReason: String, Sendable, CaseIterable {
  /// None is told; others have to think the worst.
  case unspecified = "none"
  /// Somebody else has, or may have, the secret key: nothing that it ever signed can be relied upon.
  case compromised
  /// Another key is used instead; what it signed before stays good.
  case superseded
  /// It is used no more; what it signed before stays good.
  case retired

  /// The answer to gpg's question for the reason.
  fileprivate var menuNumber: String {
    switch self {
    case .unspecified: "0"
    case .compromised: "1"
    case .superseded: "2"
    case .retired: "3"
    }
  }
}

/// What a revocation says beside that the key is revoked.
package struct RevocationStatement: Sendable, Equatable {
  package let reason: RevocationReason
  /// One line of text for whoever looks; nil for none.
  package let comment: String?

  /// The reason alone.
  package init(_ reason: RevocationReason) {
    self.reason = reason
    comment = nil
  }

  /// Nil for a comment that is empty, longer than 500 bytes, or has control characters.
  package init?(_ reason: RevocationReason, comment: String) {
    guard (1...500).contains(comment.utf8.count),
      comment.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    self.reason = reason
    self.comment = comment
  }

  /// gpg's questions when a key is revoked, and the answers.
  var answers: [String: [String]] {
    [
      "keyedit.revoke.subkey.okay": ["y"], "ask_revocation_reason.code": [reason.menuNumber],
      // An empty line ends the text.
      "ask_revocation_reason.text": [comment, ""].compactMap(\.self), "ask_revocation_reason.okay": ["y"],
    ]
  }
}
