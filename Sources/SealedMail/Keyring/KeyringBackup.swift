package import ByteStreams
package import GPGME

/// What a backup of one's own keys holds, in memory: secret keys as locked as they are, certificates, ownertrust, stored revocations.
///
/// As an archive it is a tar archive that can be used without this program, too; its own text says how.
package struct KeyringBackup: Equatable, Sendable {
  /// The secret keys with their certificates, binary.
  package let secretKeys: [UInt8]
  /// The certificates, binary.
  package let certificates: [UInt8]
  /// How far the owner of each key is trusted, as gpg exports it: `FINGERPRINT:6:` and a line end.
  package let ownertrust: [UInt8]
  /// The stored revocation certificates.
  package let revocations: [Fingerprint: [UInt8]]
  /// When it was made, in seconds since 1970.
  package let date: Int64

  /// The most bytes of an archive: a hundred keys with pictures.
  package static let sizeLimit = 32 << 20

  private static let folder = "postseal-backup/"
  private static let revocationFolder = folder + "openpgp-revocs.d/"

  private static let manual = """
    A backup of OpenPGP keys, made by `postseal key backup`.

    `postseal key restore FILE` brings it back, from the encrypted file. Without postseal:

      gpg --decrypt FILE | tar -x
      gpg --import secret-keys.pgp certificates.pgp
      gpg --import-ownertrust ownertrust.txt
      cp openpgp-revocs.d/* ~/.gnupg/openpgp-revocs.d/

    Each secret key is locked with the passphrase that it had when the backup was made.

    """

  /// The tar archive, to be encrypted.
  package var archive: [UInt8] {
    var files = [
      TarArchive.File(name: Self.folder + "README.txt", bytes: Array(Self.manual.utf8)),
      TarArchive.File(name: Self.folder + "secret-keys.pgp", bytes: secretKeys),
      TarArchive.File(name: Self.folder + "certificates.pgp", bytes: certificates),
      TarArchive.File(name: Self.folder + "ownertrust.txt", bytes: ownertrust),
    ]
    files += revocations.sorted { $0.key.hex < $1.key.hex }.map {
      TarArchive.File(name: "\(Self.revocationFolder)\($0.key.hex).rev", bytes: $0.value)
    }
    return TarArchive(files, date: date).bytes
  }

  /// Reads an archive; what else is in it is passed over.
  ///
  /// - Throws: `malformed` for what is no backup.
  package init(archive: [UInt8]) throws(StreamError) {
    let tar = try TarArchive(reading: archive)
    func file(_ name: String) throws(StreamError) -> [UInt8] {
      let found = tar.files.filter { $0.name == Self.folder + name }
      guard found.count == 1 else { throw .malformed("there is no \(name) in it") }
      return found[0].bytes
    }
    secretKeys = try file("secret-keys.pgp")
    certificates = try file("certificates.pgp")
    ownertrust = try file("ownertrust.txt")
    var revocations: [Fingerprint: [UInt8]] = [:]
    for file in tar.files where file.name.hasPrefix(Self.revocationFolder) && file.name.hasSuffix(".rev") {
      let name = file.name.dropFirst(Self.revocationFolder.count).dropLast(4)
      if let fingerprint = Fingerprint(name), fingerprint.hex == name { revocations[fingerprint] = file.bytes }
    }
    self.revocations = revocations
    date = tar.date
  }

  private init(
    secretKeys: [UInt8], certificates: [UInt8], trust: [Certificate], revocations: [Fingerprint: [UInt8]], date: Int64
  ) {
    self.secretKeys = secretKeys
    self.certificates = certificates
    ownertrust = Array(trust.compactMap(\.ownertrustLine).joined().utf8)
    self.revocations = revocations
    self.date = date
  }

  /// Takes keys out of the keyring; gpg-agent may ask for the passphrase of each that has one.
  ///
  /// - Parameters:
  ///   - keys: own ones.
  ///   - now: the date of the backup, in seconds since 1970.
  /// - Throws: `.passphrase`, `.notFound` for a key that gpg did not give out in spite of its word, `.stream` and what else can befall
  ///   gpg.
  package static func make(
    of keys: [Certificate], at now: Int64, with context: inout Context
  ) throws(GPGMEError) -> KeyringBackup {
    var (secretKeys, certificates): ([UInt8], [UInt8]) = ([], [])
    var revocations: [Fingerprint: [UInt8]] = [:]
    for key in keys {
      let fingerprint = key.fingerprint
      certificates += try exported(fingerprint, as: .certificate, with: &context)
      revocations[fingerprint] = try context.storedRevocation(of: fingerprint)
    }
    for key in keys { secretKeys += try exported(key.fingerprint, as: .secretKey, with: &context) }
    let given = try context.preview(ArraySource(secretKeys)).filter(\.hasSecret).map(\.fingerprint)
    if let missing = keys.first(where: { !given.contains($0.fingerprint) }) {
      throw GPGMEError(.export, subject: missing.fingerprint.hex, cause: .notFound)
    }
    return KeyringBackup(
      secretKeys: secretKeys, certificates: certificates, trust: keys, revocations: revocations, date: now)
  }

  private static func exported(
    _ fingerprint: Fingerprint, as form: ExportForm, with context: inout Context
  ) throws(GPGMEError) -> [UInt8] {
    // Half of the archive, as a secret key comes with all of its certificate.
    let sink = MemorySink(limit: sizeLimit / 4, what: "the key \(fingerprint.hex)")
    try context.export([fingerprint], as: form, into: sink)
    return sink.bytes
  }
}

extension Certificate {
  /// gpg's line about the owner's trust; nil where nothing was said.
  fileprivate var ownertrustLine: String? {
    // gpg's numbers: 2 unknown, 3 never, 4 marginal, 5 full, 6 ultimate.
    ownertrust > .undefined ? "\(fingerprint.hex):\(ownertrust.rawValue + 1):\n" : nil
  }
}

extension KeyringBackup {
  /// How far the owner of this key was trusted to certify; nil where nothing is said about it that could be raised to.
  func trust(in fingerprint: Fingerprint) -> Validity? {
    for line in ownertrust.split(separator: UInt8(ascii: "\n")) {
      let fields = String(decoding: line, as: UTF8.self).split(separator: ":")
      guard fields.count == 2, fields[0] == fingerprint.hex, let number = Int(fields[1]), (4...6).contains(number)
      else { continue }
      return Validity(rawValue: number - 1)
    }
    return nil
  }
}
