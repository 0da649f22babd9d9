import GPGME
import MIME
import MailTransport
import SealedMail
import SystemPackage

extension Session {
  /// The outbox, made where there is none; nil where nothing is to be kept.
  ///
  /// - Throws: `OutboxError`, `Failure` 78.
  func outbox(_ options: KeepingOptions) throws -> Outbox? {
    guard !options.noOutbox else { return nil }
    let folder: FilePath
    do throws(Failure) { folder = try Self.stateFolder() } catch { throw error.opened(by: "not sent") }
    // The file of every copy is open, and so locked, until all are handed over.
    ProcessSetup.allowManyFiles()
    return try Outbox(in: folder)
  }

  /// What the outbox has to know of a message beside its copies.
  ///
  /// - Parameter message: whose Message-ID, when it came with one, tells a second attempt; nil where none is to be told.
  func order(way: String, plan: SealPlan, message: OutgoingMessage? = nil) -> Outbox.Order {
    let pairs = plan.recipients.map { ($0.address, $0.certificate.fingerprint.hex) }
    return Outbox.Order(
      way: way, account: account?.name, certificates: Dictionary(pairs, uniquingKeysWith: { first, _ in first }),
      own: (plan.ownCertificate ?? plan.signer)?.fingerprint.hex,
      messageID: message?.ownMessageID, time: now)
  }

  /// Where copies of sent mail go; nil for nowhere.
  ///
  /// - Parameter choice: how the run reaches its servers.
  /// - Throws: `TransportError`.
  func sentKeeper(
    _ options: KeepingOptions, _ choice: ConnectionChoice
  ) throws -> (keeper: any SentKeeper, url: String)? {
    guard !options.noCopy, let url = options.sent ?? account?.sent else { return nil }
    return (try sentKeeper(for: url, choice), url)
  }

  /// What keeps sent mail in the place that a URL names.
  ///
  /// - Throws: `TransportError`.
  func sentKeeper(for url: String, _ choice: ConnectionChoice) throws(TransportError) -> any SentKeeper {
    let home = Environment.value("HOME").map { FilePath($0) }
    switch try SentPlace(parsing: url, home: home, plaintext: choice.plaintext) {
    case .maildir(let path): return MaildirKeeper(path: path)
    case .mailbox(let source):
      return try IMAPKeeper(source, plaintext: choice.plaintext) { () async throws(TransportError) in
        try await keepingAccess(to: source.server, choice.forEveryServer)
      }
    }
  }

  /// What logs in to keep mail.
  private func keepingAccess(
    to server: MailServer, _ choice: ConnectionChoice
  ) async throws(TransportError) -> ServerAccess {
    do {
      return try await access(to: server, .fetching, choice)
    } catch let error as TransportError {
      throw error
    } catch {
      throw .loginImpossible(
        host: server.host, ForeignText(Failure(error)?.sentences.joined(separator: ", ") ?? "\(error)"))
    }
  }

  /// The sender's own copy, sealed before anything is handed over.
  ///
  /// - Throws: `SealError`.
  func keptCopy(
    of prepared: Prepared, in place: (keeper: any SentKeeper, url: String)?, with gpg: inout Context
  ) throws -> Dispatch.KeptCopy? {
    guard let place else { return nil }
    if let passed = prepared.passed {
      // Nobody can open it here to seal it again, so it is kept as it went out.
      return Dispatch.KeptCopy(keeper: place.keeper, url: place.url, message: passed.message)
    }
    let copy = try Sealer.ownCopy(of: prepared.message, plan: prepared.plan, options: prepared.options, with: &gpg)
    guard let copy else {
      console.note("no copy is kept: you have no key to seal it to")
      return nil
    }
    return Dispatch.KeptCopy(keeper: place.keeper, url: place.url, message: copy)
  }
}

extension OutgoingMessage {
  /// The one Message-ID that the message came with; nil for none, or for one that is no mail's.
  fileprivate var ownMessageID: String? {
    let fields = structure.root.header.fields(named: "Message-ID")
    let identities = fields.flatMap { MessageID.list(parsing: Array($0.value)) }
    return identities.count == 1 ? identities[0].id : nil
  }
}
