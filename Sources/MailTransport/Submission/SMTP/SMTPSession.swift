/// The dialogue with a submission server, from EHLO to QUIT, without any input or output of its own.
///
/// Its owner asks for the next step, does it, and tells what came. With several copies all recipients of all of them are asked
/// for (MAIL, RCPT, RSET) before the first message is announced. A copy whose end of data was given out is never offered again.
/// Source: RFC 5321, RFC 6409
struct SMTPSession {
  /// What the owner must do next.
  enum Step: Equatable {
    /// Send these bytes.
    case send([UInt8])
    /// Send the message of this copy, made transparent, then call `contentSent()`.
    case sendContent(copy: Int)
    /// Wait for bytes and pass them to `receive`.
    case receive(DialoguePhase)
    /// Close the connection.
    case finished
  }

  /// How far the dialogue is; what follows comes when every reply is in.
  enum Stage: Equatable {
    case connected
    case greeted
    case asked
    /// MAIL and RCPT of this copy are answered.
    case offered(Int)
    /// DATA of this copy is answered.
    case announced(Int)
    /// The message of this copy is due or on its way.
    case content(Int)
    /// The end of this copy's data is answered.
    case delivered(Int)
    /// The last transaction was undone, and this copy is next.
    case between(Int)
    case ending
    case ended
  }

  /// How a dialogue ends that nothing went wrong with.
  enum Ending: Equatable {
    case quit
    /// The connection stays, for another message.
    case rest
  }

  let host: String
  let clientName: String
  let rule: PartialRule
  let copies: [SMTPCopy]

  var stage = Stage.connected
  var capabilities = SMTPCapabilities()
  var parser = SMTPReplyParser()
  /// Commands that are not sent yet.
  var queue: [SMTPCommand] = []
  /// Commands that are sent and not answered, the oldest first.
  var awaiting: [SMTPCommand] = []
  /// What is decided, for each copy and recipient.
  var fates: [[RecipientFate?]]
  /// Who accepted the current copy, in the order of its recipients.
  var willing: Set<Int> = []
  /// The reply that refused the current MAIL, after which the replies to its RCPT say nothing.
  var mailRefusal: SMTPReply?
  /// What ended the dialogue early.
  var interruption: TransportError?
  var ending = Ending.quit
  /// Whether the dialogue is over and its connection can carry another one.
  private(set) var isAtRest = false
  /// Whether it goes on where another one ended.
  private(set) var isContinued = false

  /// A session for at least one copy, on a connection that is already secured, greeted and logged in.
  ///
  /// - Parameters:
  ///   - host: what errors call the server.
  ///   - clientName: what EHLO calls us: a host name, or an address in brackets.
  init(host: String, clientName: String, rule: PartialRule, copies: [SMTPCopy]) {
    self.host = host
    self.clientName = clientName
    self.rule = rule
    self.copies = copies
    fates = copies.map { Array(repeating: nil, count: $0.recipients.count) }
  }

  /// What to do next; the same answer again until it was done.
  mutating func nextStep() -> Step {
    while true {
      if stage == .ended { return .finished }
      if awaiting.isEmpty, queue.isEmpty {
        if case .content(let copy) = stage { return .sendContent(copy: copy) }
        advance()
        continue
      }
      if let bytes = nextCommands() { return .send(bytes) }
      return .receive(awaiting[0].phase)
    }
  }

  /// The message was sent in whole; what ends it comes with the next step.
  mutating func contentSent() {
    guard case .content(let copy) = stage else { return }
    queue = [.endOfData(copy: copy)]
    stage = .delivered(copy)
  }

  /// The dialogue cannot go on: the connection was lost, a time-out passed, or the work was cancelled.
  mutating func interrupt(_ error: TransportError) {
    guard stage != .ended else { return }
    if case .endOfData(let copy)? = awaiting.first {
      decide(copy, .unknown(ForeignText(Self.whyUnknown(error))))
    }
    // By the time we say goodbye everything is decided.
    if stage != .ending { interruption = interruption ?? error }
    stage = .ended
  }

  /// What is being done or waited for.
  var phase: DialoguePhase {
    if let oldest = awaiting.first ?? queue.first { return oldest.phase }
    if case .content = stage { return .content }
    return .greeting
  }

  /// What became of each recipient of each copy; nothing is undecided after the end.
  var results: [[RecipientFate]] { fates.map { $0.map { $0 ?? .withheld } } }

  /// Whether somebody got a copy or may have got one.
  var anythingHandedOver: Bool { fates.joined().contains { $0?.isAccepted == true || $0?.isUnknown == true } }

  /// Gives all who accepted this copy the same fate.
  mutating func decide(_ copy: Int, _ fate: RecipientFate) {
    for recipient in willing { fates[copy][recipient] = fate }
    willing = []
  }

  /// Goes on, instead of from EHLO on, where another dialogue left the connection.
  mutating func `continue`(with capabilities: SMTPCapabilities) {
    self.capabilities = capabilities
    isContinued = true
    ending = .rest
  }

  /// Whether it was the connection that failed, and nothing was handed over: another one may serve.
  var isWorthAnotherConnection: Bool {
    guard isContinued, !anythingHandedOver else { return false }
    return switch interruption {
    case .connectionLost, .turnedAway(_, _, isTemporary: true): true
    default: false
    }
  }

  /// Says goodbye, or lets the connection rest; what is undecided stays so.
  mutating func end(_ error: TransportError? = nil) {
    interruption = interruption ?? error
    if ending == .rest {
      isAtRest = true
      stage = .ended
    } else {
      queue = [.quit]
      stage = .ending
    }
  }

  /// The commands that may be sent now, as one piece; nil when a reply is needed first.
  private mutating func nextCommands() -> [UInt8]? {
    var bytes: [UInt8] = []
    var taken = 0
    for command in queue {
      if let last = awaiting.last, !(capabilities.pipelining && last.mayBeFollowed) { break }
      bytes += self.bytes(of: command)
      awaiting.append(command)
      taken += 1
    }
    queue.removeFirst(taken)
    return taken == 0 ? nil : bytes
  }

  private func bytes(of command: SMTPCommand) -> [UInt8] {
    let line =
      switch command {
      case .ehlo: "EHLO \(clientName)"
      case .mail(let copy): copies[copy].mailCommand(capabilities)
      case .rcpt(let copy, let recipient): copies[copy].rcptCommand(recipient, capabilities)
      case .data: "DATA"
      case .endOfData: "."
      case .rset: "RSET"
      case .quit: "QUIT"
      }
    return Array(line.utf8) + [0x0D, 0x0A]
  }

  private static func whyUnknown(_ error: TransportError) -> String {
    let cause =
      switch error {
      case .timedOut: "no answer came in time"
      case .connectionLost: "the connection was lost"
      case .protocolViolation(_, let what): "the answer could not be understood: \(what)"
      case .cancelled: "the work was cancelled"
      default: error.description
      }
    return "the whole message was sent, then \(cause)"
  }
}
