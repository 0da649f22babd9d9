package import OpenPGPPackets

/// A certificate that a place on the network gave, in memory only.
package struct FoundCertificate: Sendable {
  /// What gpg read in it: user IDs without a valid self-signature are not among it.
  ///
  /// Their validity is unknown.
  package let certificate: Certificate
  /// Its packets, without certifications by others and without user IDs that were not wanted.
  package let keyblock: Keyblock
  package let directory: KeyDirectory
}
