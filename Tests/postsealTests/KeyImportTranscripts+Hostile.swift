import TestSupport
import Testing

/// What `key import` does with key material that somebody made up.
extension KeyImportTranscripts {
  @Test func `a certificate that stands beside a secret key is none`() throws {
    let secret = try TemporaryKeyring(own: [.carol]).gpg("--export-secret-keys").succeeded().stdout
    let other = try TemporaryKeyring(certificates: [.mallory]).gpg("--export").succeeded().stdout
    try stage.folder.write(secret + other, to: "both.pgp")
    let run = try run("both.pgp", "--yes", "--secret")
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix(
        """
        postseal: imported F19C 23ED … 6BD5 821F: secret key
        postseal: to use it as your own: `postseal key trust \(Identity.carol.hexFingerprint) ultimate`
        postseal: imported F2DC 5979 … 4EDA D7B9: new in your keyring

        """), "\(run.stderr)")
    #expect(run.stderr.split(separator: "\n").count { $0 == "change       a secret key, new here" } == 1)
  }

  @Test func `a signature that is not good is no news`() throws {
    var bytes = try stage.alice.gpg("--export", Identity.bob.hexFingerprint).succeeded().stdout
    let certification = try #require(try PacketCut.signatures(in: bytes).first)
    // It stands behind the primary key as a revocation of it; headers of gpg are two octets here.
    var forged = Array(bytes[certification])
    forged[3] = 0x20
    bytes.insert(contentsOf: forged, at: 2 + Int(bytes[1]))
    try stage.folder.write(bytes, to: "forged.pgp")
    let run = try run("forged.pgp", "--yes")
    #expect(run.status == 0)
    #expect(
      run.stderr.hasSuffix("postseal: nothing was imported: the signatures that are new are not good ones\n"),
      "\(run.stderr)")
  }

  @Test func `nothing comes in beside a key that was not shown`() throws {
    let new = try newKey()
    try stage.alice.gpg("--import", stdin: new.certificate).succeeded()
    let revocation = try new.keyring.gpg("--dearmor", stdin: new.revocation).succeeded().stdout
    let secret = try TemporaryKeyring(own: [.carol]).gpg("--export-secret-keys").succeeded().stdout
    let other = try TemporaryKeyring(certificates: [.mallory]).gpg("--export").succeeded().stdout
    let hidden = NewerMessage.packet(8, [0] + revocation + other)
    for bytes in [revocation + secret, hidden + secret, secret + hidden, revocation + hidden] {
      try stage.folder.write(bytes, to: "keys.pgp")
      _ = try run("keys.pgp", "--yes", "--secret")
      let listed = try stage.run("key", "list", "new@example.org", keyring: stage.alice)
      #expect(listed.status == 0 && !listed.text.contains("revoked"), "\(listed.text)")
      #expect(try !has(.mallory))
    }
  }

  @Test func `certifications by others stay out, however many there are`() throws {
    // Bob's certificate with mallory's certification, five thousand times with another date: each is another signature.
    let keyring = try TemporaryKeyring(own: [.mallory], certificates: [.bob])
    try keyring.gpg(arguments: ["--quick-sign-key", Identity.bob.hexFingerprint]).succeeded()
    let certificate = try keyring.gpg("--export", Identity.bob.hexFingerprint).succeeded().stdout
    let ends = try PacketCut.signatures(in: certificate)
    let foreign = try #require(ends.dropLast().last)
    var flooded = Array(certificate[..<foreign.lowerBound])
    for number in 0..<5000 {
      var copy = Array(certificate[foreign])
      copy[copy.count - 1] = UInt8(truncatingIfNeeded: number)
      copy[copy.count - 2] = UInt8(truncatingIfNeeded: number >> 8)
      flooded += copy
    }
    flooded += certificate[foreign.lowerBound...]
    try stage.folder.write(flooded, to: "flooded.pgp")
    let fresh = try TemporaryKeyring(own: [.carol])
    let run = try run("flooded.pgp", "--yes", keyring: fresh)
    #expect(run.status == 0, "\(run.stderr)")
    let sigs = try fresh.gpg("--with-colons", "--list-sigs", Identity.bob.hexFingerprint).succeeded().text
    #expect(sigs.split(separator: "\n").filter { $0.hasPrefix("sig:") }.allSatisfy { $0.contains("4B045AAC5CF92FA2") })
  }
}
