import ByteStreams
import GPGME
import MIME
import SealedMail

/// A message with everything decided about how it will be sealed.
struct Prepared {
  let message: OutgoingMessage
  let plan: SealPlan
  let options: SealOptions
  /// The finished copy of a message that came sealed already, and passes as it is.
  var passed: SealedCopy?
}

/// What the person asked for about protection; nil leaves it to the configuration's rules.
enum ProtectionChoice: Sendable {
  case rules
  case chosen(Protection)
  /// The configuration's rules, and this for those for whom there is none.
  case policy(ProtectionPolicy)

  /// Whether a message that is sealed already may pass as it is.
  fileprivate var letsSealedPass: Bool { if case .chosen = self { false } else { true } }
}

extension Session {
  /// Reads the message, completes it and decides for whom and by whom it will be sealed.
  ///
  /// Where nothing else was chosen, a message that is sealed already passes as it is.
  ///
  /// - Throws: `SealError`, `MIMEError`, `Failure`, `StreamError`.
  func prepare(
    _ input: InputOptions, _ header: HeaderOptions, signer: SignerOptions, protection: ProtectionChoice,
    with context: inout Context
  ) throws -> Prepared {
    let store = try Input.mail(at: input.file, console: console)
    return try prepare(store, header.overrides(), signer: signer, protection: protection, with: &context)
  }

  /// The same for a message that was read, or made, before.
  ///
  /// - Throws: as the other one.
  func prepare(
    _ store: ByteStore, _ overrides: OutgoingMessage.Overrides = .init(), signer: SignerOptions,
    protection: ProtectionChoice, with context: inout Context
  ) throws -> Prepared {
    let message = try outgoing(store, overrides: overrides, circumstances: circumstances)
    var options = SealOptions(now: now)
    options.confidentiality = configuration.confidentiality
    options.map = try configuration.certificateMap()
    let recipients = message.shared + message.blind
    options.autocrypt = try autocryptTargets(for: recipients, from: message.from.address, with: &context)
    if protection.letsSealedPass, let passed = try Sealer.passThrough(message, options: options, with: &context) {
      guard overrides.subject == nil, overrides.from == nil else {
        throw Failure(.usage, "the message is already sealed, so its header fields cannot be changed")
      }
      return Prepared(message: message, plan: passed.plan, options: options, passed: passed.copy)
    }
    options.signer = try self.signer(named: signer.signer, for: message.from.address, with: &context)
    let plan = try plan(message, protection, options: &options, with: &context)
    warnOfAutocrypt(plan, options.autocrypt)
    let complete = try withAutocrypt(message, plan: plan, options: options, with: &context)
    return Prepared(message: complete, plan: plan, options: options)
  }

  /// Makes every copy, with a bar on the terminal.
  ///
  /// - Parameters:
  ///   - output: where the copies are collected while they are made; nil for copies that are submitted.
  ///   - clear: the permission that clear text needs.
  /// - Throws: `SealError`.
  func seal(
    _ prepared: Prepared, into output: SealedOutput? = nil, clear: ClearPermission? = nil, with context: inout Context
  ) throws(SealError) -> [SealedCopy] {
    if let passed = prepared.passed { return [passed] }
    let plan = try takingInKeys(prepared, with: &context)
    let progress = Progress("sealing", on: console)
    defer { progress.finish() }
    return try Sealer.seal(
      prepared.message, plan: plan, options: prepared.options, clear: clear,
      storage: { output?.storage(for: $0) ?? Spool(memoryLimit: Sealer.spoolInMemory) }, with: &context,
      progress: { progress.advance(to: $0, of: $1) })
  }

  /// What a Date and a Message-ID that are missing are made from.
  var circumstances: OutgoingMessage.Circumstances {
    OutgoingMessage.Circumstances(now: now, zoneMinutes: LocalTime.zoneMinutes(at: now))
  }

  /// The message; one without a From field is the account's.
  private func outgoing(
    _ store: ByteStore, overrides: OutgoingMessage.Overrides, circumstances: OutgoingMessage.Circumstances
  ) throws -> OutgoingMessage {
    do {
      return try OutgoingMessage(store, overrides: overrides, circumstances: circumstances)
    } catch {
      guard case .sender(count: 0) = error, let own = account?.from.first else { throw error }
      var completed = overrides
      completed.from = try Mailbox(own)
      return try OutgoingMessage(store, overrides: completed, circumstances: circumstances)
    }
  }

  /// Clear text is never what a rule alone decides: the person has to say it too.
  private func plan(
    _ message: OutgoingMessage, _ choice: ProtectionChoice, options: inout SealOptions, with context: inout Context
  ) throws -> SealPlan {
    switch choice {
    case .chosen(let protection): options.protection = protection
    case .rules:
      let recipients = message.shared + message.blind
      options.protection = try configuration.protectionRules().protection(for: recipients)
      if options.protection == .clear { throw SealError.wouldGoInClear(recipients) }
    case .policy(let policy):
      let (plan, gaps) = try Sealer.plan(
        message, rules: configuration.protectionRules(), policy: policy, options: options, with: &context)
      options.protection = plan.protection
      if !gaps.isEmpty {
        let reasons = Failure(SealError.recipients(gaps)).sentences.joined(separator: "; ")
        console.note("only signed, so that everybody can read it: \(reasons)")
      }
      return plan
    }
    return try Sealer.plan(message, options: options, with: &context)
  }

  /// The fingerprint that `--as` or the account names; nil leaves the choice to the From address.
  func signer(
    named name: String?, for sender: AddrSpec, with context: inout Context
  ) throws -> Fingerprint? {
    guard let name else {
      guard let account, self.options.account != nil || account.writes(as: sender) else { return nil }
      return account.key.flatMap { Fingerprint($0) }
    }
    if let fingerprint = Fingerprint(name) { return fingerprint }
    let address = try Mailbox(name).address
    let own = try context.certificates(for: [address.text], in: .secretKeys).flatMap(\.self)
    switch CertificateChoice.own(address, among: own, named: nil, at: now) {
    case .success(let certificate): return certificate.fingerprint
    case .failure(let gap): throw SealError.signer(address, gap)
    }
  }
}

extension HeaderOptions {
  /// The fields given on the command line, in the message's terms.
  ///
  /// - Throws: `MIMEError` for what is no address.
  func overrides() throws(MIMEError) -> OutgoingMessage.Overrides {
    var result = OutgoingMessage.Overrides()
    // An option that was not given at all lets the message's own field stay.
    if !to.isEmpty { result.to = try Self.mailboxes(to) }
    if !cc.isEmpty { result.cc = try Self.mailboxes(cc) }
    if !bcc.isEmpty { result.bcc = try Self.mailboxes(bcc) }
    result.subject = subject
    if let from { result.from = try Mailbox(from) }
    return result
  }

  /// The mailboxes that the values of an option name, each of which may be a list.
  ///
  /// - Throws: `MIMEError` for what is no address.
  static func mailboxes(_ texts: [String]) throws(MIMEError) -> [Mailbox] {
    var result: [Mailbox] = []
    for text in texts {
      let list = try AddressList(text)
      // An unset variable of a script must not turn a recipient into nobody.
      guard !list.mailboxes.isEmpty else { throw MIMEError.malformed(.mailboxList, text: text) }
      result += list.mailboxes
    }
    return result
  }
}
