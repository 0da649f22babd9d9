/// A public-key algorithm, by its number.
///
/// Source: RFC 9580 §9.1; for the post-quantum ones RFC 9980, and for Kyber GnuPG's own LibrePGP
package struct PublicKeyAlgorithm: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }
}

/// A symmetric cipher, by its number.
///
/// Source: RFC 9580 §9.3
package struct CipherAlgorithm: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }
}

/// A hash algorithm, by its number.
///
/// Source: RFC 9580 §9.5
package struct HashAlgorithm: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }
}

/// A mode of authenticated encryption, by its number.
///
/// Source: RFC 9580 §9.6
package struct AEADAlgorithm: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }
}

extension PublicKeyAlgorithm {
  /// GnuPG's own combination of ML-KEM (once called Kyber) with ECDH.
  package static let kyber = PublicKeyAlgorithm(rawValue: 8)

  /// Whether it is made to withstand quantum computers.
  package var isPostQuantum: Bool { self == .kyber || (30...36).contains(rawValue) }
}

extension PublicKeyAlgorithm: CustomStringConvertible {
  /// The name in the standard, or `algorithm 99`.
  package var description: String {
    switch rawValue {
    case 1: "RSA"
    case 2: "RSA (encrypt only)"
    case 3: "RSA (sign only)"
    case 8: "Kyber"
    case 16: "Elgamal"
    case 17: "DSA"
    case 18: "ECDH"
    case 19: "ECDSA"
    case 20: "Elgamal (encrypt and sign)"
    case 22: "EdDSA"
    case 25: "X25519"
    case 26: "X448"
    case 27: "Ed25519"
    case 28: "Ed448"
    case 30: "ML-DSA-65 + Ed25519"
    case 31: "ML-DSA-87 + Ed448"
    case 32: "SLH-DSA-SHAKE-128s"
    case 33: "SLH-DSA-SHAKE-128f"
    case 34: "SLH-DSA-SHAKE-256s"
    case 35: "ML-KEM-768 + X25519"
    case 36: "ML-KEM-1024 + X448"
    default: "algorithm \(rawValue)"
    }
  }
}

extension CipherAlgorithm: CustomStringConvertible {
  /// The name in the standard, or `cipher 99`.
  package var description: String {
    switch rawValue {
    case 0: "plaintext"
    case 1: "IDEA"
    case 2: "TripleDES"
    case 3: "CAST5"
    case 4: "Blowfish"
    case 7: "AES-128"
    case 8: "AES-192"
    case 9: "AES-256"
    case 10: "Twofish"
    case 11: "Camellia-128"
    case 12: "Camellia-192"
    case 13: "Camellia-256"
    default: "cipher \(rawValue)"
    }
  }
}

extension HashAlgorithm: CustomStringConvertible {
  /// The name in the standard, or `hash 99`.
  package var description: String {
    switch rawValue {
    case 1: "MD5"
    case 2: "SHA-1"
    case 3: "RIPEMD-160"
    case 8: "SHA-256"
    case 9: "SHA-384"
    case 10: "SHA-512"
    case 11: "SHA-224"
    case 12: "SHA3-256"
    case 14: "SHA3-512"
    default: "hash \(rawValue)"
    }
  }
}

extension AEADAlgorithm: CustomStringConvertible {
  /// The name in the standard, or `AEAD mode 99`.
  package var description: String {
    switch rawValue {
    case 1: "EAX"
    case 2: "OCB"
    case 3: "GCM"
    default: "AEAD mode \(rawValue)"
    }
  }
}
