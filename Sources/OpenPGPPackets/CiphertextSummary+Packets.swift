extension CiphertextSummary.Recipient {
  /// Reads the start of a packet's body; nil for a version that is unknown, or when it is too short.
  ///
  /// Source: RFC 9580 §5.1
  init?(packet: [UInt8]) {
    switch packet.first {
    case 2, 3:
      guard packet.count >= 10 else { return nil }
      keyID = KeyID(packet[1..<9].reduce(0) { $0 << 8 | UInt64($1) })
      algorithm = PublicKeyAlgorithm(rawValue: packet[9])
      version = packet[0]
    case 6:
      // A length, which counts the key's version and its fingerprint and is 0 for an unnamed recipient.
      guard packet.count >= 3, packet.count > 2 + Int(packet[1]) else { return nil }
      let named = packet[2..<2 + Int(packet[1])]
      guard let keyID = named.isEmpty ? .wildcard : KeyID(fingerprint: Array(named.dropFirst())) else { return nil }
      self.keyID = keyID
      algorithm = PublicKeyAlgorithm(rawValue: packet[2 + named.count])
      version = 6
    default:
      return nil
    }
  }
}

extension CiphertextSummary.Passphrase {
  /// Reads the start of a packet's body.
  ///
  /// Source: RFC 9580 §5.3
  init(packet: [UInt8]) {
    version = packet.first ?? 0
    switch version {
    case 4, 5: cipher = packet.count > 1 ? CipherAlgorithm(rawValue: packet[1]) : nil
    // A count of octets stands before the cipher.
    case 6: cipher = packet.count > 2 ? CipherAlgorithm(rawValue: packet[2]) : nil
    default: cipher = nil
    }
  }
}

extension CiphertextSummary.Protection {
  /// Reads the first bytes of an encrypted packet's body.
  init(_ tag: PacketTag, packet: [UInt8]) {
    switch (tag, packet.first) {
    case (.encryptedData, _): self = .none
    case (.integrityProtectedData, 1): self = .seipd1
    case (.integrityProtectedData, 2) where packet.count >= 3:
      self = .seipd2(CipherAlgorithm(rawValue: packet[1]), AEADAlgorithm(rawValue: packet[2]))
    case (.aeadEncryptedData, 1) where packet.count >= 3:
      self = .aead(CipherAlgorithm(rawValue: packet[1]), AEADAlgorithm(rawValue: packet[2]))
    default: self = .unknown(version: packet.first ?? 0)
    }
  }
}

extension CiphertextSummary.Protection: CustomStringConvertible {
  /// A name for people.
  package var description: String {
    switch self {
    case .none: "no integrity protection"
    case .seipd1: "integrity protection"
    case .seipd2(let cipher, let mode): "\(cipher) in \(mode)"
    case .aead(let cipher, let mode): "\(cipher) in \(mode) (GnuPG)"
    case .unknown(let version): "unknown protection of version \(version)"
    }
  }
}
