package import MIME
package import SystemPackage

/// How a message is opened.
package struct OpenOptions: Sendable {
  /// Now, in seconds since 1970: signatures are judged by it.
  package var now: Int64
  /// Plaintext up to this many bytes is held in memory; longer one is decrypted a second time when it is wanted.
  package var holdLimit = 16 << 20
  /// Where longer plaintext may lie in an unlinked file of mode 0600 instead: the folder that the user named for the content.
  package var scratch: FilePath?
  /// How many times longer than the ciphertext the plaintext may be, once it is over `expansionFloor`.
  package var expansionFactor = 100
  /// Up to this many bytes every plaintext is taken.
  package var expansionFloor = 64 << 20
  /// Bounds for the message and for every layer inside.
  package var limits = MIMELimits.standard
  /// How many layers of encryption are opened.
  package var encryptionLayers = 3
  /// How many layers of signature are verified, each of which reads all that is inside.
  package var signatureLayers = 4
  /// Told how many bytes of how many of the layer at work have been read.
  package var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }

  package init(now: Int64) {
    self.now = now
  }

  /// The bound for the plaintext of a ciphertext of `size` bytes.
  func expansionLimit(for size: Int) -> Int {
    max(expansionFloor, size.multipliedReportingOverflow(by: expansionFactor).overflow ? .max : size * expansionFactor)
  }
}
