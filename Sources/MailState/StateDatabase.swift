import ByteStreams
import GRDB
package import SystemPackage

/// The one file of what lasts between runs: SQLite, readable by its owner only, safe with several runs at once.
package struct StateDatabase: Sendable {
  /// Where it lies.
  package let path: FilePath
  private let queue: DatabaseQueue

  /// How long one run waits for another, in seconds; what they do in there takes milliseconds.
  private static let patience = 10.0

  /// Opens the database in `folder`, which is made with mode 0700 as its parents are when they are missing, and brings it to this
  /// version.
  ///
  /// - Throws: `MailStateError`.
  package static func open(in folder: FilePath) throws(MailStateError) -> StateDatabase {
    let path = path(in: folder)
    do throws(StreamError) {
      try Folders.createWhole(folder)
      try PrivateFile.ensure(path)
    } catch {
      throw .file(error)
    }
    return try StateDatabase(path)
  }

  /// The same, or nil where there is none yet: nothing is made.
  ///
  /// - Throws: `MailStateError`.
  package static func openExisting(in folder: FilePath) throws(MailStateError) -> StateDatabase? {
    let path = path(in: folder)
    return Folders.holdsFile(path) ? try StateDatabase(path) : nil
  }

  /// Where the database of `folder` lies.
  package static func path(in folder: FilePath) -> FilePath { folder.appending("state.sqlite") }

  private init(_ path: FilePath) throws(MailStateError) {
    self.path = path
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(Self.patience)
    // A schema that somebody else wrote into the file runs no code of theirs.
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
      try database.execute(sql: "PRAGMA secure_delete = ON")
    }
    queue = try Self.named(path) { try DatabaseQueue(path: path.string, configuration: configuration) }
    try upgrade()
  }

  /// Brings the schema to this version; one run does, while others wait.
  private func upgrade() throws(MailStateError) {
    let folder: Folder
    do throws(StreamError) { folder = try Folder(path.removingLastComponent()) } catch { throw .file(error) }
    guard folder.lock(within: Self.patience) else { throw .busy(path: path.string) }
    defer { extendLifetime(folder) }
    let (queue, migrator) = (queue, Self.migrator)
    let isNewer = try Self.named(path) { try queue.read { try migrator.hasBeenSuperseded($0) } }
    guard !isNewer else { throw .newer(path: path.string) }
    try Self.named(path) {
      if try !queue.read({ try migrator.hasCompletedMigrations($0) }) { try migrator.migrate(queue) }
    }
  }

  /// Every version's change to the schema, in order; a published one is never edited.
  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 peers") { database in
      try database.execute(
        sql: """
          CREATE TABLE peer (
            address TEXT PRIMARY KEY NOT NULL,
            last_seen INTEGER,
            autocrypt_timestamp INTEGER,
            public_key BLOB,
            prefer_encrypt TEXT NOT NULL CHECK (prefer_encrypt IN ('mutual', 'nopreference')),
            gossip_timestamp INTEGER,
            gossip_key BLOB
          ) STRICT
          """)
    }
    migrator.registerMigration("refreshed certificates") { database in
      try database.execute(
        sql: """
          CREATE TABLE refreshed (
            home TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (home, fingerprint)
          ) STRICT
          """)
    }
    migrator.registerMigration("fetched messages") { database in
      try database.execute(
        sql: """
          CREATE TABLE fetched_numbering (
            mailbox TEXT PRIMARY KEY NOT NULL,
            validity INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE fetched (
            mailbox TEXT NOT NULL,
            message TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('staged', 'delivered', 'passed')),
            place TEXT NOT NULL,
            name TEXT NOT NULL,
            detail TEXT NOT NULL,
            time INTEGER NOT NULL,
            removal_due INTEGER NOT NULL CHECK (removal_due IN (0, 1)),
            gone INTEGER,
            PRIMARY KEY (mailbox, message)
          ) STRICT, WITHOUT ROWID
          """)
    }
    return migrator
  }

  /// Reads in one transaction.
  func read<Value>(_ body: (Database) throws -> Value) throws(MailStateError) -> Value {
    try Self.named(path) { try queue.read(body) }
  }

  /// Reads and writes in one transaction, which takes effect as a whole or not at all.
  func write<Value>(_ body: (Database) throws -> Value) throws(MailStateError) -> Value {
    try Self.named(path) { try queue.write(body) }
  }

  /// Does `body`, and says of an error which file it is about.
  private static func named<Value>(_ path: FilePath, _ body: () throws -> Value) throws(MailStateError) -> Value {
    do {
      return try body()
    } catch let error as MailStateError {
      throw error
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: throw .corrupted(path: path.string)
      case .SQLITE_BUSY, .SQLITE_LOCKED: throw .busy(path: path.string)
      default: throw .failed(path: path.string, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
      }
    } catch {
      // What a row holds is not what this program wrote.
      throw .corrupted(path: path.string)
    }
  }
}
