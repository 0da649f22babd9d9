import OpenPGPPackets

extension SignatureSummary {
  /// Whether every gpg knows the packet's version.
  var isFamiliar: Bool { (2...4).contains(version) }

  /// Whether there are releases of GnuPG that cannot check it.
  var isForeignToGPG: Bool {
    guard isFamiliar, let algorithm, let hash else { return true }
    return algorithm.isForeignToGPG || hash.isForeignToGPG
  }

  /// Why a signature that gpg could not check was not checked: lower case, no full stop.
  var unreadableSentence: String {
    let way = algorithm.flatMap { algorithm in hash.map { "\(algorithm) with \($0)" } }
    let kind =
      switch (isFamiliar, way) {
      case (true, let way?): "there is a signature by \(way)"
      case (false, let way?): "there is a signature of version \(version) (\(way))"
      case (_, nil): "there is a signature of version \(version)"
      }
    return "\(kind), which this gpg cannot check" + (issuer.map { "; it claims key \($0)" } ?? "")
  }
}

extension HashAlgorithm {
  /// Whether there are releases of GnuPG that do not know it.
  fileprivate var isForeignToGPG: Bool { ![1, 2, 3, 8, 9, 10, 11].contains(rawValue) }
}
