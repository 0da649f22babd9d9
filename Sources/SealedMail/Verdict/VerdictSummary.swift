import GPGME
import MIME

/// A verdict in words: the one place that words it.
///
/// The lines hold foreign text (user IDs, header values) as received: whoever shows them makes them safe for a terminal first.
package struct VerdictSummary: Sendable, Equatable {
  /// How the first line is marked.
  package enum Mark: String, Sendable {
    /// A good signature by a trusted certificate.
    case good
    /// Nothing vouches for the sender.
    case unsigned
    /// A signature that cannot be judged, or not fully.
    case unknown
    /// Something a reader must not overlook.
    case alert
  }

  package let mark: Mark
  /// The whole finding in one line.
  package let headline: String
  /// What stands behind it, a line each.
  package let details: [String]

  /// Words `verdict`.
  ///
  /// - Parameters:
  ///   - sender: the From address, for the hint on finding its certificate; nil where there is no single one.
  ///   - time: turns seconds since 1970 into the reader's local time.
  package init(_ verdict: Verdict, sender: String?, time: (Int64) -> String) {
    let (mark, signature) = Self.signatureLine(verdict, sender: sender)
    let alone = verdict.part.map { "part \($0) alone · " } ?? ""
    switch verdict.encryption {
    case .refused(let reason):
      self.mark = .alert
      headline = "\(alone)encrypted, not opened: \(reason.sentence)"
      details = verdict.warningSentences(time: time)
      return
    case .whole:
      self.mark = mark
      headline =
        alone + (verdict.isOpenedByPassphrase ? "encrypted with a passphrase" : "encrypted to you") + " · \(signature)"
    case .none where verdict.signature == .none && verdict.smime != nil:
      self.mark = .unknown
      headline = alone + "not checked: \(verdict.smime?.words ?? "S/MIME")"
    case .none where verdict.subject == .file:
      self.mark = mark
      headline = signature
    case .none:
      self.mark = mark
      headline = alone + (verdict.signature == .none ? "not signed, not encrypted" : "not encrypted · \(signature)")
    }
    var lines: [String] = []
    if let signer = verdict.signer { lines.append(Self.signerLine(signer, verdict: verdict, time: time)) }
    if let step = Self.nextStep(verdict, sender: sender) { lines.append(step) }
    details = lines.filter { !$0.isEmpty } + verdict.warningSentences(time: time)
  }

  /// How a certificate that nobody verified becomes one that the user relies on; without its fingerprint, which anybody's mail could
  /// then have accepted.
  private static func nextStep(_ verdict: Verdict, sender: String?) -> String? {
    guard verdict.signature == .good, !verdict.isGoodAndTrusted, let sender, sender.isPlainAddress else { return nil }
    return "ask its owner for its fingerprint, then `postseal key accept \(sender) FINGERPRINT`"
  }

  private static func signatureLine(_ verdict: Verdict, sender: String?) -> (Mark, String) {
    let signer = verdict.signer
    let name = signer?.shownUserID ?? "an unknown person"
    let claim = signer?.claimedKeyID.map { "key \(shortKeyID($0))" } ?? "no key"
    switch verdict.signature {
    case .none:
      return (.unsigned, "not signed")
    case .good:
      return verdict.isGoodAndTrusted
        ? (.good, "good signature by \(name)")
        : (.unknown, "signed by a certificate that nobody verified, which calls itself \(name)")
    case .bad:
      return (.unsigned, "not signed: a signature that claims \(claim) does not match the \(verdict.subject.rawValue)")
    case .unknownSigner:
      let find = sender.flatMap { $0.isPlainAddress ? ": postseal key find \($0)" : nil } ?? ""
      return (.unknown, "signed by a certificate you do not have (\(claim))\(find)")
    case .expired:
      return (.unknown, "signed by \(name): \(signer?.reason ?? "the certificate has expired")")
    case .revoked:
      return (.alert, "not signed: \(signer?.reason ?? "the signer's certificate is revoked")")
    case .weak:
      return (.unsigned, "not signed: \(signer?.reason ?? "the signature is too weak")")
    case .senderMismatch:
      return (.alert, "signed by \(signer?.shownAddress ?? name), who is not the From address")
    case .partial:
      return (.alert, partialLine(verdict))
    case .malformed:
      return (.unsigned, "not signed: \(signer?.reason ?? "there is a signature that cannot be read")")
    }
  }

  private static func partialLine(_ verdict: Verdict) -> String {
    // Without a signer nobody looked at the signature: parts below other content are judged on request.
    guard let signer = verdict.signer else { return unjudgedLine(verdict) }
    let name = signer.shownUserID ?? "an unknown person"
    let who =
      if signer.finding == .senderMismatch {
        "\(signer.shownAddress ?? name), who is not the From address"
      } else if signer.isGoodAndTrusted { name } else {
        "a certificate that nobody verified, which calls itself \(name)"
      }
    return "only \(signedPiece(of: verdict)) is signed, by \(who)"
  }

  /// What the signature covers of a message that it does not cover as a whole.
  private static func signedPiece(of verdict: Verdict) -> String {
    for case .mailingListWrapper(let section, _) in verdict.warnings { return "part \(section)" }
    if verdict.subject == .file { return "the block inside" }
    let isText = verdict.layers.contains { $0.kind == .inlineSigned || $0.kind == .inlineEncrypted }
    return isText ? "the text" : "the content"
  }

  private static func unjudgedLine(_ verdict: Verdict) -> String {
    let sections = verdict.warnings.compactMap { warning -> String? in
      if case .errantPart(let section, .signed, _) = warning { section } else { nil }
    }
    if let only = sections.first, sections.count == 1 {
      return "not signed as a whole: part \(only) carries a signature of its own"
    }
    let listed = sections.prefix(3).joined(separator: ", ") + (sections.count > 3 ? " …" : "")
    return "not signed as a whole: parts \(listed) carry signatures of their own"
  }

  private static func signerLine(_ signer: SignerRecord, verdict: Verdict, time: (Int64) -> String) -> String {
    var facts: [String] = []
    if let fingerprint = signer.fingerprint {
      // Only of a good signature it was asked whether its certificate is the From address's.
      facts.append("certificate \(fingerprint.short)" + (signer.finding == .good ? ", \(signer.trust.words)" : ""))
    } else if let claimed = signer.claimedKeyID {
      facts.append("claims key \(shortKeyID(claimed))")
    }
    if let signedAt = signer.signedAt { facts.append("signed \(time(signedAt))") }
    if verdict.signature == .good, verdict.subject == .message { facts.append("covers everything") }
    return facts.joined(separator: " · ")
  }

  /// A key ID as people compare it: "9F2C 11D0 0B7E 3A41".
  private static func shortKeyID(_ hex: String) -> String {
    guard hex.utf8.count == 16 else { return hex }
    var grouped = ""
    for (index, digit) in hex.enumerated() {
      if index > 0, index.isMultiple(of: 4) { grouped += " " }
      grouped.append(digit)
    }
    return grouped
  }
}

extension SignerTrust {
  /// The trust as the second half of "certificate …, …".
  fileprivate var words: String {
    switch self {
    case .verified: "verified"
    case .accepted(let at): "accepted by you, \(calendarDate(at))"
    case .unverified: "not verified"
    }
  }
}

extension Verdict {
  /// The warnings in words, in their order.
  package func warningSentences(time: (Int64) -> String) -> [String] {
    // The parts of what came out of an encrypted part have numbers of their own.
    let opens = part != nil && encryption == .whole ? "of what `decrypt` makes of this one opens" : "opens"
    return warnings.map { $0.sentence(time: time, opens: opens) }
  }

  /// The kind of S/MIME that the message is; nil when it is none.
  fileprivate var smime: CryptoStructure.SMIME? {
    warnings.lazy.compactMap { if case .smime(let kind) = $0 { kind } else { nil } }.first
  }
}

extension DecryptionRefusal {
  /// The reason in words: lower case, no full stop.
  package var sentence: String {
    switch self {
    case .noSecretKey(let recipients, let hidden, let isFinal):
      "no secret key here fits" + (isFinal ? "" : " without a passphrase") + Self.addressees(recipients, hidden: hidden)
    case .unreadable(let kind): kind.sentence
    case .passphrase(let cause), .integrity(let cause), .other(let cause): cause
    case .notEncrypted: "it claims to be encrypted and is not"
    }
  }

  /// Whom a message is for, as the second half of a sentence.
  private static func addressees(_ recipients: [String], hidden: Int) -> String {
    let others = hidden == 1 ? "one recipient who is hidden" : "\(hidden) recipients who are hidden"
    // A message can name ten thousand, and their number says as much.
    let more = recipients.count > 8 ? " and \(recipients.count - 8) more" : ""
    let named = recipients.prefix(8).joined(separator: ", ") + more
    return switch (recipients.isEmpty, hidden) {
    case (true, 0): ""
    case (true, _): "; it is for \(others)"
    case (false, 0): "; it is for \(named)"
    case (false, _): "; it is for \(named), and \(others)"
    }
  }
}
