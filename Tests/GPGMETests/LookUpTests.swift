import ByteStreams
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

@testable import GPGME

@Suite struct LookUpTests {
  @Test(arguments: Identity.allCases)
  func `the fingerprint of a key packet is the one that gpg says`(identity: Identity) throws {
    let source = DearmorSource(ArraySource(try readFile(identity.certificateFile)))
    let block = try Keyblock.readAll(from: source)[0]
    #expect(Fingerprint(keyPacket: block.primaryKey)?.hex == identity.hexFingerprint)
  }

  @Test func `a user ID that its owner did not sign is not read`() throws {
    let keyring = try TemporaryKeyring()
    var gpg = try Context.open(EngineConfiguration(home: keyring.home))
    let source = DearmorSource(ArraySource(try readFile(Identity.bob.certificateFile)))
    let bytes = try Keyblock.readAll(from: source)[0].bytes
    let forged = Array("Bob <alice@example.org>".utf8)
    let block = try Keyblock.readAll(from: ArraySource(bytes + [0xCD, UInt8(forged.count)] + forged))[0]
    #expect(block.userIDs.count == 2)
    #expect(try gpg.preview(block)?.userIDs.map(\.text) == ["Bob Meyer <bob@example.org>"])
    #expect(try gpg.certificates().isEmpty)
  }

  @Test func `a listing of a key server is read, and what is none is passed over`() {
    let text = """
      info:1:2
      pub:4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2:22:256:1735732800::\r
      uid:Bob%20%3abob@example.org%3E:1735732800::
      uid:two:::
      pub:../../etc:1:::
      pub:4B045AAC5CF92FA2:22:256:::
      <html>
      uid
      """
    let entries = KeyServerEntry.all(in: Array(text.utf8))
    #expect(
      entries == [
        KeyServerEntry(
          name: "4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2", userIDs: ["Bob :bob@example.org>", "two"]),
        KeyServerEntry(name: "4B045AAC5CF92FA2"),
      ])
    let bob = Fingerprint("4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2")
    #expect(bob.map { bob in entries.allSatisfy { $0.names(bob) } } == true)
  }

  @Test(arguments: [
    ("hkps://keys.openpgp.org", "keys.openpgp.org", true, true),
    ("hkp://127.0.0.1:11371", "127.0.0.1:11371", false, false),
    ("HTTPS://user@pgp.example/x", "pgp.example", true, false),
  ])
  func `a URL of a key server is read`(url: String, host: String, isPrivate: Bool, checks: Bool) throws {
    let server = try #require(KeyServer(url))
    #expect(server.host == host && server.isPrivate == isPrivate && server.checksAddresses == checks)
  }

  @Test(arguments: ["", "keys.openpgp.org", "ldap://x", "hkp:x", "hkp://", "hkp://a b", "hkp://a\nKS_PUT", "hkp://é"])
  func `what is no URL of a key server is refused`(url: String) {
    #expect(KeyServer(url) == nil)
  }
}

@Suite struct WebKeyNameTests {
  @Test(arguments: [
    ("Joe.Doe", "iy9q119eutrkn8s1mk4r39qejnbu3n5q"), ("joe.doe", "iy9q119eutrkn8s1mk4r39qejnbu3n5q"),
    ("bob", "jycbiujnsxs47xrkethgtj69xuunurok"),
  ])
  func `a local part has the name that the draft gives it`(localPart: String, name: String) {
    #expect(WebKeyName.hash(ofLocalPart: localPart) == name)
  }

  @Test(arguments: [
    ([UInt8](), ""), ([0], "yy"), ([0xF0, 0xBF, 0xC7], "6n9hq"), ([0xD4, 0x7A, 0x04], "4t7ye"),
  ])
  func `bits become letters five at a time`(octets: [UInt8], text: String) {
    #expect(WebKeyName.zBase32(octets) == text)
  }
}
