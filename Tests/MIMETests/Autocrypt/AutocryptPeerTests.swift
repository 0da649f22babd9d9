import Testing

@testable import MIME

@Suite struct AutocryptPeerTests {
  private func header(_ key: UInt8, _ preference: EncryptPreference = .nopreference) throws -> AutocryptHeader {
    AutocryptHeader(address: try AddrSpec("bob@example.org"), preference: preference, keyData: [key])
  }

  /// One message: its effective date, and the key and wish of its field, if it has one.
  struct Mail: Sendable, CustomTestStringConvertible {
    let date: Int64
    var key: UInt8?
    var preference = EncryptPreference.nopreference
    var testDescription: String { "\(date) \(key.map(String.init) ?? "-") \(preference)" }
  }

  private static let histories: [([Mail], Int64, Int64?, UInt8?, EncryptPreference)] = [
    // A first message without and with a field.
    ([Mail(date: 100)], 100, nil, nil, .nopreference),
    ([Mail(date: 100, key: 1, preference: .mutual)], 100, 100, 1, .mutual),
    // A younger one replaces key and wish.
    ([Mail(date: 100, key: 1, preference: .mutual), Mail(date: 200, key: 2)], 200, 200, 2, .nopreference),
    // An older one changes nothing, whatever it holds: a replay.
    ([Mail(date: 200, key: 2), Mail(date: 100, key: 1, preference: .mutual)], 200, 200, 2, .nopreference),
    // One without a field only tells that they were seen.
    ([Mail(date: 100, key: 1), Mail(date: 300)], 300, 100, 1, .nopreference),
    // Between the field and the last message: the key is newer than the one known, the sight is not.
    ([Mail(date: 100, key: 1), Mail(date: 300), Mail(date: 200, key: 2)], 300, 200, 2, .nopreference),
    ([Mail(date: 100, key: 1), Mail(date: 300), Mail(date: 200)], 300, 100, 1, .nopreference),
    // Of the same second the later one counts.
    ([Mail(date: 100, key: 1), Mail(date: 100, key: 2)], 100, 100, 2, .nopreference),
    // Older than the field, without one.
    ([Mail(date: 100, key: 1), Mail(date: 50)], 100, 100, 1, .nopreference),
  ]

  @Test(arguments: histories)
  func `a peer is what the youngest messages made of them`(
    mails: [Mail], seen: Int64, timestamp: Int64?, key: UInt8?, preference: EncryptPreference
  ) throws {
    var peer = AutocryptPeer(address: try AddrSpec("Bob@example.org"))
    for mail in mails { peer.update(with: try mail.key.map { try header($0, mail.preference) }, at: mail.date) }
    #expect(peer.address.text == "bob@example.org")
    #expect(peer.lastSeen == seen)
    #expect(peer.autocryptTimestamp == timestamp)
    #expect(peer.publicKey == key.map { [$0] })
    #expect(peer.preference == preference)
    #expect(peer.gossipKey == nil)
  }

  @Test func `gossip touches nothing but what gossip told, and only forward`() throws {
    var peer = AutocryptPeer(address: try AddrSpec("bob@example.org"))
    peer.update(with: try header(1, .mutual), at: 100)
    peer.update(withGossip: try header(7), at: 300)
    peer.update(withGossip: try header(8), at: 200)
    #expect(peer.publicKey == [1])
    #expect(peer.preference == .mutual)
    #expect(peer.lastSeen == 100)
    #expect(peer.gossipKey == [7])
    #expect(peer.gossipTimestamp == 300)
    peer.update(withGossip: try header(9), at: 300)
    #expect(peer.gossipKey == [9])
  }
}
