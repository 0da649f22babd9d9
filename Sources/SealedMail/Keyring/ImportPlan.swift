import ByteStreams
package import GPGME
import OpenPGPPackets

/// What an import would do, key by key, before anything is taken in.
///
/// Certifications by others are cut off from all of it: anybody can add thousands of bogus ones, which make gpg slow for ever.
package struct ImportPlan: Sendable {
  /// One key, and what would become of it.
  package enum Item: Sendable {
    case certificate(CertificateUpdate)
    /// With its certificate.
    case secretKey(Certificate, isKnown: Bool)
    /// A certificate without user IDs, which updates a known one and is nothing alone.
    case useless(Fingerprint)
  }

  package let items: [Item]
  private let secretKeys: [[UInt8]]
  private let revocations: [[UInt8]]

  /// How many revocations came alone: whose they are gpg tells when it takes them.
  package var revocationCount: Int { revocations.count }

  /// Whether anything would be new in the keyring, as far as it can be told before.
  package var isNews: Bool {
    !revocations.isEmpty
      || items.contains { item in
        switch item {
        case .certificate(let update): update.isNews
        case .secretKey(_, let isKnown): !isKnown
        case .useless: false
        }
      }
  }

  /// Lays `material` beside the keyring.
  ///
  /// - Throws: What can befall gpg; `.stream` for a certificate that is too large.
  package init(_ material: [KeyMaterial], with context: inout Context) throws(GPGMEError) {
    var blocks: [Keyblock] = []
    var (secretKeys, revocations): ([[UInt8]], [[UInt8]]) = ([], [])
    for piece in material {
      switch piece {
      case .certificates(let some): blocks += some
      case .secretKeys(let bytes): secretKeys.append(bytes)
      case .revocations(let bytes): revocations.append(bytes)
      }
    }
    var items: [Item] = []
    for bytes in secretKeys {
      for certificate in try context.preview(ArraySource(bytes)) {
        let known = try context.certificates(with: [certificate.fingerprint], in: .secretKeys)
        items.append(.secretKey(certificate, isKnown: !known.isEmpty))
      }
    }
    items += try Self.updates(by: blocks, with: &context)
    (self.items, self.secretKeys, self.revocations) = (items, secretKeys, revocations)
  }

  private static func updates(
    by blocks: [Keyblock], with context: inout Context
  ) throws(GPGMEError) -> [Item] {
    var order: [Fingerprint] = []
    var stripped: [Fingerprint: Keyblock] = [:]
    for block in blocks {
      guard let fingerprint = Fingerprint(keyPacket: block.primaryKey) else { continue }
      let own: Keyblock
      do throws(StreamError) { own = try block.signed(by: fingerprint.keyID) } catch {
        throw GPGMEError(.preview, subject: fingerprint.hex, cause: .stream(error))
      }
      if let before = stripped[fingerprint] {
        stripped[fingerprint] = before.merged(with: own) ?? before
      } else {
        order.append(fingerprint)
        stripped[fingerprint] = own
      }
    }
    let known = Dictionary(
      try context.certificates(with: order, detail: .certifications).map { ($0.fingerprint, $0) }
    ) { first, _ in first }
    let strange = order.filter { known[$0] == nil }
    let previews = try previews(of: strange.compactMap { stripped[$0] }, with: &context)
    var items: [Item] = []
    for fingerprint in order {
      guard let block = stripped[fingerprint] else { continue }
      if let known = known[fingerprint] {
        if let update = try CertificateUpdate.of(known, and: block, with: &context) {
          items.append(.certificate(update))
        }
      } else if let preview = previews[fingerprint] {
        items.append(.certificate(CertificateUpdate(new: preview, block)))
      } else {
        items.append(.useless(fingerprint))
      }
    }
    return items
  }

  /// What gpg reads in certificates that the keyring does not have; one that it does not take is missing.
  private static func previews(
    of blocks: [Keyblock], with context: inout Context
  ) throws(GPGMEError) -> [Fingerprint: Certificate] {
    guard !blocks.isEmpty else { return [:] }
    do throws(GPGMEError) {
      let found = try context.preview(ConcatenatedSource(blocks.map { ArraySource($0.bytes) }))
      return Dictionary(
        found.filter { $0.userIDs.contains(where: \.isUsable) || $0.flags.contains(.revoked) }.map {
          ($0.fingerprint, $0)
        }
      ) { first, _ in first }
    } catch {
      if error.cause == .noData { return [:] }
      throw error
    }
  }

  /// What one key has become.
  package struct Outcome: Sendable {
    package let certificate: Certificate
    /// Empty when nothing but signatures came.
    package let changes: [CertificateChange]
    /// Whether its secret part came.
    package let isSecret: Bool
  }

  /// Takes everything into the keyring that is news.
  ///
  /// - Returns: What came in, and how many keys were revoked by revocations alone.
  /// - Throws: `.malformed` and `.other` for what gpg refuses, with what was taken before it in the keyring.
  package func apply(with context: inout Context) throws(GPGMEError) -> (outcomes: [Outcome], revocations: Int) {
    var outcomes: [Outcome] = []
    for bytes in secretKeys {
      let report = try Self.checked(try context.importKeys(ByteStore(bytes)))
      for certificate in try context.certificates(with: report.entries.map(\.fingerprint), detail: .certifications) {
        outcomes.append(Outcome(certificate: certificate, changes: [.added], isSecret: true))
      }
    }
    for case .certificate(let update) in items where update.isNews {
      let unchanged = update.changes.isEmpty ? update.known : nil
      let before = try unchanged.map { known throws(GPGMEError) in try context.keyblock(of: known) }
      let certificate = try update.apply(with: &context)
      // Signatures that are not good, gpg leaves out in silence.
      if let before, try context.keyblock(of: certificate) == before { continue }
      outcomes.append(Outcome(certificate: certificate, changes: update.changes, isSecret: false))
    }
    var revoked = 0
    for bytes in revocations {
      revoked += try Self.checked(try context.importUnchanged(ArraySource(bytes))).revocations
    }
    return (outcomes, revoked)
  }

  private static func checked(_ report: ImportReport) throws(GPGMEError) -> ImportReport {
    for entry in report.entries {
      guard let failure = entry.failure else { continue }
      throw GPGMEError(
        .importKeys, subject: entry.fingerprint.hex, cause: .other(code: 0, text: failure, component: "gpg"))
    }
    return report
  }
}
