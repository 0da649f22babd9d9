import GPGME
import MIME
import MailTransport
import SealedMail

extension OutboxRun {
  /// Why the entries of a message are not sent now: a certificate that they are sealed to would not be taken today, and nobody said
  /// that it goes all the same.
  mutating func reconsidered(_ entries: [OutboxEntry], _ options: GlobalOptions) throws -> Failure? {
    guard let first = entries.first, !approved.contains(first.id.group) else { return nil }
    let failures = try [failureOfRecipients(entries), failureOfSender(first.record)].compactMap(\.self)
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

  private func failureOfRecipients(_ entries: [OutboxEntry]) throws -> Failure? {
    let sealed = entries.flatMap(\.record.pending).compactMap { recipient in
      recipient.certificate.flatMap { Fingerprint($0) }.map { (address: recipient.address, certificate: $0) }
    }
    guard !sealed.isEmpty else { return nil }
    var gpg = try session.gpg()
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

  /// The sender's own certificate is in every copy of a message.
  private func failureOfSender(_ record: OutboxRecord) throws -> Failure? {
    guard let own = record.own.flatMap({ Fingerprint($0) }) else { return nil }
    let sender: AddrSpec? = if case .address(let address) = record.reversePath { address } else { nil }
    var gpg = try session.gpg()
    do throws(SealError) {
      try Sealer.reconsider(
        own: own, of: sender, for: record.protection == .signed ? .signing : .encryption, at: session.now, with: &gpg)
      return nil
    } catch {
      return Failure(error)
    }
  }
}
