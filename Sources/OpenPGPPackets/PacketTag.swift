/// The type of a packet, by its number.
///
/// Source: RFC 9580 §5
package struct PacketTag: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let publicKeyEncryptedSessionKey = PacketTag(rawValue: 1)
  package static let signature = PacketTag(rawValue: 2)
  package static let symmetricKeyEncryptedSessionKey = PacketTag(rawValue: 3)
  package static let onePassSignature = PacketTag(rawValue: 4)
  package static let secretKey = PacketTag(rawValue: 5)
  package static let publicKey = PacketTag(rawValue: 6)
  package static let secretSubkey = PacketTag(rawValue: 7)
  package static let compressedData = PacketTag(rawValue: 8)
  /// Encrypted without integrity.
  package static let encryptedData = PacketTag(rawValue: 9)
  package static let marker = PacketTag(rawValue: 10)
  package static let literalData = PacketTag(rawValue: 11)
  package static let trust = PacketTag(rawValue: 12)
  package static let userID = PacketTag(rawValue: 13)
  package static let publicSubkey = PacketTag(rawValue: 14)
  package static let userAttribute = PacketTag(rawValue: 17)
  package static let integrityProtectedData = PacketTag(rawValue: 18)
  /// Encrypted the way that GnuPG has of its own.
  package static let aeadEncryptedData = PacketTag(rawValue: 20)
  package static let padding = PacketTag(rawValue: 21)

  /// Whether a packet of an unknown type must not be skipped.
  ///
  /// Source: RFC 9580 §4.3
  package var isCritical: Bool { rawValue < 40 }

  /// Whether it is the encrypted part of a message.
  var isEncryptedData: Bool {
    switch self {
    case .encryptedData, .integrityProtectedData, .aeadEncryptedData: true
    default: false
    }
  }

  /// Whether the length may come in parts, or be left open.
  ///
  /// Source: RFC 9580 §4.2.1.4
  var mayBePartial: Bool {
    isEncryptedData || self == .compressedData || self == .literalData
  }
}

extension PacketTag: CustomStringConvertible {
  /// What people call it; nil for a type that this program does not know.
  package var name: String? {
    switch rawValue {
    case 1: "public-key encrypted session key"
    case 2: "signature"
    case 3: "symmetric-key encrypted session key"
    case 4: "one-pass signature"
    case 5: "secret key"
    case 6: "public key"
    case 7: "secret subkey"
    case 8: "compressed data"
    case 9: "encrypted data without integrity protection"
    case 10: "marker"
    case 11: "literal data"
    case 12: "trust"
    case 13: "user ID"
    case 14: "public subkey"
    case 17: "user attribute"
    case 18: "encrypted and integrity protected data"
    case 19: "modification detection code"
    case 20: "AEAD encrypted data"
    case 21: "padding"
    default: nil
    }
  }

  /// The name, or `packet of type 63`.
  package var description: String { name ?? "packet of type \(rawValue)" }
}

extension PacketTag {
  /// A packet of this kind, its header in today's format.
  func packet(_ body: [UInt8]) -> [UInt8] { header(length: body.count) + body }

  /// The header of a packet of this kind in today's format, as short as it can be.
  ///
  /// Source: RFC 9580 §4.2.1
  func header(length count: Int) -> [UInt8] {
    let length =
      switch count {
      case ..<192: [UInt8(count)]
      case ..<8384: [UInt8((count - 192) >> 8 + 192), UInt8((count - 192) & 0xFF)]
      default: [0xFF] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
      }
    return [0xC0 | rawValue] + length
  }
}
