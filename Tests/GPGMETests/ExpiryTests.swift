import GPGME
import TestSupport
import Testing

/// When keys end: what is set together, and what stays as it was.
@Suite struct ExpiryTests {
  @Test func `the primary key and its living subkeys end together`() throws {
    let keyring = try TemporaryKeyring(own: [.signingSubkey])
    var context = try keyring.context()
    let key = try context.certificate(of: .signingSubkey)
    let end = currentTime() + 40 * 86_400
    let after = try context.setExpiry(end, of: key)
    #expect(after.subkeys.count > 1)
    #expect(after.subkeys.allSatisfy { abs(($0.expires ?? 0) - end) <= 60 })
    let never = try context.setExpiry(nil, of: key)
    #expect(never.subkeys.allSatisfy { $0.expires == nil })
  }

  @Test func `a subkey that another one replaced stays over`() throws {
    let keyring = try TemporaryKeyring(own: [.expiredSubkey])
    var context = try keyring.context()
    let key = try context.certificate(of: .expiredSubkey)
    #expect(key.renewableSubkeys(at: currentTime()) == Array(key.subkeys.dropFirst()), "the only one is renewed")
    try keyring.gpg(
      "--passphrase", "", "--quick-add-key", Identity.expiredSubkey.hexFingerprint, "cv25519", "encr", "1y"
    ).succeeded()
    let rotated = try context.certificate(of: .expiredSubkey)
    let old = rotated.subkeys[1].expires
    let after = try context.setExpiry(currentTime() + 800 * 86_400, of: rotated)
    #expect(after.subkeys.count == 3)
    #expect(after.subkeys[1].expires == old)
    // gpg reckons each from its own now.
    let (subkey, primary) = (try #require(after.subkeys[2].expires), try #require(after.expires))
    #expect(abs(subkey - primary) < 60)
  }

  @Test func `a stranger's certificate keeps its end`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    var context = try keyring.context()
    let bob = try context.certificate(of: .bob)
    #expect(cause { _ = try context.setExpiry(currentTime() + 86_400, of: bob) } == .noSecretKey(recipients: []))
    #expect(try context.certificate(of: .bob).expires == nil)
  }
}
