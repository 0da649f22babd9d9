import ByteStreams
package import GPGME
package import MIME

/// Seals mail on its way into a mailbox, to whoever owns that mailbox and without a signature: nobody's secret key is used.
package enum MailFilter {
  /// What is to be done with a message for one recipient.
  package enum Decision: Sendable {
    /// It came encrypted, and goes on as it came.
    case encrypted(SubmittableMessage)
    /// It was sealed for this certificate.
    case sealed(SubmittableMessage, RecipientCertificate)
    /// It goes on in clear, as the rule allows where no certificate serves.
    case clear(SubmittableMessage, RecipientGap)
    /// It is not taken: the rule takes only mail that comes encrypted.
    case refusedInClear
    /// It is not taken: no certificate serves.
    case refused(RecipientGap)
    /// It waits until a certificate serves.
    case held(RecipientGap)
  }

  /// Decides about one message and does it.
  ///
  /// - Parameters:
  ///   - recipients: the addresses that name the recipient, the first that a certificate serves being taken; not empty.
  ///   - engine: how gpg is run, which a message that came encrypted or is refused in clear does not need.
  /// - Throws: `SealError`: nothing was sealed, and the message can be tried again later unless it is `.message`.
  package static func process(
    _ message: IncomingMessage, for recipients: [AddrSpec], policy: FilterPolicy, options: SealOptions,
    engine: EngineConfiguration
  ) throws(SealError) -> Decision {
    if try message.isEncrypted(), let passed = try carried(message, as: .sealed, .cameEncrypted()) {
      return .encrypted(passed)
    }
    if policy == .bounce { return .refusedInClear }
    var context: Context
    do { context = try Context.open(engine) } catch { throw .engine(error) }
    var choice = try certificate(for: recipients, options: options, with: &context)
    if case .failure(let gap) = choice {
      try credit(gap, options: options, with: &context)
      // gpg is well now; whether it was a moment ago nobody knows.
      choice = try certificate(for: recipients, options: options, with: &context)
    }
    switch choice {
    case .success(let chosen): return .sealed(try seal(message, for: chosen, options: options, with: &context), chosen)
    case .failure(let gap):
      switch policy {
      case .seal, .bounce: return .refused(gap)
      case .hold: return .held(gap)
      case .sealIfKey:
        guard let passed = try carried(message, as: .clear, .userAskedForClearText()) else {
          throw .message(.forbiddenOctet(0, subject: "message"))
        }
        return .clear(passed, gap)
      }
    }
  }

  /// The certificate that serves one of `addresses`, else why none serves the first.
  private static func certificate(
    for addresses: [AddrSpec], options: SealOptions, with context: inout Context
  ) throws(SealError) -> Result<RecipientCertificate, RecipientGap> {
    let candidates = try candidates(for: addresses, options: options, with: &context)
    let choices = addresses.map {
      CertificateChoice.recipient($0, among: candidates, map: options.map, at: options.now)
    }
    guard let first = choices.first else { throw .noRecipients }
    return choices.first { (try? $0.get()) != nil } ?? first
  }

  /// All certificates that could serve; where the configuration names one for each address, gpg is asked for those alone.
  private static func candidates(
    for addresses: [AddrSpec], options: SealOptions, with context: inout Context
  ) throws(SealError) -> [Certificate] {
    let named = addresses.compactMap { options.map.fingerprint(for: $0) }
    guard named.count == addresses.count else {
      return try Sealer.candidates(for: addresses, in: .publicParts, options: options, with: &context)
    }
    do { return try context.certificates(with: named, in: .publicParts) } catch { throw .engine(error) }
  }

  /// Makes sure that it is about the recipient that no certificate serves, and not about this machine: on such word mail is refused,
  /// or goes on in clear.
  ///
  /// - Throws: `SealError.recipients` where the configuration or the keyring has to be mended; `.engine` where nobody at all is found,
  ///   as by a gpg that cannot read its keyring or ends before it lists anything.
  private static func credit(
    _ gap: RecipientGap, options: SealOptions, with context: inout Context
  ) throws(SealError) {
    switch gap.reason {
    case .notAccepted, .unusable: return
    case .mappedButMissing, .ambiguous: throw .recipients([gap])
    case .none: break
    }
    do throws(GPGMEError) {
      // One that must be there is found faster than all.
      if let known = options.map.entries.first?.fingerprint,
        try !context.certificates(with: [known], in: .publicParts).isEmpty
      {
        return
      }
      guard try context.certificates(in: .publicParts).isEmpty else { return }
      throw GPGMEError(.list, cause: .engine(.keyringUnreadable))
    } catch {
      throw .engine(error)
    }
  }

  /// The message as it came, with CRLF at its line ends; nil when its bytes are none that mail servers carry.
  private static func carried(
    _ message: IncomingMessage, as protection: SubmittableMessage.Protection, _ permission: ClearPermission
  ) throws(SealError) -> SubmittableMessage? {
    do {
      return try SubmittableMessage.carried(message.canonical(), as: protection, permission)
    } catch MIMEError.notReproduced {
      return nil
    } catch SealError.message(.forbiddenOctet) where protection == .sealed {
      return nil
    } catch {
      throw SealError(error)
    }
  }

  /// The message, encrypted.
  ///
  /// Source: RFC 3156 §4, RFC 9788 §3
  private static func seal(
    _ message: IncomingMessage, for chosen: RecipientCertificate, options: SealOptions, with context: inout Context
  ) throws(SealError) -> SubmittableMessage {
    guard let recipients = RecipientList([chosen.certificate]) else { throw .noRecipients }
    do {
      let job = EncryptionJob(
        header: try ProtectedHeader(carrying: message, encrypting: options.confidentiality),
        payload: try SevenBitRewriter(message.structure, in: message.store, form: .encrypted), recipients: recipients,
        signer: nil, size: message.store.count, now: options.now, storage: Spool(memoryLimit: Sealer.spoolInMemory),
        progress: { _ in })
      return try SubmittableMessage.sealedOnItsWay(try job.run(with: &context), expecting: job.header.outside)
    } catch {
      throw SealError(error)
    }
  }
}
