import ByteStreams
package import GPGME
package import MIME

/// What Autocrypt recommends for mail to somebody, and the key that would serve.
///
/// The rule about answers to encrypted mail is left out: whatever is written here is sealed unless something else was asked for.
///
/// Source: Autocrypt Level 1, "Provide a recommendation for message encryption"
package struct AutocryptRecommendation: Sendable {
  package let advice: Advice
  /// The key that mail would be encrypted to; nil for none.
  package let target: Key?
  /// Whether only others told of that key.
  package let isGossip: Bool
  /// What the peer's own mail carried, usable or not; nil for none, or what gpg cannot read.
  package let publicKey: Key?
  /// What others told, usable or not.
  package let gossipKey: Key?

  /// How far to encrypt; the least first.
  package enum Advice: String, Sendable, CaseIterable {
    /// Encryption is not possible.
    case disable
    /// It is possible, and the recipient may not be able to read it.
    case discourage
    /// It is possible.
    case available
    /// Both sides want it.
    case encrypt
  }

  /// A certificate that came with mail.
  package struct Key: Sendable {
    /// As gpg reads it, without taking it in.
    package let certificate: Certificate
    /// The bytes that came.
    package let data: [UInt8]
    /// Why it cannot be encrypted to; nil when it can.
    package let problem: CertificateProblem?
  }

  /// How long somebody may write without their key before it is held to be out of use, in seconds.
  private static let patience: Int64 = 35 * 86_400

  /// - Parameters:
  ///   - own: the sender's own wish.
  ///   - now: in seconds since 1970.
  package init(_ peer: AutocryptPeer, publicKey: Key?, gossipKey: Key?, own: EncryptPreference) {
    self.publicKey = publicKey
    self.gossipKey = gossipKey
    let usable = publicKey?.problem == nil ? publicKey : nil
    guard let usable else {
      target = gossipKey?.problem == nil ? gossipKey : nil
      isGossip = target != nil
      advice = target == nil ? .disable : .discourage
      return
    }
    target = usable
    isGossip = false
    let age = (peer.lastSeen ?? 0) - (peer.autocryptTimestamp ?? 0)
    advice = age > Self.patience ? .discourage : peer.preference == .mutual && own == .mutual ? .encrypt : .available
  }

  /// The same with the keys as gpg reads them.
  ///
  /// - Throws: `SealError.engine` when gpg does not work at all.
  package init(
    for peer: AutocryptPeer, own: EncryptPreference, at now: Int64, with context: inout Context
  ) throws(SealError) {
    let publicKey = try peer.publicKey.flatMap { data throws(SealError) in try Key(data, at: now, with: &context) }
    let gossipKey = try peer.gossipKey.flatMap { data throws(SealError) in try Key(data, at: now, with: &context) }
    self.init(peer, publicKey: publicKey, gossipKey: gossipKey, own: own)
  }
}

extension AutocryptRecommendation.Key {
  /// Nil for what gpg cannot read as one certificate.
  init?(_ data: [UInt8], at now: Int64, with context: inout Context) throws(SealError) {
    let found: [Certificate]
    do throws(GPGMEError) {
      found = try context.preview(ArraySource(data))
    } catch {
      switch error.cause {
      case .noData, .malformed: return nil
      default: throw .engine(error)
      }
    }
    guard found.count == 1 else { return nil }
    self.init(
      certificate: found[0], data: data, problem: found[0].problem(for: .encryption, at: now))
  }
}
