import GPGME
import MIME
import SealedMail

/// What mail told of an address, and what follows from it.
struct AutocryptReport {
  let recommendation: AutocryptRecommendation
  let peer: AutocryptPeer

  init(_ recommendation: AutocryptRecommendation, peer: AutocryptPeer) {
    self.recommendation = recommendation
    self.peer = peer
  }

  /// The lines of a person's report.
  ///
  /// - Parameter isUsed: whether sending would use the key where there is no better one.
  func lines(isUsed: Bool) -> [String] {
    var lines = [TerminalText.visible(peer.address.text), "advice      \(recommendation.words)"]
    lines += keyLines("key", recommendation.publicKey, exists: peer.publicKey != nil, at: peer.autocryptTimestamp)
    if peer.publicKey != nil { lines.append("wish        \(peer.preference.words)") }
    lines += keyLines("gossip", recommendation.gossipKey, exists: peer.gossipKey != nil, at: peer.gossipTimestamp)
    lines.append("last seen   \(peer.lastSeen.map { calendarDate($0) } ?? "never")")
    if !isUsed { lines.append("use         none: `locate` under [crypto] of the configuration has no \"autocrypt\"") }
    return lines
  }

  /// Advice and key in one line.
  var summary: String {
    let key = recommendation.target.map { ", key \($0.certificate.fingerprint.short)" } ?? ""
    return recommendation.words + key
  }

  private func keyLines(
    _ name: String, _ key: AutocryptRecommendation.Key?, exists: Bool, at date: Int64?
  ) -> [String] {
    guard exists else { return [] }
    let title = TerminalText.padded(name, to: 10)
    guard let key else { return ["\(title)  gpg cannot read it"] }
    let day = date.map { " of \(calendarDate($0))" } ?? ""
    let origin = "\(key.certificate.algorithm),\(name == "gossip" ? " told in mail" : " in their mail")\(day)"
    return ["\(title)  \(key.certificate.fingerprint.grouped)", "            \(origin)"]
      + (key.problem.map { ["            unusable: \($0.words)"] } ?? [])
  }

  /// The members of the `--json` report.
  var json: KeyValuePairs<String, JSONValue> {
    [
      "advice": .string(recommendation.advice.rawValue),
      "fingerprint": .optional(recommendation.target?.certificate.fingerprint.hex),
      "source": .optional(recommendation.target.map { _ in recommendation.isGossip ? "gossip" : "sender" }),
      "publicKey": .optional(recommendation.publicKey?.certificate.fingerprint.hex),
      "gossipKey": .optional(recommendation.gossipKey?.certificate.fingerprint.hex),
      "peer": peer.json,
    ]
  }
}

extension AutocryptRecommendation {
  /// The advice with its reason.
  var words: String {
    switch advice {
    case .disable: "disable: no usable key came with their mail"
    case .discourage:
      isGossip
        ? "discourage: only others told of their key"
        : "discourage: their last mail came without the key for over 35 days"
    case .available: "available: you can encrypt to them"
    case .encrypt: "encrypt: both sides wish it"
    }
  }
}

extension EncryptPreference {
  fileprivate var words: String {
    switch self {
    case .mutual: "mutual: encrypt when both sides wish it"
    case .nopreference: "none"
    }
  }
}

extension Session {
  /// Whether sending may use keys that came with mail.
  var usesAutocrypt: Bool { configuration.crypto.locate.contains(.autocrypt) }

  /// What Autocrypt recommends for mail to somebody.
  ///
  /// - Parameter sender: who writes; nil for the account's first address.
  /// - Throws: `SealError.engine`.
  func recommendation(
    for peer: AutocryptPeer, from sender: AddrSpec? = nil, with gpg: inout Context
  ) throws(SealError) -> AutocryptRecommendation {
    let accounts = [account].compactMap(\.self) + configuration.accounts
    let own = sender.map { sender in accounts.first { $0.writes(as: sender) } } ?? account
    return try AutocryptRecommendation(for: peer, own: own?.autocrypt ?? .nopreference, at: now, with: &gpg)
  }
}
