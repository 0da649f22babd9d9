import GRDB

/// What was fetched from each mailbox on a server; the mailbox has one name in all runs, any text.
extension StateDatabase {
  /// The numbering of a mailbox that is known, and every message of it.
  ///
  /// - Throws: `MailStateError`.
  package func fetched(
    from mailbox: String
  ) throws(MailStateError) -> (validity: UInt32?, messages: [FetchedMessage]) {
    try read { database in
      let validity = try Int64.fetchOne(
        database, sql: "SELECT validity FROM fetched_numbering WHERE mailbox = ?", arguments: [mailbox])
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM fetched WHERE mailbox = ?", arguments: [mailbox])
      return (validity.flatMap { UInt32(exactly: $0) }, try rows.map(Self.message))
    }
  }

  /// Forgets all that is known of a mailbox, which is numbered anew.
  ///
  /// - Throws: `MailStateError`.
  package func beginFetching(from mailbox: String, validity: UInt32) throws(MailStateError) {
    try write { database in
      try database.execute(sql: "DELETE FROM fetched WHERE mailbox = ?", arguments: [mailbox])
      try database.execute(
        sql: "INSERT OR REPLACE INTO fetched_numbering VALUES (?, ?)", arguments: [mailbox, Int64(validity)])
    }
  }

  /// Keeps what these messages are now, all of them or none.
  ///
  /// - Throws: `MailStateError`.
  package func keep(_ messages: [FetchedMessage], of mailbox: String) throws(MailStateError) {
    guard !messages.isEmpty else { return }
    try write { database in
      let statement = try database.cachedStatement(
        sql: "INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)")
      for message in messages {
        try statement.execute(arguments: [
          mailbox, message.id, message.state.rawValue, message.place, message.name, message.detail, message.time,
          message.removalIsDue,
        ])
      }
    }
  }

  /// Forgets messages, as if they had never been there.
  ///
  /// - Throws: `MailStateError`.
  package func forgetFetched(_ ids: [String], of mailbox: String) throws(MailStateError) {
    guard !ids.isEmpty else { return }
    try write { database in
      let statement = try database.cachedStatement(sql: "DELETE FROM fetched WHERE mailbox = ? AND message = ?")
      for id in ids { try statement.execute(arguments: [mailbox, id]) }
    }
  }

  /// Keeps which messages a mailbox has, and forgets those that it has not had since `limit`, in seconds since 1970.
  ///
  /// Nothing is written while nothing changes.
  /// - Throws: `MailStateError`.
  package func noteListing(
    _ ids: Set<String>, of mailbox: String, at time: Int64, forgettingBefore limit: Int64
  ) throws(MailStateError) {
    let gone = try read { database in
      try Row.fetchAll(database, sql: "SELECT message, gone FROM fetched WHERE mailbox = ?", arguments: [mailbox]).map {
        (id: try $0.decode(String.self, forColumn: "message"), since: try $0.decode(Int64?.self, forColumn: "gone"))
      }
    }
    let missing = gone.filter { $0.since == nil && !ids.contains($0.id) }.map(\.id)
    let back = gone.filter { $0.since != nil && ids.contains($0.id) }.map(\.id)
    let old = gone.filter { ($0.since ?? time) < limit && !ids.contains($0.id) }.map(\.id)
    guard !missing.isEmpty || !back.isEmpty || !old.isEmpty else { return }
    try write { database in
      let mark = try database.cachedStatement(sql: "UPDATE fetched SET gone = ? WHERE mailbox = ? AND message = ?")
      for id in missing { try mark.execute(arguments: [time, mailbox, id]) }
      for id in back { try mark.execute(arguments: [nil, mailbox, id]) }
      let forget = try database.cachedStatement(sql: "DELETE FROM fetched WHERE mailbox = ? AND message = ?")
      for id in old { try forget.execute(arguments: [mailbox, id]) }
    }
  }

  /// - Throws: when the row is not as this program writes them.
  private static func message(_ row: Row) throws -> FetchedMessage {
    guard let state = FetchedMessage.State(rawValue: try row.decode(String.self, forColumn: "state")) else {
      throw StrangeRow()
    }
    return FetchedMessage(
      id: try row.decode(String.self, forColumn: "message"), state: state,
      place: try row.decode(String.self, forColumn: "place"), name: try row.decode(String.self, forColumn: "name"),
      detail: try row.decode(String.self, forColumn: "detail"), time: try row.decode(Int64.self, forColumn: "time"),
      removalIsDue: try row.decode(Bool.self, forColumn: "removal_due"))
  }
}

/// A row that this program did not write.
private struct StrangeRow: Error {}
