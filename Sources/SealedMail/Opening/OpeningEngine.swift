package import ByteStreams
package import GPGME

/// What opening asks of OpenPGP: gpg behind a ``Context``, or a script in a test.
package protocol OpeningEngine: ~Copyable {
  /// How gpg is run, for a second decryption of what is too large to be held.
  var configuration: EngineConfiguration { get }

  /// Decrypts one layer and checks the signatures inside; what `sink` got must be dropped when this throws.
  mutating func decrypt(
    _ ciphertext: any ByteSource, sessionKey: SessionKeyUse, into sink: any ByteSink
  ) throws(GPGMEError) -> DecryptionReport

  /// Checks a detached signature over `content`.
  mutating func verifyDetached(
    _ signature: any ByteSource, over content: any ByteSource
  ) throws(GPGMEError) -> [SignatureReport]

  /// Checks a cleartext signed text; `sink` gets the text that was signed, and nothing of what stands around it.
  mutating func verifyCleartext(
    _ text: any ByteSource, into sink: any ByteSink
  ) throws(GPGMEError) -> [SignatureReport]
}

extension Context: OpeningEngine {}
