import OpenPGPPackets
import Testing

struct KeyIDTests {
  @Test func `a key ID is 16 hexadecimal digits and nothing else`() {
    #expect(KeyID(hex: "275D2F8CBAB00F72")?.value == 0x275D_2F8C_BAB0_0F72)
    #expect(KeyID(hex: "00000000000000ff")?.description == "00000000000000FF")
    for text in [
      "", "275D2F8C", "275D2F8CBAB00F7", "275D2F8CBAB00F722", "275D2F8CBAB00F7G", "+75D2F8CBAB00F72",
      "0x5D2F8CBAB00F72",
    ] {
      #expect(KeyID(hex: text) == nil)
    }
  }

  @Test func `a fingerprint gives its key ID by its version`() {
    #expect(KeyID(fingerprint: Array(1...20))?.description == "0D0E0F1011121314")
    #expect(KeyID(fingerprint: Array(1...32))?.description == "0102030405060708")
    #expect(KeyID(fingerprint: Array(1...16)) == nil)
    #expect(KeyID.wildcard.isWildcard && KeyID.wildcard.description == "0000000000000000")
  }

  @Test func `algorithms have the standard's names, or their numbers`() {
    #expect(PublicKeyAlgorithm(rawValue: 1).description == "RSA")
    #expect(PublicKeyAlgorithm(rawValue: 99).description == "algorithm 99")
    #expect(CipherAlgorithm(rawValue: 9).description == "AES-256")
    #expect(CipherAlgorithm(rawValue: 99).description == "cipher 99")
    #expect(HashAlgorithm(rawValue: 8).description == "SHA-256")
    #expect(HashAlgorithm(rawValue: 99).description == "hash 99")
    #expect(AEADAlgorithm(rawValue: 2).description == "OCB")
    #expect(AEADAlgorithm(rawValue: 99).description == "AEAD mode 99")
  }
}
