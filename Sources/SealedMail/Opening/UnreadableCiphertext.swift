import GPGME
import OpenPGPPackets

/// What an encrypted message is that this gpg could not read, or not safely, by what its packets show.
///
/// Only a message that gpg was asked to open and did not open is ever called so.
package enum UnreadableCiphertext: Sendable, Equatable {
  /// The newest form, which GnuPG does not follow; the cipher and its mode.
  ///
  /// Source: RFC 9580 §5.13.2
  case rfc9580(cipher: String)
  /// GnuPG's own AEAD packet, of which gpg before 2.4.6 calls altered ones whole; the cipher and its mode.
  case gnupgAEAD(cipher: String)
  /// Encrypted for keys that withstand quantum computers; the algorithms, each once.
  ///
  /// Source: RFC 9980; `Kyber` is GnuPG's own.
  case postQuantum(algorithms: [String])
  /// Encrypted for keys of algorithms that gpg does not know; each once.
  case algorithms([String])
  /// A ciphertext, or all session keys of it, of a version that nobody here knows.
  case unknownVersion(String)

  /// Names the message with these packets, that gpg failed to open for `cause`; nil when they do not explain it.
  init?(_ summary: CiphertextSummary, failedWith cause: GPGMEError.Cause) {
    guard case .encrypted(let protection) = summary.content else { return nil }
    switch (cause, protection) {
    case (.integrity(.unreliable), .aead), (.integrity(.unprotected), .aead):
      self = .gnupgAEAD(cipher: protection.cipherWords)
    case (.integrity(.altered), .seipd2), (.integrity(.altered), .unknown): self.init(summary, protection)
    case (.noData, _), (.malformed, _), (.notEncrypted, _), (.other, _), (.unsupportedAlgorithm, _):
      self.init(summary, protection)
    default: return nil
    }
  }

  private init?(_ summary: CiphertextSummary, _ protection: CiphertextSummary.Protection) {
    let foreign = summary.recipients.map(\.algorithm).filter(\.isForeignToGPG)
    let isAllForeign = !foreign.isEmpty && foreign.count == summary.recipients.count && summary.passphrases.isEmpty
    if isAllForeign, foreign.allSatisfy(\.isPostQuantum) {
      self = .postQuantum(algorithms: Self.names(foreign))
      return
    }
    switch protection {
    case .seipd2: self = .rfc9580(cipher: protection.cipherWords)
    case .aead: self = .gnupgAEAD(cipher: protection.cipherWords)
    case .unknown(let version): self = .unknownVersion("a ciphertext of version \(version)")
    case _ where isAllForeign: self = .algorithms(Self.names(foreign))
    case _ where summary.recipients.isEmpty && summary.passphrases.isEmpty && !summary.problems.isEmpty:
      self = .unknownVersion(summary.problems[0])
    case .none, .seipd1: return nil
    }
  }

  private static func names(_ algorithms: [PublicKeyAlgorithm]) -> [String] {
    var seen: Set<PublicKeyAlgorithm> = []
    return algorithms.filter { seen.insert($0).inserted }.prefix(8).map(\.description)
  }

  /// The kind in words: lower case, no full stop.
  package var sentence: String {
    switch self {
    case .rfc9580(let cipher):
      "it is encrypted the way of RFC 9580 (SEIPD v2, \(cipher)), which this gpg cannot read"
    case .gnupgAEAD(let cipher):
      "it is encrypted with GnuPG's AEAD packet (\(cipher)), and this gpg cannot be relied upon to notice an altered one"
    case .postQuantum(let algorithms):
      "it is encrypted with post-quantum \(algorithms.joined(separator: ", ")), which this gpg cannot read"
    case .algorithms(let algorithms):
      "it is encrypted with \(algorithms.joined(separator: ", ")), which this gpg cannot read"
    case .unknownVersion(let what): "it holds \(what), which this gpg cannot read"
    }
  }
}

extension CiphertextSummary {
  /// True when session keys of today stand beside some of a version that does not belong to this ciphertext: gpg gives up at one of those.
  ///
  /// Source: RFC 9580 §10.3.2.1
  var isMixed: Bool {
    let today = recipients.filter { $0.version <= 3 }.count + passphrases.filter { $0.version == 4 }.count
    return content == .encrypted(.seipd1) && today > 0
      && (today < recipients.count + passphrases.count || !problems.isEmpty)
  }
}

extension CiphertextSummary.Protection {
  /// "AES-256 in OCB"; the description where there are no such parts.
  fileprivate var cipherWords: String {
    switch self {
    case .seipd2(let cipher, let mode), .aead(let cipher, let mode): "\(cipher) in \(mode)"
    case .none, .seipd1, .unknown: description
    }
  }
}

extension PublicKeyAlgorithm {
  /// Whether there are releases of GnuPG that do not know it.
  var isForeignToGPG: Bool {
    switch rawValue {
    case 1, 2, 3, 16, 17, 18, 19, 20, 22: false
    default: true
    }
  }
}
