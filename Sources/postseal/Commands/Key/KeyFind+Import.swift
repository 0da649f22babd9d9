import GPGME
import SealedMail

extension KeyFind {
  /// Imports what the person wants of it, and gives the fingerprints of that.
  ///
  /// - Throws: `Failure` 1 when it is declined or nobody can be asked, 30 when the one that was named is not among it; `GPGMEError`.
  func importFound(
    _ updates: [CertificateUpdate], on session: Session, with gpg: inout Context
  ) throws -> Set<Fingerprint> {
    let named = fingerprint.flatMap { Fingerprint($0) }
    if let named, !updates.contains(where: { $0.certificate.fingerprint == named }) {
      throw Failure(.noCertificate, "no certificate \(named.short) for \(name.text) was found, nothing was imported")
    }
    let wanted = updates.filter { !$0.changes.isEmpty && (named == nil || $0.certificate.fingerprint == named) }
    guard wanted.count <= 1 else {
      let sentence = "several certificates were found for \(name.text), nothing was imported"
      let hint =
        "name one: " + wanted.map { "`--fingerprint \($0.certificate.fingerprint.hex)`" }.joined(separator: " or ")
      if imports { throw Failure(.usage, sentence, hint: hint) }
      session.console.note("\(sentence); \(hint)")
      return []
    }
    guard let update = wanted.first else { return [] }
    let rivals = try self.rivals(of: update, with: &gpg)
    for (address, other) in rivals { session.console.note(Self.warning(address, other)) }
    guard try isWanted(update, isRival: !rivals.isEmpty, isNamed: named != nil, on: session) else { return [] }
    let certificate = try update.apply(with: &gpg)
    for change in update.changes {
      session.console.note("imported \(certificate.fingerprint.short): \(change.words)")
    }
    if update.known == nil { session.console.note(nextStep(certificate)) }
    return [certificate.fingerprint]
  }

  /// Other certificates that an address of this one has already, for which it is new.
  private func rivals(
    of update: CertificateUpdate, with gpg: inout Context
  ) throws(GPGMEError) -> [(address: String, other: Certificate)] {
    let own = update.known?.userIDs.filter(\.isUsable).compactMap(\.address) ?? []
    let new = update.certificate.userIDs.filter(\.isUsable).compactMap(\.address).filter { address in
      !own.contains { UserID.address($0, equals: address) }
    }
    var rivals: [(String, Certificate)] = []
    for (address, known) in zip(new, try gpg.certificates(for: new)) {
      for other in known where other.fingerprint != update.certificate.fingerprint { rivals.append((address, other)) }
    }
    return rivals
  }

  private static func warning(_ address: String, _ other: Certificate) -> String {
    "\(address) already has another certificate, \(other.fingerprint.short); it stays in use until you accept the new one"
  }

  private func isWanted(
    _ update: CertificateUpdate, isRival: Bool, isNamed: Bool, on session: Session
  ) throws(Failure) -> Bool {
    if isNamed || imports && !isRival { return true }
    let short = update.certificate.fingerprint.short
    let hex = update.certificate.fingerprint.hex
    let canAsk = session.console.terminal.canAsk && !options.batch
    if !canAsk && !imports {
      let option = isRival ? "--fingerprint \(hex)" : "--import"
      session.console.note("nothing was imported: to take certificate \(short), add `\(option)`")
      return false
    }
    try Question.confirm(
      update.known == nil ? "Import certificate \(short)?" : "Update certificate \(short)?", on: session.console,
      options: options, otherwise: "name it with `--fingerprint \(hex)`")
    return true
  }

  private func nextStep(_ certificate: Certificate) -> String {
    let address =
      switch name {
      case .address(let address): ShellWord.quoted(address)
      case .fingerprint: "ADDRESS"
      }
    return
      "compare the fingerprint with its owner, then `postseal key accept \(address) \(certificate.fingerprint.hex)`"
  }
}
