import ByteStreams
import GPGME
import MailTransport
import SealedMail

extension MailboxRun {
  /// Writes every message into the archive: sealed ones sealed anew for `recipients` alone, all others as they are.
  ///
  /// What cannot be opened is copied too, and named. What is only locked is not, so that a later run can open it.
  ///
  /// - Throws: see `run`; also `StreamError` when the archive cannot be written, `SealError` when gpg adds recipients.
  func reseal(into archive: any MailboxWriter, for recipients: RecipientList) throws -> ExitStatus {
    let options = options
    let tally = try fill(archive, "sealing anew") { delivery, opener in
      try delivery.write { message in
        switch try opener.unwrap(message.bytes(), unlessFor: recipients, options: options) {
        case .notSealed, .isSealedSo: return .copied()
        case .refused(let refusal):
          return refusal.isForLater ? .refused(nil, Failure(refusal, of: "it")) : .copied(Failure(copiedFor: refusal))
        case .opened(let packets):
          return .written(nil, note: packets.breaksSignature ? Self.brokenSignature : nil) { sink in
            try opener.seal(packets, to: recipients, at: options.now, scratch: archive.scratch, into: sink)
          }
        }
      }
    }
    session.console.note(
      tally.sentence(["\(tally[.written]) sealed anew into \(archive.path)", "\(tally[.copied]) copied as they are"]))
    return tally.status
  }

  private static let brokenSignature =
    "a signature stands around its encryption, and does not fit the new one; the old message has it still"

  /// Tells what ``reseal(into:for:)`` would do with each message, as far as that can be told without a key; nothing is written.
  func tellResealing(for recipients: RecipientList) throws -> ExitStatus {
    let (console, options) = (session.console, options)
    let progress = Progress("looking", counting: .messages, on: console)
    let tally = try run(
      progress: progress.isWanted ? progress : nil,
      act: { message, _ in
        do {
          let prospect = try Resealer.prospect(message.bytes(), for: recipients, options: options)
          var (deed, breaksSignature) = (MessageFinding.Deed.copied, false)
          if case .sealedAnew(let breaks) = prospect { (deed, breaksSignature) = (.written, breaks) }
          return MessageFinding(
            number: message.number, name: message.name, status: .done, keyword: "", deed: deed,
            json: message.json(nil)
          ).noting(breaksSignature ? Self.brokenSignature : nil)
        } catch {
          guard let failure = Failure(ofOneMessage: error) else { throw error }
          return MessageFinding(
            number: message.number, name: message.name, status: failure.status, keyword: "", deed: .refused,
            failure: failure, json: message.json(failure))
        }
      },
      report: { try Self.tell($0, on: console, progress) })
    console.note(
      tally.sentence([
        "\(tally[.written]) would be sealed anew", "\(tally[.copied]) would be copied as they are",
      ]))
    return tally.status
  }
}

extension DecryptionRefusal {
  /// Whether somebody who unlocks a key would have it opened.
  fileprivate var isForLater: Bool {
    switch self {
    case .passphrase, .noSecretKey(_, _, isFinal: false): true
    case .noSecretKey, .integrity, .notEncrypted, .unreadable, .other: false
    }
  }
}

extension Failure {
  /// Why a message was copied that was to be sealed anew.
  fileprivate init(copiedFor refusal: DecryptionRefusal) {
    let failure = Failure(refusal, of: "it")
    self.init(
      failure.status, sentences: ["cannot open it: \(refusal.sentence); it was copied as it is"], hints: failure.hints)
  }
}
