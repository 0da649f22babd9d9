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
    let rivals = try Rival.all(of: [(update.certificate, update.known)], with: &gpg)
    for rival in rivals { session.console.note(rival.words) }
    guard try isWanted(update, isRival: !rivals.isEmpty, isNamed: named != nil, on: session) else { return [] }
    let certificate = try update.apply(with: &gpg)
    for change in update.changes {
      session.console.note("imported \(certificate.fingerprint.short): \(change.words)")
    }
    if update.known == nil { session.console.note(nextStep(certificate)) }
    return [certificate.fingerprint]
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
