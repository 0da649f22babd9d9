import GPGME

/// Backups of the user's own keys, as far as postseal made them.
extension Checkup {
  /// What is worth knowing about the backup of a key; nil when there is one that holds all of it.
  func backup(of key: Certificate) -> HealthFinding? {
    let secret = key.subkeys.filter { $0.hasSecret && $0.card == nil }
    // What a smartcard holds leaves it never.
    guard !secret.isEmpty else { return nil }
    let mend = "`postseal key backup FILE`, and keep the file elsewhere than this machine"
    guard let last = BackupRecord.last(of: key.fingerprint, on: session) else {
      return .note(
        .backup, .noBackup,
        "\(Self.name(key)) has no backup that postseal made here; without one a lost key takes your mail with it",
        mend: mend)
    }
    guard let newest = secret.compactMap(\.created).max(), newest > last else { return nil }
    return .note(
      .backup, .backupTooOld,
      "\(Self.name(key)) has a subkey of \(calendarDate(newest)) that its backup of \(calendarDate(last)) does not hold",
      mend: mend)
  }
}
