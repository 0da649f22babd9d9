import ByteStreams
import MIME
import MailTransport
import SealedMail
import SystemPackage

/// One message for one recipient, on its way through the filter.
struct FilterRun {
  let message: IncomingMessage
  /// Whose mailbox it is for, as the envelope has it.
  let recipient: AddrSpec
  let session: Session

  /// - Throws: `FilterAnswer` for a recipient that is no address, `SealError`.
  init(_ store: ByteStore, for recipient: String, session: Session) throws {
    do { self.recipient = try AddrSpec(recipient) } catch { throw FilterAnswer.badRecipient }
    guard store.count > 0 else { throw FilterAnswer.empty }
    message = try IncomingMessage(store)
    self.session = session
  }

  /// What is to be done, and the message as it goes on.
  ///
  /// - Throws: `SealError`, `MIMEError`.
  func decide() throws -> MailFilter.Decision {
    var options = SealOptions(now: session.now)
    options.confidentiality = session.configuration.confidentiality
    options.map = try session.configuration.certificateMap()
    let policy = try session.configuration.filterRules().policy(for: recipient)
    return try MailFilter.process(
      message, for: names, policy: policy, options: options, engine: session.engine)
  }

  /// The recipient's address, and without its extension where the configuration knows of any.
  private var names: [AddrSpec] {
    guard let delimiter = session.configuration.filter.recipientDelimiter,
      let place = recipient.localPart.firstIndex(of: delimiter),
      let bare = try? AddrSpec(localPart: String(recipient.localPart[..<place]), domain: recipient.domain)
    else { return [recipient] }
    return [recipient, bare]
  }

  // MARK: Giving out

  /// The message for standard output: what goes on as it came to the byte, what was sealed with the line ends that it came with
  /// and behind the mailbox's `From ` line, if one came.
  ///
  /// - Throws: `StreamError`.
  func output(of decision: MailFilter.Decision) throws(StreamError) -> ByteStore {
    guard case .sealed(let sealed, _) = decision else { return message.store }
    let spool = Spool(memoryLimit: Sealer.spoolInMemory)
    if let line = message.mailboxLine { try message.store.source(line).copy(to: spool) }
    let isCRLF = try comesWithCRLF()
    var offset = 0
    while offset < sealed.bytes.count {
      var chunk = try sealed.bytes.read(offset..<min(offset + 64 << 10, sealed.bytes.count))
      offset += chunk.count
      // What is sealed has a CR before each LF, and nowhere else.
      if !isCRLF { chunk.removeAll { $0 == 0x0D } }
      try spool.write(chunk.rawSpan)
    }
    return try spool.store()
  }

  /// Whether the first line ends with CRLF.
  private func comesWithCRLF() throws(StreamError) -> Bool {
    let start = try message.store.read(0..<min(message.store.count, 64 << 10))
    guard let end = start.firstIndex(of: 0x0A) else { return true }
    return end > 0 && start[end - 1] == 0x0D
  }

  /// Gives the message back to the mail server; nil when that took it, else what to tell.
  ///
  /// - Throws: `TransportError`, `Failure`, `FilterAnswer` for a sender that is no address.
  func giveBack(_ message: SubmittableMessage, from sender: String, by way: String?) async throws -> FilterAnswer? {
    let submission = Submission(
      envelope: try Envelope(from: try Self.reversePath(sender), to: [recipient]), message: message, label: "message")
    let submitter = try await submitter(by: way)
    let report = try await Interruption.cancelling { try await submitter.submit([submission]) }
    guard let fate = report.copies.first?.recipients.first?.fate else { return .undelivered("nobody took it") }
    switch fate {
    case .accepted: return nil
    case .refusedTemporarily(let words): return .undelivered("\(report.channel): \(words)")
    case .refusedPermanently(let words): return .rejected("\(words)")
    case .unknown(let words): return .undelivered("\(report.channel): it may come twice: \(words)")
    case .withheld:
      if let error = report.interruption { throw error }
      return .undelivered(report.channel)
    }
  }

  private func submitter(by way: String?) async throws -> any Submitter {
    let reinjection = if let way { try Reinjection(way) } else { session.configuration.filter.reinject }
    switch reinjection?.target {
    case nil, .sendmail(nil):
      return SendmailReinjector(program: try SendmailProgram.find(path: Environment.value("PATH")))
    case .sendmail(let program?): return SendmailReinjector(program: program)
    case let target?: return try await session.submitter(to: target)
    }
  }

  private static func reversePath(_ text: String) throws -> Envelope.ReversePath {
    // QUIRK: pipe(8) of Postfix writes MAILER-DAEMON for no sender where `null_sender=` is missing. FilterTranscripts.swift
    if ["", "<>", "MAILER-DAEMON"].contains(text) { return .null }
    do { return .address(try AddrSpec(text)) } catch { throw FilterAnswer.badSender }
  }
}

extension MailFilter.Decision {
  /// The message that goes on; nil when none does.
  var message: SubmittableMessage? {
    switch self {
    case .encrypted(let message), .sealed(let message, _), .clear(let message, _): message
    case .refusedInClear, .refused, .held: nil
    }
  }
}
