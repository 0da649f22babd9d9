package import ByteStreams
package import OpenPGPPackets

extension GPGMEError {
  /// What went wrong: closed, so that a caller's switch gives each its own sentence, hint and exit status.
  package enum Cause: Equatable, Sendable {
    /// The caller's own source or sink failed; its error is unchanged.
    case stream(StreamError)
    /// No secret key here fits; the key IDs that the message names, in its order (0 stands for an anonymous one).
    case noSecretKey(recipients: [KeyID])
    /// The secret key is locked and stayed so.
    case passphrase(PassphraseProblem)
    /// The message is encrypted with a passphrase, and the right one was not given.
    case messagePassphrase(PassphraseProblem)
    /// gpg-agent or its pinentry did not serve.
    case agent(AgentProblem)
    /// The ciphertext cannot be trusted to be what was sent.
    case integrity(IntegrityProblem)
    /// OpenPGP data, but not an encrypted message.
    case notEncrypted
    /// Nothing in the input is OpenPGP data of the kind needed.
    case noData
    /// The input is OpenPGP data that breaks its own format.
    case malformed
    /// Recipients that cannot be encrypted to, all of them.
    case unusableRecipients([UnusableCertificate])
    /// The signer cannot sign.
    case unusableSigner(UnusableCertificate)
    /// The signature was made with a hash that protects nothing any more; its name, such as "SHA1".
    case weakHash(String)
    /// A name fits several keys.
    case ambiguous
    /// No such certificate in the keyring.
    case notFound
    /// There is already one.
    case exists
    /// It still has its secret key, and only the certificate was to be deleted.
    case secretKeyPresent
    /// The user ID is not one that GnuPG accepts.
    case invalidUserID
    /// There is no own secret key that could certify.
    case noCertifyingKey
    /// GnuPG reported success, but a look afterwards shows that nothing changed.
    case nothingChanged
    /// gpg asked something that nobody foresaw and was stopped; its name for the question.
    case unexpectedQuestion(String)
    /// What was to revoke the key is no good revocation of it; the key ID of another key that it revokes.
    case notItsRevocation(KeyID?)
    /// Some keys of the certificate changed and the others did not: how many did, of how many.
    case partlyChanged(Int, of: Int)
    /// gpg is missing, too old or cannot use its home.
    case engine(EngineProblem)
    /// A place on the network did not serve.
    case network(NetworkProblem)
    /// Another program holds the keyring's lock.
    case keyringLocked
    /// The keyring or the file system does not let us write.
    case notWritable
    /// No space is left where gpg writes.
    case noSpace
    /// An algorithm or packet version that gpg does not know; its name or number where gpg tells it.
    case unsupportedAlgorithm(String?)
    /// The owner of the cancellation token stopped it.
    case cancelled
    /// gpg gave no sign of life for this many seconds and was stopped.
    case timedOut(seconds: Int)
    /// Anything else: gpg-error's code, and its text for it and for the component that reported it.
    case other(code: Int, text: String, component: String)
  }

  /// Why a secret key stayed locked, or a message that is encrypted with a passphrase.
  package enum PassphraseProblem: Equatable, Sendable {
    /// It was wrong.
    case wrong
    /// The user closed the question.
    case cancelled
    /// It was wrong, or the user closed the question: gpg does not say which.
    case notGiven
    /// Nobody can be asked: no terminal, or questions are forbidden.
    case nobodyToAsk
    /// The question was not answered in time.
    case timedOut
    /// No program that asks (pinentry) could be started.
    case noPinentry
    /// So many questions were asked for one message that gpg was stopped.
    case askedTooOften
  }

  /// Why gpg-agent did not serve.
  package enum AgentProblem: Equatable, Sendable {
    /// It is not running and could not be started.
    case notRunning
    /// The home's path is too long for the agent's socket; the path.
    case socketPathTooLong(home: String)
    /// The smartcard is missing or broken.
    case card
  }

  /// Why a ciphertext is not trusted.
  package enum IntegrityProblem: Equatable, Sendable {
    /// It was altered or cut on the way.
    case altered
    /// It carries no integrity protection at all.
    case unprotected
    /// It ended early: gpg delivered `got` bytes and had announced `expected`.
    case short(expected: Int, got: Int)
    /// gpg never confirmed that it is whole.
    case unconfirmed
    /// It is protected in a way of which this gpg confirms altered messages, too.
    case unreliable
  }

  /// Why gpg itself cannot run.
  package enum EngineProblem: Equatable, Sendable {
    /// No gpg was found in PATH.
    case missing
    /// It is older than this module needs.
    case tooOld(found: String, needed: String)
    /// The home does not exist; the path.
    case homeMissing(String)
    /// The home is not a folder that this user can use; the path.
    case homeUnusable(String)
    /// libgpgme itself is too old.
    case libraryTooOld(needed: String)
    /// It could not be started, or broke down.
    case failed
    /// Its configuration file has an error.
    case configuration
    /// Its keyring is there and cannot be read.
    case keyringUnreadable
    /// Its configuration file sends the log elsewhere, and the log alone would have told whether a message is whole.
    case logDiverted
    /// Its configuration file lets whatever is read put certificates into the keyring.
    case importsFromMail
  }

  /// A certificate and why it could not be used.
  package struct UnusableCertificate: Equatable, Sendable {
    /// The certificate.
    package let fingerprint: Fingerprint
    /// The reason.
    package let problem: CertificateProblem

    package init(_ fingerprint: Fingerprint, _ problem: CertificateProblem) {
      self.fingerprint = fingerprint
      self.problem = problem
    }
  }
}
