package import GPGME
package import MIME

/// How the mail of programs goes to those for whom no rule says it.
package enum ProtectionPolicy: String, Sendable, Equatable, CaseIterable {
  case sealed, signed
  /// Sealed where every recipient has a usable certificate, else signed for all of them: never in two versions.
  case sealedOrSigned = "sealed-or-signed"
}

extension ProtectionRules {
  /// What a message to all of `recipients` gets, of which those without a rule get what `policy` says.
  ///
  /// A rule that asks for more than a policy of two goes for all: one message is never sent in two versions (RFC 9787 §9.6).
  ///
  /// - Throws: `SealError.mixedProtection` when they differ, `.wouldGoInClear` with those for whom a rule says so.
  package func protection(
    for recipients: [AddrSpec], otherwise policy: ProtectionPolicy
  ) throws(SealError) -> ProtectionPolicy {
    let ruled = recipients.map { ($0, protection(for: $0)) }
    let clear = ruled.filter { $0.1 == .clear }.map(\.0)
    guard clear.isEmpty else { throw .wouldGoInClear(clear) }
    let fallback: Protection? =
      switch policy {
      case .sealed: .sealed
      case .signed: .signed
      case .sealedOrSigned: nil
      }
    let decided = ruled.compactMap { address, rule in (rule ?? fallback).map { (address, $0) } }
    guard let first = decided.first else { return policy }
    guard decided.allSatisfy({ $0.1 == first.1 }) else { throw .mixedProtection(decided) }
    return first.1 == .signed ? .signed : .sealed
  }

  /// Makes sure that no rule asks for more than clear text.
  ///
  /// - Throws: `SealError.wouldGoInClear` with those for whom one does.
  package func allowClear(for recipients: [AddrSpec]) throws(SealError) {
    let protected = recipients.filter { protection(for: $0).map { $0 != .clear } ?? false }
    guard protected.isEmpty else { throw .wouldGoInClear(protected) }
  }

  /// What the first rule that fits says; nil where none does.
  private func protection(for address: AddrSpec) -> Protection? {
    rules.first { $0.patterns.contains { $0.covers(address) } }?.protection
  }
}

extension Sealer {
  /// Decides as `plan(_:options:with:)`, by rules and a policy.
  ///
  /// - Returns: the plan, and why nothing is encrypted where the policy would have had it so.
  /// - Throws: as that, and as `ProtectionRules.protection(for:otherwise:)`; `SealError.recipients` under a policy of two as well,
  ///   where somebody has a usable certificate, and only the choice among several is missing, or the one that the configuration names.
  package static func plan(
    _ message: OutgoingMessage, rules: ProtectionRules, policy: ProtectionPolicy, options: SealOptions,
    with context: inout Context
  ) throws(SealError) -> (plan: SealPlan, gaps: [RecipientGap]) {
    let decided = try rules.protection(for: message.shared + message.blind, otherwise: policy)
    var options = options
    options.protection = decided == .signed ? .signed : .sealed
    do throws(SealError) {
      return (try plan(message, options: options, with: &context), [])
    } catch {
      guard decided == .sealedOrSigned, case .recipients(let gaps) = error,
        gaps.allSatisfy(\.reason.isLackOfCertificate)
      else { throw error }
      options.protection = .signed
      return (try plan(message, options: options, with: &context), gaps)
    }
  }
}

extension CertificateGap {
  /// Whether there is nothing that could be used, and not just too little said about which.
  fileprivate var isLackOfCertificate: Bool {
    switch self {
    case .none, .notAccepted, .unusable: true
    case .ambiguous, .mappedButMissing: false
    }
  }
}
