import GPGME
import MIME
import SealedMail

extension Session {
  /// What stands above a message that is edited: what is wrong with it, for whom it will be sealed, and how to give up.
  ///
  /// - Throws: `SealError`, `MIMEError`, `MailStateError`.
  func comments(
    on composition: Composition, _ choice: ProtectionChoice, problems: [String], with gpg: inout Context
  ) throws -> [String] {
    var lines = problems.map { "!! \(TerminalText.visible($0))" }
    if !lines.isEmpty { lines.append("") }
    lines += try protectionLines(composition, choice, with: &gpg)
    if composition.origin == .sealed {
      lines.append("It repeats a message that came sealed, so it goes sealed or not at all.")
    }
    return lines + [
      "", "Commas part addresses; each attached file has an `Attach:` line of its own.",
      "To give up, empty this file or leave it as it is. These lines are left out.",
    ]
  }

  private func protectionLines(
    _ composition: Composition, _ choice: ProtectionChoice, with gpg: inout Context
  ) throws -> [String] {
    let recipients = composition.recipients
    switch choice {
    case .chosen(.clear): return ["Will go in clear: neither encrypted nor signed."]
    case .chosen(.signed): return ["Will be signed, and readable by everybody."]
    case .chosen(.sealed), .chosen(.encryptedOnly), .policy: break
    case .rules:
      do {
        switch try configuration.protectionRules().protection(for: recipients) {
        case .signed: return ["Will be signed, and readable by everybody, as a rule of the configuration says."]
        case .clear: return ["Cannot be sent: a rule of the configuration asks for clear text, without `--clear`."]
        case .sealed, .encryptedOnly: break
        }
      } catch let error as SealError {
        return Failure(error).sentences.map { "Cannot be sent: \(TerminalText.visible($0))" }
      }
    }
    guard !recipients.isEmpty else { return ["Names nobody yet."] }
    var options = SealOptions(now: now)
    options.map = try configuration.certificateMap()
    options.autocrypt = try autocryptTargets(for: recipients, from: composition.from?.address, with: &gpg)
    var seen: Set<AddrSpec> = []
    let unique = recipients.filter { seen.insert($0).inserted }
    let decisions = try CertificateDecision.all(of: unique, options: options, with: &gpg)
    return ["Will be sealed for:"] + Self.lines(decisions)
  }

  /// As wide as a line may be behind its mark in an editor of 80 columns.
  private static let columns = 77

  /// For whom it can be sealed, then for whom not, and what helps there.
  private static func lines(_ decisions: [CertificateDecision]) -> [String] {
    var recipients: [RecipientCertificate] = []
    var gaps: [String] = []
    for decision in decisions {
      switch decision.outcome {
      case .success(let recipient): recipients.append(recipient)
      case .failure(let gap):
        let failure = Failure(SealError.recipients([gap]))
        let texts = failure.sentences.map { ("  ✗ ", $0) } + failure.hints.map { ("    ", $0) }
        for (mark, text) in texts {
          let lines = Table.broken(TerminalText.visible(text), columns: columns, indent: 4)
          gaps += lines.enumerated().map { ($0 == 0 ? mark : "    ") + $1 }
        }
      }
    }
    let style = Style(hasColour: false, hasUTF8: true)
    return CertificateRows(recipients: recipients, own: nil).lines(style, columns: columns) + gaps
  }
}
