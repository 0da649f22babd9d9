/// What an import did, certificate by certificate.
///
/// GPGME: `gpgme_import_result_t`
package struct ImportReport: Sendable, Equatable {
  /// One certificate that was taken in, or could not be.
  package struct Entry: Sendable, Equatable {
    /// The primary fingerprint.
    package let fingerprint: Fingerprint
    /// What came in; empty when all of it was here already.
    package let changes: ImportChanges
    /// Why it was not taken in, in gpg-error's words; nil when it was.
    package let failure: String?
  }

  /// Every certificate that the data holds and gpg considered, in order, each once.
  package let entries: [Entry]
  /// How many certificates were revoked by bare revocations in the data, which have no entry.
  package let revocations: Int
  /// How many keys were skipped as unusable: without a user ID, of version 3, or broken.
  package let skipped: Int

  /// True when there was nothing to import in the data.
  package var isEmpty: Bool { entries.isEmpty && revocations == 0 && skipped == 0 }
}

/// What an import added to one certificate.
///
/// Source: GPGME `GPGME_IMPORT_NEW` and its siblings
package struct ImportChanges: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The whole certificate is new.
  package static let certificate = ImportChanges(rawValue: 1)
  /// User IDs.
  package static let userIDs = ImportChanges(rawValue: 2)
  /// Signatures, such as a later expiry or a revocation.
  package static let signatures = ImportChanges(rawValue: 4)
  /// Subkeys.
  package static let subkeys = ImportChanges(rawValue: 8)
  /// Secret keys.
  package static let secretKey = ImportChanges(rawValue: 16)
}
