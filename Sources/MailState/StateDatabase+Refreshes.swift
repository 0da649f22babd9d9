import GRDB

extension StateDatabase {
  /// When each certificate of a GnuPG home was last asked for elsewhere, in seconds since 1970, by its fingerprint.
  ///
  /// - Parameter home: what that home is called; any text.
  /// - Throws: `MailStateError`.
  package func refreshes(in home: String) throws(MailStateError) -> [String: Int64] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT fingerprint, time FROM refreshed WHERE home = ?", arguments: [home])
      var times: [String: Int64] = [:]
      for row in rows {
        times[try row.decode(String.self, forColumn: "fingerprint")] = try row.decode(Int64.self, forColumn: "time")
      }
      return times
    }
  }

  /// Keeps that a certificate of a home was asked for at `time`.
  ///
  /// - Throws: `MailStateError`.
  package func noteRefresh(of fingerprint: String, in home: String, at time: Int64) throws(MailStateError) {
    try write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO refreshed VALUES (?, ?, ?)", arguments: [home, fingerprint, time])
    }
  }
}
