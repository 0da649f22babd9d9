import ByteStreams
import GPGME
import MIME
import MailTransport
import SealedMail

extension KeyPublish {
  /// Asks the service of the address's domain, by mail, to publish the certificate there.
  ///
  /// - Throws: `Failure` 20 for somebody else's certificate, 64 for a fingerprint, 69 where there is no service; `TransportError`.
  func ask(_ certificate: Certificate, on session: Session, with gpg: borrowing Context) async throws -> ExitStatus {
    guard case .address(let text)? = name else {
      throw Failure(.usage, "a web key service publishes an address", hint: "name the address, not the fingerprint")
    }
    guard certificate.hasSecret else {
      throw Failure(
        .noSecretKey, "not published: the secret key of \(certificate.fingerprint.short) is not here",
        hint: "only its owner can answer the service")
    }
    let address = try AddrSpec(text)
    let client = try WebKeyServiceClient(with: gpg)
    session.console.note("asking \(KeyDirectory.web(domain: address.domain).words) for its service")
    guard try await client.isSupported(for: address.text) else {
      throw Failure(
        .unavailable, "not published: \(address.domain) has no web key service",
        hint: "ask its operator, or give it to a key server with `--server URL`")
    }
    guard let mail = try await client.request(certificate.fingerprint, for: address.text) else {
      throw Failure(
        .systemError, "gpg-wks-client made no request for \(address.text)",
        hint: "run `gpg-wks-client --create \(certificate.fingerprint.hex) \(address.text)` to see why")
    }
    let status = try await send(mail, "Ask for publication of \(certificate.fingerprint.short)", on: session)
    if status == .done, !dryRun {
      session.console.note(
        "a mail will come that asks you to confirm it: save it and run `postseal key publish --wks-confirm FILE`")
    }
    return status
  }

  /// Answers the mail by which a service wants to know whether the address is yours.
  ///
  /// - Throws: `Failure` 65 for another mail; `TransportError`.
  func confirm(_ file: String, on session: Session, with gpg: borrowing Context) async throws -> ExitStatus {
    let store = try Input.bytes(of: file, limit: Self.mailLimit, console: session.console)
    let mail = try store.source().readAll(limit: Self.mailLimit, what: "the mail")
    let client = try WebKeyServiceClient(with: gpg)
    guard let answer = try await client.answer(to: mail), !answer.isEmpty else {
      throw Failure(
        .malformedInput, "\(Input.name(of: file)) asks for no confirmation, or for that of a key that is not yours",
        hint: "name the mail of the service whose subject is like \"Confirm your key publication\"")
    }
    return try await send(answer, "Confirm the publication", on: session)
  }

  /// Hands a sealed mail of the client's to the user's own submitter.
  private func send(_ mail: [UInt8], _ question: String, on session: Session) async throws -> ExitStatus {
    let circumstances = OutgoingMessage.Circumstances(
      now: session.now, zoneMinutes: LocalTime.zoneMinutes(at: session.now))
    let outgoing = try OutgoingMessage(ByteStore(mail), circumstances: circumstances)
    // The client leaves the naming of the message to whoever sends it.
    let identity = try MessageID.generate(domain: outgoing.from.address.domain)
    let spool = Spool(memoryLimit: .max)
    try CRLFSource(ArraySource(Array("Message-ID: <\(identity.id)>\r\n".utf8) + mail)).copy(to: spool)
    let store = try spool.store()
    // It is encrypted to the service: what is not cannot become this type.
    let message = try SubmittableMessage.sealed(store)
    let (sender, recipients) = (outgoing.from.address, outgoing.shared)
    let names = recipients.map(\.text).joined(separator: ", ")
    if dryRun {
      session.console.note("would send a sealed mail from \(sender.text) to \(names)")
      return .done
    }
    if !yes {
      try Question.confirm(
        "\(question) by a sealed mail from \(sender.text) to \(names)?", on: session.console, options: options,
        otherwise: "add `--yes`")
    }
    let choice = try connection.choice
    let target = try session.target(via: via, plaintext: choice.plaintext)
    let submitter = try await session.submitter(to: target, choice)
    let submission = Submission(
      envelope: try Envelope(from: .address(sender), to: recipients), message: message, label: "message")
    let outcome = try await submitter.submit([submission], rule: .allOrNone, progress: { _ in })
    if let failure = outcome.failure { throw Failure(outcome, status: ExitStatus(failure)) }
    if session.console.format == .json {
      try session.console.report(
        .report(["sentTo": .strings(recipients.map(\.text)), "channel": .string(outcome.channel)]))
    }
    session.console.note("sent to \(names) through \(outcome.channel)")
    return .done
  }

  private static let mailLimit = 1 << 20
}
