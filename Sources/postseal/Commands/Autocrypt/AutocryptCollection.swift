import ByteStreams
import GPGME
import MIME
import MailState
import MailTransport
import SealedMail

/// One run over received mail that takes what it says in terms of Autocrypt into the database.
struct AutocryptCollection: ~Copyable {
  /// What is done with sealed mail, beyond its header.
  enum Gossip { case opened, passedOver }

  private let session: Session
  private let database: StateDatabase
  /// The user's own addresses, whose mail tells nothing about others.
  private let own: Set<AddrSpec>
  private var gpg: Context?
  private let progress: Progress
  private var waiting: [AutocryptNews] = []

  private var count = 0
  private var changed = 0
  private var keys = 0
  private var told = 0
  private var passed: [String: Int] = [:]
  /// The worst that befell a message.
  private(set) var status = ExitStatus.done

  /// So many messages are taken in at once: each time the disk is waited for.
  private static let batch = 500

  /// - Throws: `MailStateError`, `GPGMEError`, `Failure` 78.
  init(_ session: Session, _ gossip: Gossip) throws {
    self.session = session
    let addresses = session.configuration.accounts.flatMap(\.from).compactMap { try? Mailbox($0).address.canonical }
    own = Set(addresses)
    gpg = gossip == .opened ? try session.gpg() : nil
    database = try StateDatabase.open(in: try Session.stateFolder())
    progress = Progress("collecting", counting: .messages, on: session.console)
  }

  /// Takes in every message; what fails for one of them is said, and the others go on.
  ///
  /// - Throws: what makes going on senseless: an interruption, a database that fails.
  mutating func collect(_ messages: StoredMessages) throws {
    var messages = messages
    let total = progress.isWanted ? try messages.count() : nil
    let before = count
    while let message = try messages.next() {
      if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
      count += 1
      do {
        try collect(message)
      } catch {
        guard let failure = Failure(ofOneMessage: error) else { throw error }
        progress.finish()
        session.console.explain(failure, of: message.name)
        passed["unreadable", default: 0] += 1
        status = MailboxTally.worse(status, failure.status)
      }
      if waiting.count >= Self.batch { try flush() }
      progress.advance(to: count - before, of: total)
    }
  }

  /// Ends the run: what waits is taken in.
  ///
  /// - Throws: `MailStateError`.
  mutating func finish() throws {
    try flush()
    progress.finish()
  }

  private mutating func flush() throws(MailStateError) {
    changed += try database.take(waiting)
    waiting.removeAll(keepingCapacity: true)
  }

  private mutating func collect(_ message: StoredMessage) throws {
    let bytes = try message.bytes()
    let structure: MessageStructure
    do { structure = try MessageStructure.parse(bytes.source()) } catch { throw OpenError.message(error) }
    let reading: AutocryptReading
    do throws(AutocryptReading.Silence) {
      reading = try AutocryptReading(
        structure.root, received: message.delivered(bytes), now: session.now, isKey: AutocryptKey.isCertificate)
    } catch {
      passed[error.words, default: 0] += 1
      return
    }
    guard !own.contains(reading.sender) else {
      passed["your own", default: 0] += 1
      return
    }
    let gossip = try gossip(of: bytes, structure)
    if reading.header != nil { keys += 1 }
    told += gossip.count
    waiting.append(AutocryptNews(reading: reading, gossip: gossip))
  }

  /// What a sealed message tells once it is open; nothing of one that cannot be opened, or by a passphrase only.
  private mutating func gossip(of bytes: ByteStore, _ structure: MessageStructure) throws -> [AutocryptHeader] {
    guard gpg != nil, case .encrypted = CryptoStructure(of: structure).root else { return [] }
    guard let opened = try gpg?.opened(bytes, at: session.now) else { return [] }
    guard let content = opened.content, opened.verdict.encryption == .whole, !opened.verdict.isOpenedByPassphrase else {
      passed["not opened", default: 0] += 1
      return []
    }
    return AutocryptReading.gossip(
      in: content.payload.header, of: opened.header.fields, isKey: AutocryptKey.isCertificate
    ).filter { !own.contains($0.address.canonical) }
  }

  /// `812 messages: 540 with a key, 3 keys told of others; 12 told something new; passed over: 5 by programs`.
  var sentence: String {
    var facts = ["\(keys) with a key"]
    if told > 0 { facts.append("\(told) keys of others told") }
    facts.append("\(changed) told something new")
    let messages = count == 1 ? "1 message" : "\(count) messages"
    let others = passed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return "\(messages): " + facts.joined(separator: ", ")
      + (others.isEmpty ? "" : "; passed over: " + others.joined(separator: ", "))
  }

  /// The members of the `--json` report.
  var json: KeyValuePairs<String, JSONValue> {
    [
      "messages": .number(count), "keys": .number(keys), "gossip": .number(told), "changed": .number(changed),
      "passedOver": .object(
        passed.sorted { $0.key < $1.key }.map { JSONValue.Member(name: $0.key, value: .number($0.value)) }),
    ]
  }
}

extension AutocryptReading.Silence {
  /// The reason as the end of a count.
  fileprivate var words: String {
    switch self {
    case .sender: "without one sender"
    case .automatic: "by programs"
    case .undated: "without a date"
    }
  }
}

extension Context {
  fileprivate mutating func opened(_ bytes: ByteStore, at now: Int64) throws(OpenError) -> OpenedMessage {
    try Opener.open(bytes, options: OpenOptions(now: now), with: &self)
  }
}
