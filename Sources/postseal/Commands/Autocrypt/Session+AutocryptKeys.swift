import GPGME
import MIME
import MailState
import SealedMail

extension Session {
  /// What came with mail for these addresses, where the configuration lets that count.
  ///
  /// - Throws: `MailStateError`, `SealError.engine`, `Failure` 78.
  func autocryptTargets(
    for addresses: [AddrSpec], from sender: AddrSpec? = nil, with gpg: inout Context
  ) throws -> AutocryptTargets {
    guard usesAutocrypt else { return .none }
    var found: [AddrSpec: AutocryptRecommendation] = [:]
    if let state = try Session.state() {
      for address in Set(addresses.map(\.canonical)) {
        guard let peer = try state.peer(address) else { continue }
        found[address] = try recommendation(for: peer, from: sender, with: &gpg)
      }
    }
    return AutocryptTargets(found)
  }

  /// Says of whom Autocrypt doubts that they can read what is sealed to the key that came with mail.
  func warnOfAutocrypt(_ plan: SealPlan, _ targets: AutocryptTargets) {
    for recipient in plan.recipients where recipient.trust == .autocrypt {
      guard let recommendation = targets.recommendation(for: recipient.address),
        recommendation.advice == .discourage
      else { continue }
      console.note("\(recipient.address.text) may be unable to read it; Autocrypt says \(recommendation.words)")
    }
  }

  /// The copies' plan once the keys that came with mail are where gpg finds them.
  ///
  /// - Throws: `SealError`.
  func takingInKeys(_ prepared: Prepared, with gpg: inout Context) throws(SealError) -> SealPlan {
    let (plan, taken) = try Sealer.takeIn(prepared.plan, options: prepared.options, with: &gpg)
    for certificate in taken {
      console.note(
        "took \(certificate.fingerprint.short), which came with mail, into your keyring; nothing became trusted")
    }
    return plan
  }

  /// What mail told of an address and what Autocrypt recommends; nil where it told nothing.
  ///
  /// - Throws: `MailStateError`, `SealError.engine`, `Failure` 78.
  func autocryptReport(for address: AddrSpec, with gpg: inout Context) throws -> AutocryptReport? {
    guard let peer = try Session.state()?.peer(address) else { return nil }
    return AutocryptReport(try recommendation(for: peer, with: &gpg), peer: peer)
  }

  /// Says beside a look-up what mail told of an address.
  ///
  /// - Throws: as ``autocryptReport(for:with:)``.
  func noteAutocrypt(for address: String, with gpg: inout Context) throws {
    guard let address = try? AddrSpec(address), let report = try autocryptReport(for: address, with: &gpg) else {
      return
    }
    console.note("Autocrypt: \(report.summary); see `postseal autocrypt show \(ShellWord.quoted(address.text))`")
  }
}
