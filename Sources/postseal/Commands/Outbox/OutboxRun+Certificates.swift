import GPGME
import MIME
import MailTransport
import SealedMail

extension OutboxRun {
  /// Why the entries of a message are not sent now: a certificate that they are sealed to would not be taken today, and nobody said
  /// that it goes all the same.
  mutating func reconsidered(_ entries: [OutboxEntry], _ options: GlobalOptions) throws -> Failure? {
    guard let first = entries.first, !approved.contains(first.id.group) else { return nil }
    var gpg = try session.gpg()
    let failures = [try failureOfRecipients(entries, with: &gpg), failureOfSender(first.record, with: &gpg)]
      .compactMap(\.self)
    guard let gravest = failures.first else { return nil }
    let names = entries.map(\.id.description).joined(separator: ", ")
    let stays = Failure(
      gravest.status, sentences: failures.flatMap(\.sentences),
      hints: failures.flatMap(\.hints) + ["or drop it with `postseal outbox drop \(first.id.group)`"])
    guard locked != nil, session.console.terminal.canAsk, !options.batch else { return stays }
    for sentence in stays.sentences { session.console.note("\(sentence), since \(names) was sealed") }
    do throws(Failure) {
      try Question.confirm("Send \(names) all the same?", on: session.console, options: options, otherwise: "")
      approved.insert(first.id.group)
      return nil
    } catch {
      return stays
    }
  }

  private func failureOfRecipients(_ entries: [OutboxEntry], with gpg: inout Context) throws -> Failure? {
    let sealed = entries.flatMap(\.record.pending).compactMap { recipient in
      recipient.certificate.flatMap { Fingerprint($0) }.map { (address: recipient.address, certificate: $0) }
    }
    guard !sealed.isEmpty else { return nil }
    var choice = SealOptions(now: session.now)
    choice.map = try session.configuration.certificateMap()
    if case .address(let sender) = entries[0].record.reversePath {
      choice.autocrypt = try session.autocryptTargets(for: sealed.map(\.address), from: sender, with: &gpg)
    }
    do throws(SealError) {
      let gaps = try Sealer.reconsider(sealed, options: choice, with: &gpg)
      return gaps.isEmpty ? nil : Failure(SealError.recipients(gaps))
    } catch {
      return Failure(error)
    }
  }

  /// The sender's own certificate is in every copy of a message, and mostly the same one in all messages.
  private mutating func failureOfSender(_ record: OutboxRecord, with gpg: inout Context) -> Failure? {
    guard let fingerprint = record.own.flatMap({ Fingerprint($0) }) else { return nil }
    let sender: AddrSpec? = if case .address(let address) = record.reversePath { address } else { nil }
    let own = OwnCertificate(fingerprint: fingerprint, sender: sender, signsOnly: record.protection == .signed)
    if let known = senders[own] { return known }
    var failure: Failure?
    do throws(SealError) {
      try Sealer.reconsider(
        own: fingerprint, of: sender, for: own.signsOnly ? .signing : .encryption, at: session.now, with: &gpg)
    } catch {
      failure = Failure(error)
    }
    senders.updateValue(failure, forKey: own)
    return failure
  }

  /// A certificate of a sender's own, and what it was used for.
  struct OwnCertificate: Hashable {
    let fingerprint: Fingerprint
    let sender: AddrSpec?
    let signsOnly: Bool
  }
}
