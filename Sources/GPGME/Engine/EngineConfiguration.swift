package import ByteStreams
package import SystemPackage

/// How gpg is run for one context: chosen once, never through the environment.
package struct EngineConfiguration: Sendable {
  /// Who answers when a secret key is locked.
  package enum PassphrasePolicy: Sendable {
    /// GnuPG's own pinentry asks the user.
    case pinentry
    /// Nobody is asked: what gpg-agent still remembers serves, else the operation fails at once.
    case neverAsk
    /// These bytes answer every question; gpg-agent's memory is not used.
    case given(SecretBytes)
  }

  /// The GnuPG home; nil for GnuPG's own choice (`GNUPGHOME`, else `~/.gnupg`).
  package var home: FilePath?
  /// Who answers when a secret key is locked.
  package var passphrases: PassphrasePolicy
  /// How long gpg may give no sign of life before it is stopped; nil for ever.
  ///
  /// It counts silence, not work: a long message on a slow disk does not run into it.
  package var patience: Duration?
  /// Stops whatever runs when its owner says so; nil for a token of the context's own.
  package var cancellation: CancellationToken?
  /// Whether a signer's certificate is looked up once for all messages of a context: for a run over many messages, which is judged by
  /// the keyring as it was at its start.
  package var remembersSigners = false
  /// Told what gpg says while it works, on the thread that runs the operation; nil for nobody.
  package var observer: (@Sendable (EngineEvent) -> Void)?

  /// A configuration; patience is a minute unless somebody may be thinking about a passphrase.
  package init(
    home: FilePath? = nil, passphrases: PassphrasePolicy = .pinentry, cancellation: CancellationToken? = nil
  ) {
    self.home = home
    self.passphrases = passphrases
    self.cancellation = cancellation
    if case .pinentry = passphrases { patience = nil } else { patience = .seconds(60) }
  }
}
