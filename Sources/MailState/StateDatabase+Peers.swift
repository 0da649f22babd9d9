import Foundation
import GRDB
package import MIME

extension StateDatabase {
  /// Everybody who is known, by address.
  ///
  /// - Throws: `MailStateError`.
  package func peers() throws(MailStateError) -> [AutocryptPeer] {
    try read { try Row.fetchAll($0, sql: "SELECT * FROM peer ORDER BY address").map(Self.peer) }
  }

  /// Who has this address, in whatever capitals; nil for somebody unknown.
  ///
  /// - Throws: `MailStateError`.
  package func peer(_ address: AddrSpec) throws(MailStateError) -> AutocryptPeer? {
    try read { try Self.peer(address.canonical, in: $0) }
  }

  /// Takes in what messages say; the peers they are about are read, changed and kept in one transaction.
  ///
  /// - Returns: how many messages told something new.
  /// - Throws: `MailStateError`.
  package func take(_ news: [AutocryptNews]) throws(MailStateError) -> Int {
    guard !news.isEmpty else { return 0 }
    return try write { database in try news.count { try Self.take($0, into: database) } }
  }

  private static func take(_ news: AutocryptNews, into database: Database) throws -> Bool {
    let reading = news.reading
    let changed = try change(reading.sender, in: database) { $0.update(with: reading.header, at: reading.date) }
    let told = try news.gossip.map { header in
      try change(header.address, in: database) { $0.update(withGossip: header, at: reading.date) }
    }
    return changed || told.contains(true)
  }

  /// Forgets all that is known of an address; false when nothing was.
  ///
  /// - Throws: `MailStateError`.
  package func forget(_ address: AddrSpec) throws(MailStateError) -> Bool {
    try write { database in
      try database.execute(sql: "DELETE FROM peer WHERE address = ?", arguments: [address.canonical.text])
      return database.changesCount > 0
    }
  }

  private static func change(
    _ address: AddrSpec, in database: Database, _ change: (inout AutocryptPeer) -> Void
  ) throws -> Bool {
    let known = try peer(address.canonical, in: database)
    var peer = known ?? AutocryptPeer(address: address)
    change(&peer)
    guard peer != known else { return false }
    try database.execute(
      sql: "INSERT OR REPLACE INTO peer VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        peer.address.text, peer.lastSeen, peer.autocryptTimestamp, peer.publicKey.map { Data($0) },
        peer.preference.rawValue, peer.gossipTimestamp, peer.gossipKey.map { Data($0) },
      ])
    return true
  }

  private static func peer(_ address: AddrSpec, in database: Database) throws -> AutocryptPeer? {
    try Row.fetchOne(database, sql: "SELECT * FROM peer WHERE address = ?", arguments: [address.text]).map(peer)
  }

  /// - Throws: when the row is not as this program writes them.
  private static func peer(_ row: Row) throws -> AutocryptPeer {
    var peer = AutocryptPeer(address: try AddrSpec(try row.decode(String.self, forColumn: "address")))
    peer.lastSeen = try row.decode(Int64?.self, forColumn: "last_seen")
    peer.autocryptTimestamp = try row.decode(Int64?.self, forColumn: "autocrypt_timestamp")
    peer.publicKey = try row.decode(Data?.self, forColumn: "public_key").map { [UInt8]($0) }
    let preference = try row.decode(String.self, forColumn: "prefer_encrypt")
    peer.preference = EncryptPreference(rawValue: preference) ?? .nopreference
    peer.gossipTimestamp = try row.decode(Int64?.self, forColumn: "gossip_timestamp")
    peer.gossipKey = try row.decode(Data?.self, forColumn: "gossip_key").map { [UInt8]($0) }
    return peer
  }
}

/// What one message says in terms of Autocrypt.
package struct AutocryptNews: Sendable {
  /// What it says of its sender.
  package let reading: AutocryptReading
  /// What its encrypted inside tells of its recipients.
  package let gossip: [AutocryptHeader]

  package init(reading: AutocryptReading, gossip: [AutocryptHeader] = []) {
    self.reading = reading
    self.gossip = gossip
  }
}
