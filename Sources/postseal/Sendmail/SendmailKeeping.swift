import ByteStreams
import GPGME
import MIME
import MailTransport
import SealedMail
import SystemPackage

/// What has to be known to keep a message that is refused, as far as the work on it came.
struct SendmailKeeping {
  var configuration = Configuration()
  var account: Configuration.Account?
  /// The address of its From field.
  var author: AddrSpec?
  var sender: SendmailSender?
  var recipients: [AddrSpec] = []
  var request = HandedMessage.Request.none
  var session: Session?
  private let command: Sendmail
  private let store: ByteStore
  private let arguments: SendmailArguments
  private let console: Console

  init(_ command: Sendmail, _ store: ByteStore, _ arguments: SendmailArguments, console: Console) {
    self.command = command
    self.store = store
    self.arguments = arguments
    self.console = console
  }

  /// Puts the message into the outbox, sealed to its owner alone, and says so beside the reason; or says why it cannot.
  func keep(because reason: Failure) -> Failure { keep(because: reason, telling: reason.opened(by: "not sent")) }

  /// Keeps clear text for those who did not get it, and says so; does nothing where everybody has it.
  mutating func keepUndelivered(_ outcome: Dispatch.Outcome) {
    let reason: Failure
    switch outcome.result {
    case .failure(let error): reason = Failure(error)
    case .success(let report):
      guard let kind = report.failure else { return }
      reason = Failure(report, status: ExitStatus(kind))
      recipients = report.pending
    }
    console.fail(keep(because: reason, telling: Failure(reason.status, sentences: [], hints: [])))
  }

  /// - Parameter failure: what is told beside what became of the message.
  private func keep(because reason: Failure, telling failure: Failure) -> Failure {
    guard store.count > 0, !command.keeping.noOutbox else { return failure }
    do {
      guard let (entry, key) = try kept(because: reason) else {
        return failure.adding("it is not kept either: there is no key of yours to seal it to")
      }
      let alone = key.map { ", by the only key of yours that serves, \($0.fingerprint.short)" } ?? ""
      return failure.adding(
        "the message is kept in the outbox, sealed to you alone\(alone): \(entry.id)",
        hint: "take it out with `postseal extract \(ShellWord.quoted(entry.path.string)) --to .`")
    } catch {
      let reasons = Failure(error)?.sentences ?? ["\(error)"]
      return failure.adding("it is not kept either: \(reasons.joined(separator: "; "))")
    }
  }

  /// The entry, and the key that served though nothing says that it is the owner's; nil when no key serves.
  private func kept(because failure: Failure) throws -> (entry: OutboxEntry, key: Certificate?)? {
    let session =
      try session ?? Session(command.options, configuration: configuration, account: account, console: console)
    var gpg = try session.gpg()
    var trouble: SealError?
    for (owner, key) in owners {
      switch sealed(for: owner, by: key, failure, session, &gpg) {
      case .success(let message): return (try hold(message, because: failure, session), nil)
      case .failure(.ownCopy(_, .none)): continue
      case .failure(let error): trouble = trouble ?? error
      }
    }
    // Whose it is cannot be known from a configuration that cannot be read, but who has one key can be nobody else.
    if let (owner, key) = try Self.onlyKey(at: session.now, with: &gpg),
      case .success(let message) = sealed(for: owner, by: key.fingerprint, failure, session, &gpg)
    {
      return (try hold(message, because: failure, session), key)
    }
    if let trouble { throw trouble }
    return nil
  }

  /// The one key of the keyring's owner that can be encrypted to, and an address of it; nil for none, and for several.
  private static func onlyKey(at now: Int64, with gpg: inout Context) throws(GPGMEError) -> (AddrSpec, Certificate)? {
    let own = try gpg.certificates(in: .secretKeys)
    guard case .success(let key) = CertificateChoice.own(nil, for: .encryption, among: own, named: nil, at: now)
    else { return nil }
    let addresses = key.userIDs.filter(\.isUsable).compactMap(\.address)
    return addresses.compactMap { try? AddrSpec($0) }.first.map { ($0, key) }
  }

  private func sealed(
    for owner: AddrSpec, by key: Fingerprint?, _ failure: Failure, _ session: Session, _ gpg: inout Context
  ) -> Result<SubmittableMessage, SealError> {
    var options = SealOptions(now: session.now)
    options.signer = key
    do throws(SealError) {
      return .success(
        try Sealer.keep(
          store, for: owner, reason: failure.sentences.joined(separator: "; "), options: options,
          circumstances: .init(now: session.now, zoneMinutes: LocalTime.zoneMinutes(at: session.now)), with: &gpg
        ).message)
    } catch {
      return .failure(error)
    }
  }

  private func hold(_ message: SubmittableMessage, because failure: Failure, _ session: Session) throws -> OutboxEntry {
    // A URL that is refused may hold a password, and the outbox must not.
    let isKnown = (try? session.target(via: command.via, plaintext: .anyHost)) != nil
    return try Outbox(in: try Session.stateFolder()).hold(
      message, from: sender?.reversePath ?? .null, to: recipients, reason: Self.outsideReason(failure),
      Outbox.Order(
        way: isKnown ? session.way(via: command.via) : "sendmail:", account: account?.name, certificates: [:],
        time: session.now))
  }

  /// Whose it may be, and by which key: the account's own addresses, else the one that it says it is from.
  private var owners: [(AddrSpec, Fingerprint?)] {
    let key = account?.key.flatMap { Fingerprint($0) }
    let own = (account?.mailboxes ?? []).map { ($0.address, key) }
    guard let sender = sender?.address ?? author, !sender.isLocalName, !own.contains(where: { $0.0 == sender }) else {
      return own
    }
    // The account's key is not that of somebody else.
    return [(sender, nil)] + own
  }

  /// Why it was refused, for the part of the outbox that is not encrypted: no word of the message's text is in it.
  private static func outsideReason(_ failure: Failure) -> String {
    failure.status == .malformedInput ? "the message is malformed" : failure.sentences.first ?? "it was refused"
  }
}

extension Failure {
  /// The same failure with another sentence, and hint, after its own.
  fileprivate func adding(_ sentence: String, hint: String? = nil) -> Failure {
    Failure(status, sentences: sentences + [sentence], hints: hints + [hint].compactMap(\.self))
  }
}
