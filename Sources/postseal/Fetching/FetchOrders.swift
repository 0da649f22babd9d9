import ByteStreams
import MailTransport
import SystemPackage

/// What a `fetch` was told: from where, into what, and which messages.
struct FetchOrders: Sendable {
  /// One mailbox on the server, and where its mail goes.
  struct Errand: Sendable {
    let source: RetrievalSource
    let target: FetchTarget

    /// What the mailbox is called in all runs: the same whatever way it is reached.
    ///
    /// Behind a name of this machine there may be several servers, each at a port of its own.
    var key: String {
      let server = source.server
      let port = server.isLoopback ? ":\(server.port)" : ""
      return "\(source.spoken) \(server.host)\(port) \(server.user ?? "")\n\(source.mailbox)"
    }
  }

  /// What is done.
  enum Deed: Sendable {
    case fetch, showOnly, passEverything
  }

  /// The mailboxes that were named; none where the server is asked for all of them.
  let errands: [Errand]
  /// Where all mailboxes of a server are meant.
  let folders: FolderOrders?
  let wishes: FetchWishes
  let deed: Deed
  let watches: Bool
  let interval: Duration
  let judges: Bool
  let choice: ConnectionChoice

  /// - Throws: `Failure` 64 and 78, `TransportError`.
  init(_ command: Fetch, _ session: Session) throws {
    let account = session.account
    guard let url = command.from ?? account?.fetch else {
      throw Failure(
        .configuration, "not fetched: no server is named",
        hint: "name one with `--from imaps://USER@HOST`, or set `fetch` of an account in the configuration")
    }
    let source: RetrievalSource
    do throws(TransportError) {
      choice = try command.connection.choice
      source = try RetrievalSource(parsing: url, plaintext: choice.plaintext)
    } catch {
      throw Failure(fetching: error)
    }
    guard source.uid == nil else {
      throw Failure(
        .usage, "not fetched: the URL names a single message",
        hint: "read it with `postseal read URL`, or leave `;UID=` out")
    }
    guard let text = command.into ?? account?.into else {
      throw Failure(
        .configuration, "not fetched: no mailbox to deliver into is named",
        hint: "name one with `--into maildir:PATH`, or set `into` of the account in the configuration")
    }
    let target = try FetchTarget(argument: text)
    folders = command.allFolders ? try FolderOrders(source, target, named: command.folder) : nil
    errands = command.allFolders ? [] : try Self.errands(command, source, target)
    if command.since != nil, source.spoken == .pop3 {
      throw Failure(
        .usage, "not fetched: a POP3 server does not say when it took mail in", hint: "leave `--since` out, or use IMAP"
      )
    }
    var wishes = FetchWishes()
    wishes.everything = command.all
    wishes.since = command.since.map { $0.time(from: session.now) }
    wishes.count = command.limit
    if let limit = command.maxSize { wishes.octets = limit.bytes }
    wishes.removes = command.deleteAfterFetch || account?.deletesAfterFetch == true && !command.keep
    self.wishes = wishes
    deed = command.catchUp ? .passEverything : command.dryRun ? .showOnly : .fetch
    (watches, interval, judges) = (command.watch, .seconds(command.interval), command.summary)
  }

  /// Whether one mailbox alone is fetched from, which may be waited for.
  var isOfOne: Bool { folders == nil && errands.count == 1 }

  private static func errands(_ command: Fetch, _ source: RetrievalSource, _ target: FetchTarget) throws(Failure)
    -> [Errand]
  {
    let names = command.folder
    guard !names.isEmpty else { return [Errand(source: source, target: target)] }
    guard source.spoken == .imap else {
      throw Failure(.usage, "not fetched: a POP3 server has one mailbox", hint: "leave `--folder` out, or use IMAP")
    }
    try FolderOrders.check(names)
    let places = names.map(FolderOrders.canonical)
    if let twice = places.indices.first(where: { places[..<$0].contains(places[$0]) }) {
      throw Failure(.usage, "not fetched: the mailbox `\(names[twice])` is named twice")
    }
    guard names.count > 1 else { return [Errand(source: source.with(mailbox: names[0]), target: target)] }
    return try names.map { name throws(Failure) in
      Errand(source: source.with(mailbox: name), target: try target.subfolder(named: name))
    }
  }
}
