import GPGME
import MIME
import OpenPGPPackets
import SealedMail

/// What `inspect` says about a finding: a sentence, and lines that stand below it.
enum InspectionWords {
  /// More keys of one message than anybody reads.
  private static let listLimit = 12

  static func lines(_ finding: Inspection.Finding) -> [String] {
    switch finding {
    case .encrypted(let summary, let form): encrypted(summary, form)
    case .signed(let signatures, let form):
      list(
        "called signed (\(form.words)), but there is no signature", "signed (\(form.words))", signatures.map(\.words),
        of: "signatures")
    case .signature(let signatures):
      list("there is no signature", "signature", signatures.map(\.words), of: "signatures")
    case .keys(let keys): list("there are no keys", "keys", keys.map(\.words), of: "keys")
    case .smime(let kind): ["\(kind.words); not looked into"]
    case .tnef: ["Outlook's own wrapping (TNEF); not looked into"]
    case .headerProtection(let mark): [mark.words]
    case .unreadable(let why): ["the OpenPGP data cannot be read: \(why)"]
    case .errant: ["not at the root, so it gives the message nothing"]
    case .mailingList: ["a mailing list put this around the signed part"]
    case .repaired(let how): ["mangled: \(how)"]
    case .malformed(let why): ["it calls itself PGP/MIME: \(why)"]
    case .defect(let what): ["malformed: \(what)"]
    }
  }

  private static func encrypted(_ summary: CiphertextSummary, _ form: Inspection.Form) -> [String] {
    guard case .encrypted(let protection) = summary.content else {
      return ["called encrypted (\(form.words)), but it is not: \(summary.content.words)"]
    }
    let keys = summary.recipients.map(\.words) + summary.passphrases.map(\.words)
    let problems = summary.problems.map { "it holds \($0)" }
    return ["encrypted (\(form.words)): \(protection.words)"] + limited(keys, of: "recipients") + problems
  }

  /// A head line, with the one thing that there is or with their count and a line for each.
  private static func list(_ empty: String, _ head: String, _ lines: [String], of what: String) -> [String] {
    switch lines.count {
    case 0: [empty]
    case 1: ["\(head): \(lines[0])"]
    default: ["\(head): \(lines.count) \(what)"] + limited(lines, of: what)
    }
  }

  /// The first of many, and how many more there are.
  private static func limited(_ lines: [String], of what: String) -> [String] {
    guard lines.count > listLimit else { return lines }
    return lines.prefix(listLimit) + ["… and \(lines.count - listLimit) more \(what), which `--json` lists"]
  }
}

extension Inspection.Form {
  fileprivate var words: String {
    switch self {
    case .mime: "PGP/MIME"
    case .block: "OpenPGP block"
    }
  }
}

extension Inspection.HeaderMark {
  fileprivate var words: String {
    switch self {
    case .cipher: "protects its header fields (hp=\"cipher\")"
    case .clear: "protects its header fields (hp=\"clear\")"
    case .v1: "protects its header fields (protected-headers=\"v1\")"
    case .legacyDisplay: "repeats header fields for old programs (hp-legacy-display)"
    }
  }
}

extension CiphertextSummary.Recipient {
  fileprivate var words: String {
    let key = keyID.isWildcard ? "for a hidden recipient" : "for key \(keyID)"
    let kind = algorithm.isPostQuantum ? "\(algorithm), post-quantum" : "\(algorithm)"
    return "\(key)  \(kind)" + (version == 3 ? "" : "  (version \(version))")
  }
}

extension CiphertextSummary.Passphrase {
  fileprivate var words: String {
    "for a passphrase" + (cipher.map { "  \($0)" } ?? "") + (version == 4 ? "" : "  (version \(version))")
  }
}

extension CiphertextSummary.Protection {
  /// How it is protected, with the names that the standards give to it.
  fileprivate var words: String {
    switch self {
    case .none: "no protection against alteration"
    case .seipd1: "protected by a hash (SEIPD v1, MDC)"
    case .seipd2(let cipher, let mode): "\(cipher) in \(mode) (SEIPD v2, RFC 9580), which GnuPG does not read"
    case .aead(let cipher, let mode): "\(cipher) in \(mode) (GnuPG's own AEAD packet)"
    case .unknown(let version): "unknown protection of version \(version)"
    }
  }
}

extension CiphertextSummary.Content {
  fileprivate var words: String {
    switch self {
    case .nothing: "there is no message in it"
    case .clear(let tag): "it starts with a \(tag) packet"
    case .encrypted: "it is"
    }
  }
}

extension SignatureSummary {
  /// "claims key 9F2C…, EdDSA with SHA-512, 2026-11-25 13:52 +0000".
  fileprivate var words: String {
    var facts = [issuer.map { "claims key \($0)" } ?? "names no key"]
    if let algorithm, let hash { facts.append("\(algorithm) with \(hash)") }
    if let created { facts.append(LocalTime.minute(Int64(created))) }
    if version != 4 { facts.append("version \(version)") }
    return facts.joined(separator: ", ")
  }
}

extension KeyblockSummary {
  /// "certificate 9F2C…, EdDSA, made 2025-01-01, 1 subkey, Alice <…>".
  fileprivate var words: String {
    var facts = [(isSecret ? "secret key" : "certificate") + (keyID.map { " \($0)" } ?? "")]
    facts += ["\(algorithm)", "made \(calendarDate(Int64(created)))"]
    facts.append(subkeyCount == 1 ? "1 subkey" : "\(subkeyCount) subkeys")
    if version != 4 { facts.append("version \(version)") }
    if let first = userIDs.first {
      facts.append(TerminalText.truncated(TerminalText.visible(bytes: Array(first.prefix(240))), to: 60))
    }
    if userIDs.count > 1 { facts.append("\(userIDs.count - 1) more user IDs") }
    return facts.joined(separator: ", ")
  }
}
