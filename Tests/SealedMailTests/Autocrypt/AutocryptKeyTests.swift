import ByteStreams
import GPGME
import MIME
import OpenPGPPackets
import SealedMail
import TestSupport
import Testing

@Suite struct AutocryptKeyTests {
  private func data(_ identity: Identity, _ address: String, _ desk: Desk) throws -> [UInt8]? {
    var context = try desk.context()
    let fingerprint = try #require(Fingerprint(identity.hexFingerprint))
    let certificate = try #require(try context.certificates(with: [fingerprint]).first)
    return try AutocryptKey.data(of: certificate, for: try AddrSpec(address), at: Desk.now, with: &context)
  }

  @Test(arguments: [
    (Identity.alice, "alice@example.org"), (.bob, "bob@example.org"), (.carol, "carol@example.net"),
    (.signingSubkey, "signing-subkey@example.org"),
  ])
  func `a certificate goes out as five packets, and gpg can encrypt to it`(identity: Identity, address: String) throws {
    let desk = try Desk(own: [.alice], accepted: Identity.allCases.filter { $0 == identity && $0 != .alice })
    let data = try #require(try data(identity, address, desk))
    let walker = PacketWalker(ArraySource(data))
    var tags: [UInt8] = []
    while let header = try walker.next() { tags.append(header.tag.rawValue) }
    #expect(tags == [6, 13, 2, 14, 2])
    #expect(AutocryptKey.isCertificate(data))
    let other = try TemporaryKeyring()
    try other.gpg("--import", stdin: data).succeeded()
    let sealed = try other.gpg(
      "--trust-model", "always", "--encrypt", "--recipient", identity.hexFingerprint, stdin: Array("hello".utf8))
    #expect(sealed.status == 0, "\(sealed.stderr)")
    let header = AutocryptHeader(address: try AddrSpec(address), preference: .mutual, keyData: data)
    // The size that the specification foretells for such keys.
    #expect(try header.field().bytes.count < 6 << 10)
  }

  @Test func `the acceptance of somebody's key stays at home`() throws {
    let desk = try Desk(own: [.alice], accepted: [.bob])
    #expect(try data(.bob, "bob@example.org", desk) == data(.bob, "bob@example.org", Desk(certificates: [.bob])))
  }

  @Test(arguments: [Identity.expired, .revoked, .signOnly])
  func `what cannot be encrypted to is not sent`(identity: Identity) throws {
    let desk = try Desk(certificates: [identity])
    #expect(try data(identity, "\(identity.rawValue)@example.org", desk) == nil)
  }

  @Test func `only one certificate without secrets counts as one`() throws {
    let desk = try Desk(own: [.alice], certificates: [.bob])
    let alice = try #require(try data(.alice, "alice@example.org", desk))
    let secret = try desk.keyring.gpg("--export-secret-keys", Identity.alice.hexFingerprint).stdout
    #expect(AutocryptKey.isCertificate(alice))
    for wrong in [secret, alice + alice, Array(alice.dropLast()), [], [0x99], Array("text".utf8)] {
      #expect(!AutocryptKey.isCertificate(wrong))
    }
  }
}
