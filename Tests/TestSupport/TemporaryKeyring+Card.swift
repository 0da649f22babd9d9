import Foundation
import SystemPackage

extension TemporaryKeyring {
  /// The serial number that ``moveKeysToCard()`` makes up.
  package static let cardSerial = "D2760001240102000005123456780000"

  /// Leaves of every secret key here what gpg-agent keeps of one that is on a smartcard: which card, and the public part.
  ///
  /// The card itself is in no reader.
  package func moveKeysToCard() throws {
    let folder = home.appending("private-keys-v1.d")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.string) where name.hasSuffix(".key") {
      let file = URL(fileURLWithPath: folder.appending(name).string)
      let text = try String(contentsOf: file, encoding: .utf8)
      guard let publicPart = text.firstMatch(of: /\(ecc[^q]*\(q\s+#[0-9A-F\s]+#\)/)?.0 else {
        throw UnreadableKeyFile(name: name)
      }
      let shadow = "(shadowed t1-v1 (#\(Self.cardSerial)# OPENPGP.1))"
      try Data("Key: (shadowed-private-key \(publicPart)\(shadow)))\n".utf8).write(to: file)
    }
  }

  /// A key file of another form than gpg writes for elliptic curves.
  private struct UnreadableKeyFile: Error {
    let name: String
  }
}
