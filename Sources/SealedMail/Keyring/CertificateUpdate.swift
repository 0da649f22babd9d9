import ByteStreams
package import GPGME
import OpenPGPPackets

/// A certificate from elsewhere beside what the keyring has of it: nothing is imported before ``apply(with:)``.
package struct CertificateUpdate: Sendable {
  /// The certificate as the keyring has it; nil when it is not there.
  package let known: Certificate?
  /// As it would be with all of it.
  package let certificate: Certificate
  /// What would be new in the keyring; empty when nothing that can be seen would.
  package let changes: [CertificateChange]
  /// User IDs that came and would not be taken.
  package let omitted: [String]
  /// Both copies in one.
  private let keyblock: Keyblock
  /// True when `keyblock` has more packets than the keyring.
  private let hasMore: Bool

  /// Which user IDs are taken from elsewhere.
  package enum UserIDs: Sendable {
    /// All that came: a person sees them before.
    case all
    /// Those that the keyring has already: a new name is nothing that an update may bring in silence.
    case known
  }

  /// Lays copies of one certificate beside the keyring's.
  ///
  /// The user IDs of the keyring's copy serve copies that have none.
  /// - Returns: Nil when gpg reads no certificate in it, or a new one without user IDs.
  /// - Throws: What can befall gpg.
  package static func of(
    _ copies: [FoundCertificate], taking userIDs: UserIDs, with context: inout Context
  ) throws(GPGMEError) -> CertificateUpdate? {
    guard let first = copies.first else { return nil }
    var incoming = first.keyblock
    for copy in copies.dropFirst() { incoming = incoming.merged(with: copy.keyblock) ?? incoming }
    let fingerprint = first.certificate.fingerprint
    let known = try context.certificates(with: [fingerprint], detail: .certifications)
      .first { $0.fingerprint == fingerprint }
    guard let known else {
      guard let certificate = try context.preview(incoming), !certificate.userIDs.isEmpty else { return nil }
      return CertificateUpdate(new: certificate, incoming)
    }
    let own = try context.keyblock(of: known)
    var omitted: [String] = []
    if case .known = userIDs {
      let texts = Set(own.userIDs)
      let strange = incoming.userIDs.filter { !texts.contains($0) }
      incoming = incoming.keepingUserIDs { texts.contains($0) }
      // Only those that the owner signed are worth a word.
      let names = Set(strange.map { String(decoding: $0, as: UTF8.self) })
      omitted = copies.flatMap(\.certificate.userIDs).filter { $0.isUsable && names.contains($0.text) }.map(\.text)
    }
    var seen: Set<String> = []
    return try joined(
      known, own, with: incoming, omitting: omitted.filter { seen.insert($0).inserted }, in: &context)
  }

  /// Lays another copy beside a certificate of the keyring, whose user IDs serve one that has none.
  ///
  /// - Returns: Nil when it is another certificate, or gpg reads none in it.
  /// - Throws: What can befall gpg.
  static func of(
    _ known: Certificate, and incoming: Keyblock, with context: inout Context
  ) throws(GPGMEError) -> CertificateUpdate? {
    try joined(known, try context.keyblock(of: known), with: incoming, omitting: [], in: &context)
  }

  private static func joined(
    _ known: Certificate, _ own: Keyblock, with incoming: Keyblock, omitting omitted: [String],
    in context: inout Context
  ) throws(GPGMEError) -> CertificateUpdate? {
    guard let merged = own.merged(with: incoming) else { return nil }
    do throws(StreamError) { try merged.checkCount() } catch {
      throw GPGMEError(.preview, subject: known.fingerprint.hex, cause: .stream(error))
    }
    guard let before = try context.preview(own), let after = try context.preview(merged) else { return nil }
    return CertificateUpdate(
      known: known, certificate: after, changes: CertificateChange.all(from: before, to: after), omitted: omitted,
      keyblock: merged, hasMore: merged != own)
  }

  /// One that the keyring does not have.
  init(new certificate: Certificate, _ keyblock: Keyblock) {
    self.init(
      known: nil, certificate: certificate, changes: [.added], omitted: [], keyblock: keyblock, hasMore: true)
  }

  private init(
    known: Certificate?, certificate: Certificate, changes: [CertificateChange], omitted: [String],
    keyblock: Keyblock, hasMore: Bool
  ) {
    self.known = known
    self.certificate = certificate
    self.changes = changes
    self.omitted = omitted
    self.keyblock = keyblock
    self.hasMore = hasMore
  }

  /// Whether it brings anything that the keyring does not have, be it only a signature.
  package var isNews: Bool { hasMore }

  /// Takes it into the keyring, and gives the certificate as it is there then.
  ///
  /// - Throws: `.nothingChanged` when gpg says that it did and did not; what else can befall gpg.
  package func apply(with context: inout Context) throws(GPGMEError) -> Certificate {
    if let known, !hasMore { return known }
    let subject = certificate.fingerprint.hex
    let report = try context.importCertificate(keyblock)
    if let failure = report.entries.lazy.compactMap(\.failure).first {
      throw GPGMEError(.importKeys, subject: subject, cause: .other(code: 0, text: failure, component: "gpg"))
    }
    let now = try context.certificates(with: [certificate.fingerprint], detail: .certifications)
      .first { $0.fingerprint == certificate.fingerprint }
    guard let now, changes.isEmpty || now != known else {
      throw GPGMEError(.importKeys, subject: subject, cause: .nothingChanged)
    }
    return now
  }
}
