/// The maildrop of a POP3 server, after the login.
///
/// The server locks it for as long as the connection lasts, and what is in it does not change meanwhile. Source: RFC 1939 §4
final class POP3Mailbox: RemoteMailbox {
  let name: String
  private let stream: ServerStream
  private let timeouts: RetrievalTimeouts
  private var session = POP3Session()

  /// Asks a server that has just logged us in what it can do: nothing it said before counts.
  ///
  /// - Throws: `TransportError`; `incapable` for a server without UIDL, by which messages are known again.
  init(_ source: RetrievalSource, _ stream: ServerStream, _ timeouts: RetrievalTimeouts) throws(TransportError) {
    self.stream = stream
    self.timeouts = timeouts
    name = stream.tlsVersion.map { "\(source.name) (\($0))" } ?? source.name
    try checkCapabilities()
  }

  /// A server that does not know CAPA may have UIDL all the same.
  private func checkCapabilities() throws(TransportError) {
    var capabilities: Set<String> = []
    let refusal = try run(.capabilities) { event throws(TransportError) in
      guard case .line(let line) = event else { return }
      capabilities.insert(String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self).uppercased())
    }
    guard refusal != nil || capabilities.contains("UIDL") else { throw lacksIdentifiers }
  }

  func messages() throws(TransportError) -> [RemoteMessage] {
    var state: [UInt8] = []
    try demand(.state) { event throws(TransportError) in
      if case .done(let words) = event { state = words }
    }
    if state.prefix(while: { $0 != 0x20 }) == [UInt8(ascii: "0")] { return [] }
    var listing = POP3Listing()
    let host = stream.host
    let refusal = try run(.identifiers) { event throws(TransportError) in
      guard case .line(let line) = event else { return }
      try Self.strictly(host) { () throws(POP3Session.Violation) in try listing.takeIdentifier(line) }
    }
    if let refusal {
      throw refusal.isTemporary ? .turnedAway(host: host, refusal.words, isTemporary: true) : lacksIdentifiers
    }
    try demand(.sizes) { event throws(TransportError) in
      guard case .line(let line) = event else { return }
      try Self.strictly(host) { () throws(POP3Session.Violation) in try listing.takeSize(line) }
    }
    return listing.messages
  }

  /// - Throws: also `messageRefused`, after which the connection is still of use.
  func fetch(_ message: RemoteMessage, _ take: ([UInt8]) throws -> Void) throws {
    let refusal = try perform(.message(message.number)) { event in
      if case .content(let bytes) = event { try take(bytes) }
    }
    if let refusal { throw TransportError.messageRefused(host: stream.host, refusal.words) }
  }

  /// Marks them; the server removes them when leave is taken, and nothing if it is not.
  func remove(_ messages: [RemoteMessage]) throws(TransportError) {
    for message in messages { try demand(.removal(message.number)) { _ throws(TransportError) in } }
  }

  func waitForNews(atMost limit: Duration) -> Bool { false }

  /// - Throws: also `turnedAway` when the server did not remove all that was marked. Source: RFC 1939 §6
  func close() throws(TransportError) {
    try demand(.quit) { _ throws(TransportError) in }
  }

  private var lacksIdentifiers: TransportError {
    .incapable(host: stream.host, "it has no UIDL, without which nobody knows what was fetched before")
  }

  /// Runs a command that must succeed.
  private func demand(
    _ command: POP3Session.Command, _ take: (POP3Session.Event) throws(TransportError) -> Void
  ) throws(TransportError) {
    guard let refusal = try run(command, take) else { return }
    throw .turnedAway(host: stream.host, refusal.words, isTemporary: refusal.isTemporary || command == .quit)
  }

  /// Runs a command whose events raise no errors but ours.
  private func run(
    _ command: POP3Session.Command, _ take: (POP3Session.Event) throws(TransportError) -> Void
  ) throws(TransportError) -> POP3Refusal? {
    do { return try perform(command, take) } catch {
      throw error as? TransportError ?? .protocolViolation(host: stream.host, "\(error)")
    }
  }

  /// Runs a command to the end of its answer.
  ///
  /// - Returns: the refusal, when it was refused.
  private func perform(
    _ command: POP3Session.Command, _ take: (POP3Session.Event) throws -> Void
  ) throws -> POP3Refusal? {
    let phase = command.phase
    try stream.send(session.begin(command), phase, within: timeouts[phase])
    var refusal: POP3Refusal?
    var clock = AnswerClock(timeouts[phase])
    while !session.isIdle {
      let bytes = try clock.next(from: stream, phase)
      let events = try Self.strictly(stream.host) { () throws(POP3Session.Violation) in try session.receive(bytes) }
      for event in events {
        if case .refused(let found) = event { refusal = found }
        try take(event)
      }
    }
    return refusal
  }

  private static func strictly<Value>(
    _ host: String, _ body: () throws(POP3Session.Violation) -> Value
  ) throws(TransportError) -> Value {
    do throws(POP3Session.Violation) { return try body() } catch {
      throw .protocolViolation(host: host, error.description)
    }
  }
}
