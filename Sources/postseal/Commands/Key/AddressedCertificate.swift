import GPGME

extension [Certificate] {
  /// The one of these certificates for an address: the one whose fingerprint is named, else the only one.
  ///
  /// - Parameter command: what takes the address and the fingerprint.
  /// - Throws: `Failure` 30 when there is none, 64 when there are several or the fingerprint is none.
  func one(for address: String, named fingerprint: String?, in command: String) throws(Failure) -> Certificate {
    guard !isEmpty else { throw Failure.noCertificate(address) }
    guard let fingerprint else {
      guard count == 1 else {
        throw Failure(
          .usage, sentences: ["several certificates have the address \(address)"],
          hints: map { "name one: `\(command) \(ShellWord.quoted(address)) \($0.fingerprint.hex)`" })
      }
      return self[0]
    }
    guard let named = Fingerprint(fingerprint) else {
      throw Failure(
        .usage, "`\(fingerprint)` is no whole fingerprint of 40 or 64 hexadecimal digits",
        hint: "see it with `postseal key show \(ShellWord.quoted(address))`")
    }
    guard let certificate = first(where: { $0.fingerprint == named }) else {
      throw Failure(.noCertificate, "no certificate \(named.short) for \(address) in your keyring")
    }
    return certificate
  }
}
