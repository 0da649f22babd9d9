/// What is known by Autocrypt of somebody who writes mail, or is written to.
///
/// Times are seconds since 1970, by what the messages say of themselves; keys are as they were received.
///
/// Source: Autocrypt Level 1, "Communication Peers"
package struct AutocryptPeer: Equatable, Sendable {
  /// In canonical form.
  package let address: AddrSpec
  /// The youngest message of theirs; nil for somebody known by gossip alone.
  package var lastSeen: Int64?
  /// The youngest message of theirs with a valid Autocrypt field.
  package var autocryptTimestamp: Int64?
  /// What that one carried.
  package var publicKey: [UInt8]?
  package var preference: EncryptPreference = .nopreference
  /// The youngest message of others that told of a key for them.
  package var gossipTimestamp: Int64?
  /// What that one told.
  package var gossipKey: [UInt8]?

  package init(address: AddrSpec) {
    self.address = address.canonical
  }

  /// Takes in one message of theirs.
  ///
  /// - Parameters:
  ///   - header: its one valid Autocrypt field; nil without one.
  ///   - date: its effective date.
  ///
  /// Source: Autocrypt Level 1, "Updating Autocrypt Peer State"
  package mutating func update(with header: AutocryptHeader?, at date: Int64) {
    if let autocryptTimestamp, date < autocryptTimestamp { return }
    if lastSeen.map({ date > $0 }) ?? true { lastSeen = date }
    guard let header else { return }
    autocryptTimestamp = date
    publicKey = header.keyData
    preference = header.preference
  }

  /// Takes in what somebody else's sealed message told of them.
  ///
  /// Source: Autocrypt Level 1, "Updating Autocrypt Peer State from Key Gossip"
  package mutating func update(withGossip header: AutocryptHeader, at date: Int64) {
    if let gossipTimestamp, gossipTimestamp > date { return }
    gossipTimestamp = date
    gossipKey = header.keyData
  }
}
