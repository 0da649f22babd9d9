/// One certificate in a key server's answer to a search: nothing but claims.
///
/// Source: draft-gallagher-openpgp-hkp §6.2 (machine-readable output)
struct KeyServerEntry: Equatable {
  /// Hexadecimal digits: a fingerprint, or a key ID of old servers.
  let name: String
  var userIDs: [String] = []

  /// The entries of an answer; lines that are none are passed over.
  static func all(in answer: [UInt8]) -> [KeyServerEntry] {
    var entries: [KeyServerEntry] = []
    for line in answer.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count >= 2 else { continue }
      switch String(decoding: fields[0], as: UTF8.self) {
      case "pub":
        let name = String(decoding: fields[1], as: UTF8.self).uppercased()
        guard [16, 40, 64].contains(name.utf8.count), name.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { continue }
        entries.append(KeyServerEntry(name: name))
      case "uid" where !entries.isEmpty:
        entries[entries.count - 1].userIDs.append(String(decoding: Context.unescaped(fields[1]), as: UTF8.self))
      default: continue
      }
    }
    return entries
  }

  /// True when it is about this certificate.
  func names(_ fingerprint: Fingerprint) -> Bool {
    // The key ID of old servers is that of version 4, the only one they know.
    name.utf8.count == 16 ? fingerprint.hex.hasSuffix(name) : fingerprint.hex == name
  }
}
