import OpenPGPPackets

extension SignatureSummary {
  /// Whether every gpg knows the packet's version.
  var isFamiliar: Bool { (2...4).contains(version) }

  /// Whether there are releases of GnuPG that cannot check it.
  var isForeignToGPG: Bool {
    guard isFamiliar, let algorithm, let hash else { return true }
    return algorithm.isForeignToGPG || hash.isForeignToGPG
  }

  /// "version 6, Ed25519 with SHA-512": how it was made, as far as it shows.
  package var kind: String {
    let version = isFamiliar ? [] : ["version \(version)"]
    guard let algorithm, let hash else { return version.first ?? "unknown kind" }
    return (version + ["\(algorithm) with \(hash)"]).joined(separator: ", ")
  }

  /// Why a signature that gpg could not check was not checked: lower case, no full stop.
  var unreadableSentence: String {
    let claim = issuer.map { ", which claims key \($0)" } ?? ""
    return "this gpg cannot check its kind of signature (\(kind))\(claim)"
  }
}

extension HashAlgorithm {
  /// Whether there are releases of GnuPG that do not know it.
  fileprivate var isForeignToGPG: Bool { ![1, 2, 3, 8, 9, 10, 11].contains(rawValue) }
}
