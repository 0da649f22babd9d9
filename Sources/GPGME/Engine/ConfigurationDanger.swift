package import SystemPackage

/// A line of gpg.conf that weakens gpg, or what can be relied upon.
package struct ConfigurationDanger: Sendable, Equatable {
  /// How much it matters here.
  package enum Weight: Sendable, Equatable {
    /// It weakens what is done here, stops it, or makes other programs unsafe.
    case harmful
    /// It is not followed here, and common.
    case overruled
  }

  package let file: FilePath
  /// Counted from 1.
  package let line: Int
  /// The option with its value.
  package let text: String
  package let weight: Weight
  /// What it does, and what that means here: the end of a sentence that begins with the line.
  package let consequence: String

  /// All such lines of the files that gpg reads for `home`, nil for GnuPG's own choice.
  package static func all(home: FilePath?) -> [ConfigurationDanger] {
    ConfigurationFile.lines(home: home).compactMap { line in
      meaning(of: line.option, line.value).map { weight, consequence in
        ConfigurationDanger(
          file: line.file, line: line.number, text: line.value.isEmpty ? line.option : "\(line.option) \(line.value)",
          weight: weight, consequence: consequence)
      }
    }
  }

  /// What an option means; nil for one without danger.
  private static func meaning(of option: String, _ value: String) -> (Weight, String)? {
    if ConfigurationFile.logOptions.contains(option[...]) {
      return (
        .harmful, "sends gpg's log elsewhere; postseal opens no message of which only the log says that it is whole"
      )
    }
    if ConfigurationFile.importOptions.contains(option[...]) {
      return (.harmful, "lets any mail put certificates into the keyring; postseal opens and verifies nothing with it")
    }
    switch option {
    case "ignore-mdc-error":
      return (.harmful, "lets gpg give out messages that were altered on the way; postseal still refuses them")
    case "trust-model" where value == "always", "always-trust":
      return (.harmful, "calls every certificate valid, whoever made it; postseal does not follow it, others do")
    case "digest-algo" where !isSound(hash: value):
      return (.harmful, "makes gpg sign with \(value), which protects nothing; postseal refuses to sign with it")
    case "cert-digest-algo" where !isSound(hash: value):
      return (.harmful, "makes gpg certify with \(value), which protects nothing and which others refuse")
    case "cipher-algo" where weakCiphers.contains(value.uppercased()):
      return (.harmful, "makes gpg encrypt with \(value), which is too weak for long messages")
    case "allow-weak-digest-algos":
      return (.harmful, "lets signatures count that anybody can forge; postseal still calls them weak")
    case "allow-weak-key-signatures":
      return (
        .harmful, "lets certifications count that anybody can forge, and so makes certificates valid that are not"
      )
    case "throw-keyids", "group", "recipient", "hidden-recipient", "rfc2440":
      return (.harmful, "changes for whom or how gpg encrypts; postseal refuses what comes out")
    case "encrypt-to", "hidden-encrypt-to":
      return (.overruled, "adds a recipient to whatever gpg encrypts; postseal adds only yourself")
    case "auto-key-retrieve": return retrieval
    case "keyserver-options" where value.split(whereSeparator: { ", ".contains($0) }).contains("auto-key-retrieve"):
      return retrieval
    default: return nil
    }
  }

  private static let retrieval: (Weight, String) = (
    .overruled, "tells a key server whose mail you read; postseal forbids it, others do not"
  )

  /// Ciphers with blocks of 64 bits, by name and by number (RFC 9580 §9.3).
  private static let weakCiphers: Set<String> = ["IDEA", "S1", "3DES", "S2", "CAST5", "S3", "BLOWFISH", "S4"]

  /// Whether a hash, by name or number (RFC 9580 §9.5), is one that signatures of ours may have.
  private static func isSound(hash: String) -> Bool {
    ["SHA256", "SHA384", "SHA512", "H8", "H9", "H10"].contains(hash.uppercased())
  }
}
