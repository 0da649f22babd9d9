package import ByteStreams

extension Context {
  /// Revokes an own key, for ever: its primary key signs that.
  ///
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.passphrase`, `.nothingChanged` when it is not revoked in spite of GnuPG's word, and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_interact` (`revkey` of `gpg --edit-key`)
  package mutating func revoke(
    _ certificate: Certificate, saying statement: RevocationStatement
  ) throws(GPGMEError) -> Certificate {
    // With no key chosen all of it is meant.
    let after = try edit(.revoke, certificate, commands: ["revkey", "save"], answers: statement.answers)
    guard after.flags.contains(.revoked) else {
      throw GPGMEError(.revoke, subject: certificate.fingerprint.hex, cause: unsaidCause(for: certificate))
    }
    return after
  }

  /// Revokes a key by a revocation certificate that was made before, with neither its secret part nor a passphrase.
  ///
  /// Only a revocation of this very key is taken, and nothing else that the data may hold: GnuPG then checks its signature.
  /// - Parameter data: binary or armored; the colon with which GnuPG makes the armor of a stored one harmless is passed over. Bounded by
  ///   the caller.
  /// - Returns: The certificate as it is afterwards.
  /// - Throws: `.notItsRevocation`, and what else can befall gpg.
  ///
  /// Source: RFC 9580 §5.2.1.11; GPGME: `gpgme_op_import`
  package mutating func revoke(
    _ certificate: Certificate, by data: ByteStore
  ) throws(GPGMEError) -> Certificate {
    let subject = certificate.fingerprint.hex
    let bytes: [UInt8]
    do throws(StreamError) {
      bytes = try data.read(0..<data.count)
    } catch {
      throw GPGMEError(.revoke, subject: subject, cause: .stream(error))
    }
    let binary = try Self.revocation(in: bytes, of: certificate.fingerprint, .revoke)
    let refusal = GPGMEError(.revoke, subject: subject, cause: .notItsRevocation(nil))
    do throws(GPGMEError) {
      _ = try importUnchanged(ArraySource(binary))
    } catch {
      // gpg says in prose that a signature is bad, and that it imported nothing.
      guard error.cause == .noData else { throw GPGMEError(.revoke, subject: subject, cause: error.cause) }
      throw refusal
    }
    let after = try self.certificate(with: certificate.fingerprint)
    guard after.flags.contains(.revoked) else { throw refusal }
    return after
  }
}
