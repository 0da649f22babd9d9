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
      signatures.isEmpty ? ["signed (\(form.words)): there is no signature"] : limited(signatures.map { "signed (\(form.words)): \($0.words)" })
    case .signature(let signatures):
      signatures.isEmpty ? ["there is no signature"] : limited(signatures.map { "signature: \($0.words)" })
    case .keys(let keys): keys.isEmpty ? ["there are no keys"] : limited(keys.map(\.words))
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

  /// The first of many, and how many more there are.
  private static func limited(_ lines: [String], of what: String = "of them") -> [String] {
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
  /// "certificate claims key 9F2C…, EdDSA, made 2025-01-01, 1 subkey: Alice <…>".
  fileprivate var words: String {
    let name = userIDs.first.map { ": " + TerminalText.truncated(TerminalText.visible(bytes: Array($0.prefix(240))), to: 60) } ?? ""
    let more = userIDs.count > 1 ? " and \(userIDs.count - 1) more user IDs" : ""
    var facts = [isSecret ? "secret key" : "certificate"]
    if let keyID { facts[0] += " \(keyID)" }
    facts += ["\(algorithm)", "made \(LocalTime.minute(Int64(created)))", subkeyCount == 1 ? "1 subkey" : "\(subkeyCount) subkeys"]
    if version != 4 { facts.append("version \(version)") }
    return facts.joined(separator: ", ") + name + more
  }
}
