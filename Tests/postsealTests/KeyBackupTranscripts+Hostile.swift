import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `key restore` does with what is no backup, or one that somebody made up.
extension KeyBackupTranscripts {
  @Test func `a wrong passphrase, a cut file and other files are told apart`() throws {
    try backup(of: stage.alice).succeeded()
    let bytes = try stage.folder.read("keys.gpg")
    let new = try TemporaryKeyring()
    expect(
      try restore(passphrase: "wrong", into: new),
      stderr: """
        postseal: cannot open the backup keys.gpg: it is encrypted with a passphrase, and the one given is wrong
        hint: give the passphrase that was chosen for the backup, which is not that of a key: to pinentry at a terminal, or with `--passphrase-fd N`

        """, status: 21)
    try stage.folder.write(bytes.dropLast(40), to: "cut.gpg")
    let cut = try restore("cut.gpg", into: new)
    #expect(cut.status == 22 && cut.stderr.hasPrefix("postseal: cannot open the backup cut.gpg: "), "\(cut.stderr)")
    #expect(cut.stderr.hasSuffix("; nothing was restored\nhint: take another copy of it\n"))
    try stage.folder.write(Array("a shopping list\n".utf8), to: "list.txt")
    try encrypt(Array("a shopping list\n".utf8), as: "list.gpg")
    let sealed = try stage.alice.gpg(
      "--trust-model", "always", "-r", Identity.bob.hexFingerprint, "--encrypt", stdin: [1]
    ).succeeded().stdout
    try stage.folder.write(sealed, to: "bob.gpg")
    for (file, words) in [
      ("list.txt", "it is not encrypted"), ("bob.gpg", "it is encrypted to a key, and not with a passphrase"),
      ("list.gpg", "what is encrypted in it is something else, the archive is cut off"),
    ] {
      let run = try restore(file, into: new)
      #expect(
        run.status == 65 && run.stderr.hasPrefix("postseal: \(file) is no backup of keys: \(words)\n"), "\(run.stderr)")
    }
    #expect(try restore("missing.gpg", into: new).status == 66)
    #expect(try new.gpg("--list-keys").text.isEmpty)
  }

  @Test func `names and keys in an archive are not believed`() throws {
    let secret = try stage.alice.gpg("--export-secret-keys", Identity.alice.hexFingerprint).stdout
    let certificate = try stage.alice.gpg("--export", Identity.alice.hexFingerprint).stdout
    let trust = "\(Identity.alice.hexFingerprint):6:\n\(Identity.bob.hexFingerprint):6:\n"
    try stage.folder.write(secret, to: "postseal-backup/secret-keys.pgp")
    try stage.folder.write(Array(trust.utf8), to: "postseal-backup/ownertrust.txt")
    // A certificate of another hides among them.
    try stage.folder.write(
      certificate + (try stage.alice.gpg("--export", Identity.bob.hexFingerprint).stdout),
      to: "postseal-backup/certificates.pgp")
    try encrypt(try pack("postseal-backup"))
    let new = try TemporaryKeyring(certificates: [.bob])
    let run = try restore(into: new)
    #expect(run.status == 65 && run.stderr.contains("its keys are damaged, or others are among them"), "\(run.stderr)")
    // Without it what is said about the trust in others, and what is stored under other names, is passed over.
    try stage.folder.write(certificate, to: "postseal-backup/certificates.pgp")
    try stage.folder.write([1], to: "postseal-backup/openpgp-revocs.d/\(Identity.bob.hexFingerprint).rev")
    try stage.folder.write([1], to: "postseal-backup/openpgp-revocs.d/evil.rev")
    try encrypt(try pack("postseal-backup"))
    try restore(into: new).succeeded()
    #expect(try !new.gpg("--export-ownertrust").text.contains(Identity.bob.hexFingerprint))
    #expect(!FileManager.default.fileExists(atPath: new.home.appending("openpgp-revocs.d").string))
    // A revocation certificate of another key is none.
    try stage.folder.write([1], to: "postseal-backup/openpgp-revocs.d/\(Identity.alice.hexFingerprint).rev")
    try encrypt(try pack("postseal-backup"))
    #expect(try restore(into: new).status == 65)
  }

  @Test func `what gpg would take in beside the keys, and not list, is refused`() throws {
    let name = "postseal-backup/certificates.pgp"
    let certificate = try stage.alice.gpg("--export", Identity.alice.hexFingerprint).stdout
    try stage.folder.write(
      try stage.alice.gpg("--export-secret-keys", Identity.alice.hexFingerprint).stdout,
      to: "postseal-backup/secret-keys.pgp")
    try stage.folder.write([], to: "postseal-backup/ownertrust.txt")
    let new = try TemporaryKeyring()
    // A revocation of whatever key, and a certificate in a compressed packet.
    let bob = try stage.alice.gpg("--export", Identity.bob.hexFingerprint).stdout
    let stranger = [0xC2, 19, 4, 0x20, 22, 8, 0, 0, 0, 10, 9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 0] as [UInt8]
    for bytes in [stranger + certificate, certificate + NewerMessage.packet(8, [0] + bob)] {
      try stage.folder.write(bytes, to: name)
      try encrypt(try pack("postseal-backup"))
      let run = try restore(into: new)
      #expect(run.status == 65)
      #expect(run.stderr.contains("its keys are damaged, or others are among them"), "\(run.stderr)")
    }
    #expect(try new.gpg("--list-keys").text.isEmpty)
    try stage.folder.write(certificate, to: name)
    try encrypt(try pack("postseal-backup"))
    try restore(into: new).succeeded()
  }

  @Test func `that an address has another certificate already is told before a key becomes one's own`() throws {
    try backup(of: try TemporaryKeyring(own: [.impostor])).succeeded()
    let new = try TemporaryKeyring(certificates: [.alice])
    for options in [["--dry-run"], ["--yes"]] {
      let run = try restore(options: options, into: new)
      #expect(run.status == 0)
      #expect(
        run.stderr.contains(
          """

          postseal: alice@example.org already has another certificate, AEA2 6172 … 7682 21D1; \
          a key that is marked as your own may take its place

          """), "\(run.stderr)")
    }
  }
}
