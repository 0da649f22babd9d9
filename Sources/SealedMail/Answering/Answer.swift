import GPGME
package import MIME

/// What an answer to an opened message is made of: to whom it goes, what it continues, and whether it may repeat the text.
///
/// Of a sealed message only what the encryption protected says who gets the answer, beside the From address: whoever catches a
/// ciphertext can send it again under a header of their own, and an answer would give them its text.
/// Source: RFC 9787 §5.4, RFC 5322 §3.6.2, §3.6.4
package struct Answer: Sendable {
  /// Who gets the answer.
  package enum Scope: Sendable {
    /// The author, or whom the author asks to answer to.
    case author
    /// The other recipients as well.
    case everybody
  }

  /// How the original came, which decides how what repeats it may go.
  package enum Origin: Sendable, Equatable {
    /// Readable by everybody.
    case clear
    /// Sealed: nothing of it may go in clear.
    case sealed
  }

  package let origin: Origin
  package private(set) var to: [Mailbox] = []
  package private(set) var cc: [Mailbox] = []
  /// The own address that the original was sent to; nil when it names none.
  package private(set) var ownMailbox: Mailbox?
  /// The original's subject, decoded; it may hold anything but control characters.
  package let subject: String
  /// The original's ID; nil when it has none that can be written.
  package let original: MessageID?
  /// The IDs of the conversation, the original's last.
  package let references: [MessageID]
  /// Why the text must not be repeated; nil when it may be.
  package let refusal: QuoteRefusal?
  /// What the writer should know about the recipients.
  package private(set) var notes: [AnswerNote] = []

  /// - Parameter own: the writer's own mailboxes, who are not answered to.
  package init(to opened: OpenedMessage, scope: Scope, own: [Mailbox]) {
    let header = opened.header
    origin = opened.verdict.encryption == .none ? .clear : .sealed
    refusal = QuoteRefusal(opened)
    subject = header.fields.first { $0.isNamed("Subject") }?.text ?? ""
    original = Self.identities(header, "Message-ID").last
    references = Self.conversation(header, ending: original)
    address(opened, scope, own: own)
    if origin == .sealed, !opened.verdict.isGoodAndTrusted, refusal == nil {
      notes.append(.unprovenAuthor(to.map(\.address)))
    }
  }

  // MARK: Recipients

  private mutating func address(_ opened: OpenedMessage, _ scope: Scope, own: [Mailbox]) {
    let header = opened.header
    let from = header.from
    let (originalTo, originalCc) = (recipients(header, "To"), recipients(header, "Cc"))
    let addressed = originalTo.protected + originalTo.outside + originalCc.protected + originalCc.outside
    let isOwn = { (mailbox: Mailbox) in own.contains { Self.same($0, mailbox) } }
    let isByOwn = !from.isEmpty && from.allSatisfy(isOwn)
    ownMailbox = own.first { mailbox in (isByOwn ? from : addressed).contains { Self.same($0, mailbox) } }
    let replyTo = recipients(header, "Reply-To")
    // Anybody can send a hundred thousand of each.
    let authors = Set(from.map(\.address.ignoringCase))
    let redirected = replyTo.outside.filter { !authors.contains($0.address.ignoringCase) }
    if !redirected.isEmpty { notes.append(.outsideOfProtection("Reply-To", redirected.map(\.address))) }
    // Who answers their own message writes to the same people again.
    to = isByOwn ? originalTo.protected : replyTo.protected.isEmpty ? from : replyTo.protected
    if scope == .everybody {
      cc = isByOwn ? originalCc.protected : originalTo.protected + originalCc.protected
      for (name, found) in [("To", originalTo), ("Cc", originalCc)] {
        let left = found.outside.filter { !isOwn($0) }
        if !left.isEmpty { notes.append(.outsideOfProtection(name, left.map(\.address))) }
      }
    }
    to = Self.unique(to.filter { isByOwn || !isOwn($0) || scope == .author }, besides: [])
    cc = Self.unique(cc.filter { !isOwn($0) }, besides: to)
  }

  /// The mailboxes of a field: those to believe, and those that stand outside of the protection that the message has.
  private mutating func recipients(
    _ header: RestoredHeader, _ name: String
  ) -> (protected: [Mailbox], outside: [Mailbox]) {
    var found: [Mailbox] = []
    for field in header.fields where field.isNamed(name) {
      do throws(MIMEError) {
        found += try AddressList(parsing: field.value).mailboxes
      } catch {
        notes.append(.unreadable(name))
      }
    }
    return origin == .clear || header.protectedNames.contains(name.lowercased()) ? (found, []) : ([], found)
  }

  private static func same(_ left: Mailbox, _ right: Mailbox) -> Bool {
    left.address.matches(right.address, localPart: .ignoringASCIICase)
  }

  /// The mailboxes in order, each address once, none of `others` among them.
  private static func unique(_ mailboxes: [Mailbox], besides others: [Mailbox]) -> [Mailbox] {
    var seen = Set(others.map(\.address))
    return mailboxes.filter { seen.insert($0.address).inserted }
  }

  // MARK: Conversation

  /// More IDs than any program shows of a thread; the first and the latest stay.
  private static let referenceLimit = 20

  private static func conversation(_ header: RestoredHeader, ending original: MessageID?) -> [MessageID] {
    var earlier = identities(header, "References")
    if earlier.isEmpty {
      let answered = identities(header, "In-Reply-To")
      earlier = answered.count == 1 ? answered : []
    }
    let all = earlier.filter { $0 != original } + [original].compactMap(\.self)
    guard all.count > referenceLimit else { return all }
    return Array(all.prefix(1) + all.suffix(referenceLimit - 1))
  }

  private static func identities(_ header: RestoredHeader, _ name: String) -> [MessageID] {
    let fields = header.fields.filter { $0.isNamed(name) }
    return fields.flatMap { MessageID.list(parsing: $0.value) }.filter { $0.id.utf8.allSatisfy { $0 < 0x80 } }
  }
}

/// Something that whoever answers a message should know.
package enum AnswerNote: Sendable, Equatable {
  /// These recipients stand outside of the protection of a sealed message, in a field of this name, and are left out.
  case outsideOfProtection(String, [AddrSpec])
  /// A field of this name cannot be read, so that whom it names is left out.
  case unreadable(String)
  /// Nothing proves that these wrote the sealed message, and the answer gives its text to them.
  case unprovenAuthor([AddrSpec])
}

/// Why an answer must not repeat the text of a message.
package enum QuoteRefusal: Sendable, Equatable {
  /// It was not opened.
  case notOpened(DecryptionRefusal)
  /// It was signed by somebody who is not the From address: whoever sent it need not be able to read it.
  case signedByOther(String)
  /// The same for a key whose certificate is not here, so that nobody knows whose it is; its key ID.
  case signedByUnknown(String)
  /// It names another author inside than outside, and nothing proves which one is right. The claim inside, raw text.
  case authorInsideUnproven(String)

  /// Nil when the text may be repeated to those who the header says wrote it; that of clear mail always.
  init?(_ opened: OpenedMessage) {
    switch opened.verdict.encryption {
    case .none: return nil
    case .refused(let reason): self = .notOpened(reason)
    case .whole:
      let signers = opened.verdict.signature == .good ? [] : opened.verdict.signatures
      if let refusal = signers.lazy.compactMap({ Self.refusal(of: $0, from: opened.header.from) }).first {
        self = refusal
        return
      }
      let claims = opened.verdict.warnings.compactMap { warning -> String? in
        if case .senderInsideUnproven(let claim) = warning { claim } else { nil }
      }
      guard let claim = claims.first else { return nil }
      self = .authorInsideUnproven(claim)
    }
  }

  /// Why a signature whose maker can be told, however old or weak, speaks against the From address as the author.
  private static func refusal(of signer: SignerRecord, from: [Mailbox]) -> QuoteRefusal? {
    switch signer.finding {
    case .unknownSigner: return .signedByUnknown(signer.claimedKeyID ?? "unknown")
    case .senderMismatch, .expired, .revoked, .weak:
      guard let address = signer.address else { return .signedByOther("somebody else") }
      let isAuthor = from.count == 1 && UserID.address(address, equals: from[0].address.text)
      return isAuthor ? nil : .signedByOther(address)
    case .good, .bad, .none, .partial, .malformed: return nil
    }
  }
}
