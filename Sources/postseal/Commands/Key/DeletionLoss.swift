import GPGME
import OpenPGPPackets
import SystemPackage

/// What is lost with a certificate or a secret key, and what refers to it.
struct DeletionLoss {
  let certificate: Certificate
  let deletion: Deletion
  /// Where its revocation certificate is stored; nil when none is, or it is another person's.
  let revocationCertificate: FilePath?
  /// When postseal last backed it up here, in seconds since 1970; nil when it never did.
  let lastBackup: Int64?
  /// What refers to it, a sentence each.
  let references: [String]
  /// How many certificates it accepted or certified that would count no more.
  let certifiedCount: Int

  /// Finds out what would be lost; the certificate must have been listed with its certifications.
  ///
  /// - Throws: `GPGMEError`.
  static func of(
    _ certificate: Certificate, _ deletion: Deletion, on session: Session, with gpg: inout Context
  ) throws(GPGMEError) -> DeletionLoss {
    var certified = 0
    if deletion != .secretKey, certificate.ownertrust >= .marginal {
      certified = try gpg.certificates(detail: .certifications).count { other in
        other.userIDs.contains { other.isCertified($0.text, by: certificate) }
      }
    }
    return DeletionLoss(
      certificate: certificate, deletion: deletion,
      revocationCertificate: certificate.hasSecret ? gpg.revocationCertificate(of: certificate.fingerprint) : nil,
      lastBackup: certificate.hasSecret ? BackupRecord.last(of: certificate.fingerprint, on: session) : nil,
      references: session.configuration.references(to: certificate), certifiedCount: certified)
  }

  /// The secret keys that would be gone for ever: those in files of this home.
  private var lostKeys: [Subkey] {
    deletion == .certificate ? [] : certificate.subkeys.filter { $0.hasSecret && $0.card == nil }
  }

  /// The keys to what was encrypted that would be gone; expired and revoked ones open old mail, too.
  private var lostDecryptionKeys: [Subkey] { lostKeys.filter { $0.uses.contains(.encryption) } }

  /// The lines that tell it, in the columns of a certificate's report.
  func lines() -> [String] {
    var lines = lostDecryptionKeys.map { key in
      let made = key.created.map { ", made \(calendarDate($0))" } ?? ""
      return
        "lost         whatever was encrypted to key \(key.keyID) (\(key.algorithm)\(made)) can never be read again without a copy of it"
    }
    if lostKeys.contains(where: { !$0.uses.isDisjoint(with: [.signing, .certification]) }) {
      lines.append(
        "lost         nobody can sign with the key, renew it or change its addresses again without a copy of it")
    }
    lines += backupLines + cardLines + revocationLines
    if deletion != .secretKey {
      let accepted = certificate.userIDs.filter { $0.ownAcceptance != nil }
      for userID in accepted {
        lines.append("lost         that you accepted it for \(TerminalText.visible(userID.address ?? userID.text))")
      }
      if certificate.ownertrust > .undefined {
        lines.append("lost         its trust, which is \(Ownertrust(certificate.ownertrust).rawValue)")
      }
    }
    if certifiedCount > 0 {
      lines.append(
        "lost         what it certified: \(certifiedCount == 1 ? "1 certificate" : "\(certifiedCount) certificates"), no longer accepted or verified because of it"
      )
    }
    if deletion == .secretKey, certificate.ownertrust == .ultimate {
      lines.append(
        "kept         its ultimate trust, so that what it certified counts: `postseal key trust \(certificate.fingerprint.hex) unknown` ends that"
      )
    }
    return lines + references.map { "used by      \(TerminalText.visible($0))" }
  }

  private var backupLines: [String] {
    guard !lostKeys.isEmpty else { return [] }
    guard let lastBackup else {
      return ["backup       none was made here; make one first, unless you have one: `postseal key backup FILE`"]
    }
    let missing = lostKeys.filter { ($0.created ?? 0) > lastBackup }.map(\.keyID.description)
    let day = calendarDate(lastBackup)
    return missing.isEmpty
      ? ["backup       one was made on \(day): `postseal key restore FILE` brings the key back from it"]
      : [
        "backup       that of \(day) does not hold \(missing.joined(separator: ", ")); make another first: `postseal key backup FILE`"
      ]
  }

  private var cardLines: [String] {
    guard deletion != .certificate else { return [] }
    return Set(certificate.subkeys.compactMap(\.card)).sorted().map { card in
      let keys = certificate.subkeys.filter { $0.card == card }.map(\.keyID.description)
      return
        "kept         \(keys.joined(separator: ", ")) on card \(TerminalText.visible(card)): only the note of it is deleted here"
    }
  }

  private var revocationLines: [String] {
    guard !lostKeys.isEmpty else { return [] }
    guard let revocationCertificate else {
      return certificate.flags.contains(.revoked)
        ? [] : ["revocation   no certificate for it is stored here: without one nobody can revoke the lost key"]
    }
    let command =
      deletion == .secretKey
      ? ": `postseal key revoke \(certificate.fingerprint.hex) --from-certificate` needs no secret key" : ""
    return [
      "revocation   a certificate for it stays in \(TerminalText.visible(revocationCertificate.string))\(command)"
    ]
  }

  /// The members of the `--json` report.
  ///
  /// - Parameter deleted: nil when nothing was deleted.
  func json(deleted: Fingerprint?) -> KeyValuePairs<String, JSONValue> {
    [
      "deleted": .optional(deleted?.hex),
      "parts": .strings(
        (deletion == .secretKey ? [] : ["certificate"])
          + (deletion != .certificate && certificate.hasSecret ? ["secretKey"] : [])),
      "lostKeys": .strings(lostDecryptionKeys.map(\.keyID.description)),
      "cards": .strings(deletion == .certificate ? [] : Set(certificate.subkeys.compactMap(\.card)).sorted()),
      "revocationCertificate": .optional(revocationCertificate?.string),
      "lastBackup": .optional(lastBackup),
      "references": .strings(references),
      "certified": .number(certifiedCount),
    ]
  }
}

extension Configuration {
  /// What of the configuration refers to a certificate, a sentence each.
  fileprivate func references(to certificate: Certificate) -> [String] {
    let mapped = keys.filter { Fingerprint($0.fingerprint) == certificate.fingerprint }.map {
      "[keys] of the configuration, for \($0.recipient.text)"
    }
    let named = accounts.filter { $0.key.flatMap { Fingerprint($0) } == certificate.fingerprint }.map {
      "[account.\($0.name)] of the configuration, as its key"
    }
    guard certificate.hasSecret else { return mapped + named }
    let addresses = certificate.userIDs.filter(\.isUsable).compactMap(\.address)
    let byAddress = accounts.filter { $0.key == nil }.flatMap { account in
      addresses.filter { address in
        account.from.contains { text in
          UserID.address(in: text).map { UserID.address($0, equals: address) } == true
        }
      }.map { "[account.\(account.name)] of the configuration, which writes as \($0)" }
    }
    return mapped + named + byAddress
  }
}
