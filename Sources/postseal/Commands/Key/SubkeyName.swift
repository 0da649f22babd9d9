import ArgumentParser
import GPGME

/// How a subkey is named on the command line: by its whole fingerprint.
struct SubkeyName: ExpressibleByArgument {
  let fingerprint: Fingerprint

  init?(argument: String) {
    guard let fingerprint = Fingerprint(argument) else { return nil }
    self.fingerprint = fingerprint
  }

  /// The subkey of `certificate` that has this name and was not revoked.
  ///
  /// - Parameter whole: the command for the key as a whole, for whoever names its primary key.
  /// - Throws: `Failure` 64 for the primary key, 30 for a key that it does not have, 32 for a revoked one.
  func subkey(of certificate: Certificate, whole: String) throws(Failure) -> Subkey {
    guard fingerprint != certificate.fingerprint else {
      throw Failure(
        .usage, "\(fingerprint.short) is the primary key, no subkey", hint: "for the key as a whole: `\(whole)`")
    }
    guard let subkey = certificate.subkeys.first(where: { $0.fingerprint == fingerprint }) else {
      throw Failure(
        .noCertificate, "key \(certificate.fingerprint.short) has no subkey \(fingerprint.short)",
        hint: "see its subkeys with `postseal key show \(certificate.fingerprint.hex)`")
    }
    guard !subkey.flags.contains(.revoked) else {
      throw Failure(
        .unusableCertificate, "cannot change subkey \(fingerprint.short): it was revoked, which is for ever",
        hint: "add another with `postseal key subkey add \(certificate.fingerprint.hex)`")
    }
    return subkey
  }
}

extension Subkey {
  /// What the subkey is, in a sentence: "subkey 6AEA … for encryption".
  var words: String { "subkey \(fingerprint.short) for \(uses.map(\.rawValue).sorted().joined(separator: " and "))" }
}

extension Session {
  /// Prints a key after a change of its subkeys, and what it cannot be used for any more because of that.
  ///
  /// - Throws: `Failure` when it cannot be written.
  func tellSubkeyChange(of key: Certificate, before: Certificate, _ sentence: String) throws(Failure) {
    try tellChange(of: key, sentence)
    for use in [KeyUse.encryption, .signing] where before.problem(for: use, at: now) == nil {
      guard let problem = key.problem(for: use, at: currentTime()) else { continue }
      console.note(
        "the key cannot be used for \(use.rawValue) now: it \(problem.words); `postseal key subkey add \(key.fingerprint.hex)` adds a subkey"
      )
    }
  }
}
