import ByteStreams
import GPGME
import SealedMail
import SystemPackage

/// What `doctor` looks at, in its order; nothing is changed but that gpg-agent may be started, and nobody is asked on a network.
struct Checkup {
  let session: Session
  /// Why the configuration could not be read; the session has the default one then.
  let configurationFailure: Failure?

  /// Everything that was found.
  func findings() -> [HealthFinding] {
    do throws(GPGMEError) {
      var gpg = try session.gpg()
      let installation = gpg.installation()
      let keyring = installation.isRunning ? keyring(at: installation.home, with: &gpg) : (own: nil, findings: [])
      return engine(installation) + home(installation.home)
        + [agent(installation, gpg.agentProblem()), pinentry(installation), terminal(), dirmngr(installation)]
        + gpgConf(installation.home) + keyring.findings + configuration(own: keyring.own, with: &gpg)
    } catch {
      return [Self.engineFailure(error)] + [terminal()] + configuration(own: nil)
    }
  }

  /// Whether gpg-agent keeps secret keys there, whatever gpg lists.
  private static func hasSecretKeys(_ home: FilePath) -> Bool {
    do throws(StreamError) {
      return try Folder(home.appending("private-keys-v1.d")).names(.files).contains { $0.extension == "key" }
    } catch {
      return false
    }
  }

  private static func brokenKeyring(_ home: FilePath) -> HealthFinding {
    .problem(
      .ownKey, .keyringFailed, .configuration,
      "secret keys lie in \(home)/private-keys-v1.d, but gpg lists none: it cannot read its keyring, or their certificates are gone",
      mend: "run `gpg --list-secret-keys` to see why; a lost certificate comes back with `postseal key import FILE`")
  }

  /// Why the keys could not be listed.
  static func keyringFailure(_ error: GPGMEError) -> HealthFinding {
    let failure = Failure(error)
    return .problem(
      .ownKey, .keyringFailed, failure.status, failure.sentences.joined(separator: "; "),
      mend: failure.hints.first ?? "run `gpg --list-secret-keys` to see why")
  }

  /// The user's own keys, and what they lack; nil when they cannot be listed.
  private func keyring(
    at home: FilePath?, with gpg: inout Context
  ) -> (own: [Certificate]?, findings: [HealthFinding]) {
    do throws(GPGMEError) {
      let own = try gpg.certificates(in: .secretKeys)
      // gpgme takes a keyring that gpg cannot read for an empty one.
      if own.isEmpty, let home, Self.hasSecretKeys(home) { return (nil, [Self.brokenKeyring(home)]) }
      let stored = own.filter { gpg.revocationCertificate(of: $0.fingerprint) != nil }.map(\.fingerprint)
      return (own, keys(OwnKeyReview.of(own, at: session.now), withRevocation: Set(stored)))
    } catch {
      return (nil, [Self.keyringFailure(error)])
    }
  }
}
