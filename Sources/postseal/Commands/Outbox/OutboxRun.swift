import MIME
import MailTransport

/// One pass over entries of the outbox: the certificates are looked at again, then each message goes its way.
struct OutboxRun {
  let session: Session
  /// Nil where nothing is sent.
  let locked: LockedOutbox?
  let via: String?
  let connection: ConnectionChoice
  /// What came of each entry, in order.
  private(set) var results: [Result] = []
  /// Ways that did not work, so that they are not tried again for each of many messages.
  private var broken: [Way: Failure] = [:]
  private var submitters: [Way: any Submitter] = [:]
  /// The messages that somebody got in this run.
  private var out: Set<String> = []
  /// The messages that a person lets go whatever became of their certificates.
  var approved: Set<String> = []
  /// What is wrong with the senders' own certificates that were looked at; nil for nothing.
  var senders: [OwnCertificate: Failure?] = [:]

  init(session: Session, locked: LockedOutbox?, via: String?, connection: ConnectionChoice) {
    self.session = session
    self.locked = locked
    self.via = via
    self.connection = connection
  }

  /// What came of one entry.
  struct Result {
    let entry: OutboxEntry
    /// Through what it went; nil when it did not.
    var channel: String?
    /// What the server or program said.
    var words: String?
    /// Why it stays.
    var failure: Failure?
    /// Where it is now; nil when it is gone.
    var rest: OutboxEntry?
  }

  /// Takes leave of the servers.
  func finish() async {
    for submitter in submitters.values { await submitter.close() }
  }

  private struct Way: Hashable {
    let url: String
    let account: String?
  }

  /// Sends the entries of one message.
  ///
  /// - Throws: what makes going on senseless.
  mutating func send(_ entries: [OutboxEntry], _ options: GlobalOptions) async throws {
    if let failure = try reconsidered(entries, options) { return stay(entries, failure) }
    guard let locked else {
      results += entries.map { Result(entry: $0, rest: $0) }
      out.formUnion(entries.map(\.id.group))
      return
    }
    let way = way(of: entries[0].record, options)
    if let failure = broken[way] { return stay(entries, failure) }
    let submitter: any Submitter
    do { submitter = try await self.submitter(for: way, options) } catch {
      guard let failure = Failure(error) else { throw error }
      broken[way] = failure
      return stay(entries, failure)
    }
    var copies: [(entry: OutboxEntry, copy: OutboxCopy)] = []
    for entry in entries {
      do throws(OutboxError) { copies.append((entry, try locked.take(entry))) } catch { stay([entry], Failure(error)) }
    }
    guard !copies.isEmpty else { return }
    await hand(copies, over: submitter, way)
  }

  /// Hands over what was taken, and settles each entry: whoever is accepted gets it, because who was refused was told of already.
  private mutating func hand(
    _ copies: [(entry: OutboxEntry, copy: OutboxCopy)], over submitter: any Submitter, _ way: Way
  ) async {
    let taken = copies.map(\.copy)
    let outcome = await session.handOver(rule: .whoeverIsAccepted, through: submitter) { () throws(TransportError) in
      try taken.map { copy throws(TransportError) in try copy.submission() }
    }
    if case .failure(let error) = outcome, error.isOfWay { broken[way] = Failure(error) }
    noteHolders(outcome, taken)
    for (index, (entry, copy)) in copies.enumerated() {
      do throws(OutboxError) {
        switch outcome {
        case .success(let report): results.append(try settle(copy, entry, report, index))
        case .failure(.cancelled): results.append(Result(entry: entry, failure: nil, rest: try copy.wait(because: nil)))
        case .failure(let error):
          results.append(Result(entry: entry, failure: Failure(error), rest: try copy.settle(error)))
        }
      } catch {
        results.append(Result(entry: entry, failure: Failure(error), rest: entry))
      }
    }
  }

  /// Remembers with the message's other copies who has it, before the copies that say so are gone.
  private func noteHolders(_ outcome: Swift.Result<SubmissionReport, TransportError>, _ taken: [OutboxCopy]) {
    guard let locked, case .success(let report) = outcome, let group = taken.first?.record.id.group else { return }
    do throws(OutboxError) {
      try locked.note(report.holders(), in: group, without: taken.map(\.record.id))
    } catch {
      session.console.fail(Failure(error))
    }
  }

  private mutating func settle(
    _ copy: OutboxCopy, _ entry: OutboxEntry, _ report: SubmissionReport, _ index: Int
  ) throws(OutboxError) -> Result {
    let own = report.copies[index]
    let alone = SubmissionReport(channel: report.channel, copies: [own], interruption: report.interruption)
    if own.recipients.contains(where: \.fate.isAccepted) { out.insert(entry.id.group) }
    let rest = try copy.settle(
      own.recipients.map(\.fate), interruption: report.interruption, elsewhere: report.holders(without: index))
    let failure = alone.failure.map { Failure(alone, status: ExitStatus($0)) }
    return Result(
      entry: entry, channel: report.channel, words: own.recipients.first?.fate.words?.description,
      failure: failure.map { Failure($0.status, sentences: $0.sentences, hints: []) }, rest: rest)
  }

  /// Puts copies for their sender where they belong, of messages that somebody has or that are gone from the outbox; where nothing is
  /// sent it is only told.
  ///
  /// - Throws: what makes going on senseless.
  mutating func keepCopies(in listing: OutboxListing, _ options: GlobalOptions) async throws {
    for entry in listing.entries where entry.record.purpose == .keeping && [.waiting, .held].contains(entry.state) {
      let copies = listing.entries.filter { $0.id.group == entry.id.group && $0.record.purpose == .delivery }
      guard copies.isEmpty || out.contains(entry.id.group) || copies.contains(where: \.isOut) else { continue }
      do {
        if let failure = try reconsidered([entry], options) {
          stay([entry], failure)
          continue
        }
        let keeper = try session(as: entry.record.account, options).sentKeeper(for: entry.record.way, connection)
        guard let locked else {
          results.append(Result(entry: entry, rest: entry))
          continue
        }
        let copy = try locked.take(entry)
        do throws(TransportError) {
          try await keeper.keep(copy.message, called: "postseal-\(entry.id)", at: entry.record.time)
        } catch {
          results.append(
            Result(entry: entry, failure: Failure(error), rest: try copy.wait(because: error.description)))
          continue
        }
        try copy.withdraw()
        results.append(Result(entry: entry, channel: keeper.name))
      } catch {
        guard let failure = Failure(error) else { throw error }
        stay([entry], failure)
      }
    }
  }

  private mutating func stay(_ entries: [OutboxEntry], _ failure: Failure) {
    results += entries.map { Result(entry: $0, failure: failure, rest: $0) }
  }

  // MARK: The way

  private func way(of record: OutboxRecord, _ options: GlobalOptions) -> Way {
    let other = options.account == nil ? nil : session.account?.submit
    return Way(url: via ?? other ?? record.way, account: options.account ?? record.account)
  }

  /// Makes sure that what the run says to one server, a password above all, is not said to another.
  ///
  /// - Throws: `Failure` 64.
  func requireOneServer(for messages: [[OutboxEntry]], _ options: GlobalOptions) throws(Failure) {
    guard connection.secret != nil || connection.clientCertificate != nil else { return }
    let urls = Set(messages.compactMap(\.first).map { way(of: $0.record, options).url })
    let servers = urls.compactMap { url -> MailServer? in
      guard case .smtp(let server)? = try? session.target(via: url, plaintext: .anyHost) else { return nil }
      return server.user != nil || connection.clientCertificate != nil ? server : nil
    }
    guard Set(servers).count > 1 else { return }
    throw Failure(
      .usage,
      "the login that is given is for one server, and mail waits for \(servers.map(\.name).sorted().joined(separator: ", "))",
      hint: "name the entries of one server, or one way for all with `--via`")
  }

  private mutating func submitter(for way: Way, _ options: GlobalOptions) async throws -> any Submitter {
    if let known = submitters[way] { return known }
    let session = try session(as: way.account, options)
    let submitter = try await session.submitter(
      to: try session.target(via: way.url, plaintext: connection.plaintext), connection
    ).keptOpen()
    submitters[way] = submitter
    return submitter
  }

  /// What works for the account that a message was sent by.
  ///
  /// - Throws: `Failure` 78 for one that is not configured any more.
  private func session(as account: String?, _ options: GlobalOptions) throws -> Session {
    var options = options
    options.account = account
    let session = try Session(options, configuration: session.configuration)
    if let account, session.account == nil {
      throw Failure(.configuration, "there is no account `\(account)`", hint: "name another with `--account NAME`")
    }
    return session
  }
}

extension TransportError {
  /// Whether every other message would meet it too.
  fileprivate var isOfWay: Bool {
    switch self {
    case .content, .reading, .envelope, .messageTooLarge, .extensionMissing: false
    default: true
    }
  }
}
