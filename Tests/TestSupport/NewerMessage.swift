import Foundation

/// OpenPGP data of forms that came after RFC 4880: made by other programs where something must be whole, else put together by hand.
package enum NewerMessage {
  /// To bob in GnuPG's own AEAD packet, AES-256 in OCB, made by rnp 0.16.3: a small text.
  package static let aead = bytes(
    """
    wV4Dauo0llhX+xUSAQdA8dqBjNnIMCO2WuTS1JQSBObIOTDn1bX2yMq6Ymq04FYwAvxIFrIBpI/nYLmrB9hIHdDiGfX6dnuXmbm/
    F8/A8klzvSZ1T1KO76m+ICa4u6s11GwBCQIMvxTfPy78vDAxqWMiMn3dfhZzarDE62qhDl5P95WYYaletOzH/0AYj13B9fyuN2LA
    dku4jEJbqNlDXahcanTISAd+kWRK8WqodoBRNZveEDWbCEqYYfz6F+1+6YtiC5DvkpcvBs43wyg=
    """)

  /// A detached signature of version 6 by Ed25519 with SHA-512, made by Sequoia's library 2; its key is nobody's.
  package static let signature6 = bytes(
    """
    wpgGABsKAAAAKQWCawbnTCIhBqQug3crJewfKzDBO1qcV37K2+VoGkTH2FU4NSBbDqPZAAAAALb2ICouo6x2He+79wh1HR4+N9nr
    Usxyl+5TepBm3KLfPmlgOumRdcj/FCJHYHOIaB2jV2bipKdl8fstbE63qsjrXgoQlZHXqRGNCIdxVPQKmvso3Td32kL9Jni+Gu79
    YlQmBg==
    """)

  /// One packet of at most 65,535 octets.
  package static func packet(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
    guard body.count >= 192 else { return [0xC0 | tag, UInt8(body.count)] + body }
    return [0xC0 | tag, 0xFF, 0, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
  }

  /// A session key of version 6 for a key of version 4 with this algorithm; nobody can decrypt it.
  package static func sessionKey6(algorithm: UInt8) -> [UInt8] {
    packet(1, [6, 21, 4] + (1...20) + [algorithm] + [UInt8](repeating: 7, count: 60))
  }

  /// A session key of version 3 for the key 0102030405060708; nobody can decrypt it.
  package static func sessionKey3(algorithm: UInt8) -> [UInt8] {
    packet(1, [3] + (1...8) + [algorithm] + [UInt8](repeating: 7, count: 60))
  }

  /// A ciphertext of version 2, AES-256 in this mode (1 EAX, 2 OCB, 3 GCM).
  package static func ciphertext2(mode: UInt8 = 2) -> [UInt8] {
    packet(18, [2, 9, mode, 6] + [UInt8](repeating: 9, count: 100))
  }

  /// A ciphertext of version 1.
  package static let ciphertext1 = packet(18, [1] + [UInt8](repeating: 9, count: 100))

  private static func bytes(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}
