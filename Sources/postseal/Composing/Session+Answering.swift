import ByteStreams
import GPGME
import MIME
import SealedMail

extension Session {
  /// The mailboxes that the person writes as: those of the accounts, that of this run first; without any those of their own keys.
  ///
  /// - Throws: `MIMEError`, `GPGMEError`.
  func ownMailboxes(with gpg: inout Context) throws -> [Mailbox] {
    let accounts = [account].compactMap(\.self) + configuration.accounts
    var seen: Set<AddrSpec> = []
    let named = try accounts.flatMap(\.from).map { try Mailbox($0) }.filter { seen.insert($0.address).inserted }
    guard named.isEmpty else { return named }
    let keys = try gpg.certificates(in: .secretKeys).filter { $0.problem(for: .signing, at: now) == nil }
    return keys.flatMap(\.userIDs).filter(\.isUsable).compactMap { userID in
      guard let text = userID.address, let address = try? AddrSpec(text) else { return nil }
      return try? Mailbox(address, displayName: TerminalText.withoutHidden(userID.name))
    }.filter { seen.insert($0.address).inserted }
  }

  /// Makes `composition` an answer to the message that a person names.
  ///
  /// - Throws: `Failure` 20 to 23 for what was not opened, 11 where the text must not be repeated; `OpenError`, `StreamError`.
  func answer(
    _ path: String, _ answering: AnsweringOptions, _ expansion: ExpansionOptions, in composition: inout Composition,
    with gpg: inout Context
  ) throws {
    let opened = try open(try bytes(of: path, answering.chosen), expansion, with: &gpg)
    if console.format == .text { explain(opened) }
    let own = try ownMailboxes(with: &gpg)
    let answer = Answer(to: opened, scope: answering.replyAll ? .everybody : .author, own: own)
    if !answering.noQuote, let refusal = answer.refusal { throw Failure(refusal, of: Input.name(of: path)) }
    for note in answer.notes { tell(note, quotes: !answering.noQuote) }
    composition.to = answer.to.map(\.harmless)
    composition.cc = answer.cc.map(\.harmless)
    composition.from = answer.ownMailbox ?? (own.count == 1 ? own[0] : nil)
    // Without the text the answer may go in clear, so the subject that was hidden is not repeated either.
    let isBare = answering.noQuote && answer.origin == .sealed
    let subject = isBare ? opened.outerHeader?.first(named: "Subject")?.text ?? "" : answer.subject
    composition.subject = Self.subject(subject, after: "Re:")
    (composition.answers, composition.references) = (answer.original, answer.references)
    composition.origin = answering.noQuote ? .clear : answer.origin
    guard !answering.noQuote, let content = opened.content else { return }
    let quotation = try Quotation(of: opened, content)
    composition.text = quotation.text
    if quotation.isCut { console.note("the text is long, and only its start is repeated") }
  }

  /// Makes `composition` one that takes the message along that a person names.
  ///
  /// - Throws: `Failure` 20 to 23 for what was not opened; `OpenError`, `StreamError`.
  func forward(
    _ path: String, _ answering: AnsweringOptions, _ expansion: ExpansionOptions, in composition: inout Composition,
    with gpg: inout Context
  ) throws {
    let store = try bytes(of: path, answering.chosen)
    guard !answering.forwardAsIs else {
      let header = try MessageStructure.parse(store).root.header
      guard header.count(named: "Bcc") == 0, header.count(named: "Resent-Bcc") == 0 else {
        throw Failure(.badVerdict, "the message names hidden recipients", hint: "leave `--forward-as-is` out")
      }
      let subject = header.first(named: "Subject")?.text ?? ""
      composition.enclosures.append(.message(.received(store, subject: subject)))
      return composition.subject = Self.subject(subject, after: "Fwd:")
    }
    let opened = try open(store, expansion, with: &gpg)
    if console.format == .text { explain(opened) }
    guard let content = opened.content else {
      let failure = Failure(opened.verdict.encryption.refusal ?? .other("it was not opened"), of: Input.name(of: path))
      throw failure.advising("forward it unopened with `--forward-as-is`, to somebody who can open it")
    }
    let subject = opened.header.fields.first { $0.isNamed("Subject") }?.text ?? ""
    composition.subject = Self.subject(subject, after: "Fwd:")
    let isSealed = opened.verdict.encryption != .none
    // Clear mail goes on as it came, signature and all; only what names hidden recipients cannot.
    let hasHidden = opened.header.fields.contains { $0.isNamed("Bcc") || $0.isNamed("Resent-Bcc") }
    composition.enclosures.append(
      .message(isSealed || hasHidden ? .opened(opened, content) : .received(store, subject: subject)))
    guard isSealed else { return }
    composition.origin = .sealed
    console.note(
      "the message came sealed: it is forwarded opened, without its signature, and goes sealed or not at all")
  }

  private func tell(_ note: AnswerNote, quotes: Bool) {
    switch note {
    case .outsideOfProtection(let name, let addresses):
      console.note(
        "left out, because the \(name) field stands outside of what was sealed, where anybody can write it: \(Self.list(addresses))"
      )
    case .unreadable(let name): console.note("left out, because the \(name) field cannot be read: whom it names")
    case .unprovenAuthor(let addresses):
      guard quotes, !addresses.isEmpty else { return }
      console.note("nothing proves who wrote the message; the answer gives its text to \(Self.list(addresses))")
    }
  }

  private static func list(_ addresses: [AddrSpec]) -> String {
    let more = addresses.count - 12
    return addresses.prefix(12).map(\.text).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  private static let subjectLimit = 500

  /// A subject with `Re:` or `Fwd:` in front, once; nothing hidden in it.
  static func subject(_ original: String, after word: String) -> String {
    let text = TerminalText.withoutHidden(String(original.prefix(subjectLimit)))
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.lowercased().hasPrefix(word.lowercased()) ? text : text.isEmpty ? word : "\(word) \(text)"
  }
}

extension Failure {
  /// Why an answer to a message called `name` must not repeat its text.
  fileprivate init(_ refusal: QuoteRefusal, of name: String) {
    let hint = "answer without its text, with `--no-quote`"
    switch refusal {
    case .notOpened(let reason): self = Failure(reason, of: name).advising(hint)
    case .signedByOther(let address):
      self.init(
        .signerNotVerified,
        "cannot repeat the text of \(name): \(address) signed it, who is not the From address, and whoever sent it on need not be able to read it",
        hint: hint)
    case .signedByUnknown(let key):
      self.init(
        .signerUnknown,
        "cannot repeat the text of \(name): you do not have the certificate of key \(key), which signed it, and whoever sent it on need not be able to read it",
        hint: hint)
    case .authorInsideUnproven(let claim):
      self.init(
        .signerNotVerified,
        "cannot repeat the text of \(name): inside it says that \(claim.prefix(200)) wrote it, and outside somebody else",
        hint: hint)
    }
  }

  /// The same with one more thing that the person can do.
  fileprivate func advising(_ hint: String) -> Failure { Failure(status, sentences: sentences, hints: hints + [hint]) }
}
