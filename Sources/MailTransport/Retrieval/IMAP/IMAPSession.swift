/// The dialogue with an IMAP server that has logged us in, one command after the other, without any input or output of its own.
///
/// Its owner begins a command, asks for the next step, does it, and tells what came, until the command is finished. What a
/// command brought is there until the next one begins. Data that nobody asked for is skipped where servers may send it.
/// Source: RFC 3501, RFC 2177, RFC 4315
struct IMAPSession {
  /// What the owner must do next.
  enum Step: Equatable {
    /// Send these bytes.
    case send([UInt8])
    /// Send the octets that were announced, then call `contentSent()`.
    case sendContent
    /// Wait for bytes and pass them to `receive`.
    case receive(DialoguePhase)
    /// The command has its answer, or the dialogue has ended.
    case finished
  }

  /// How far the current command is.
  enum Stage: Equatable {
    /// Nothing was begun, or nothing can be.
    case ready
    case begun
    /// Sent, and the server has yet to ask to go on.
    case announced
    case content
    /// IDLE is on.
    case waiting
    case leaving
    case awaiting
    case answered(IMAPStatus)
  }

  /// A mailbox that is open.
  struct Selected: Equatable {
    let name: IMAPMailboxName
    var validity: UInt32?
    var uidNext: UInt32?
    var exists: Int?
  }

  /// The most untagged responses to a command: a set of messages has some hundreds, and a server may report changes among them.
  static let responseLimit = 100_000

  let host: String
  private(set) var stage = Stage.ready
  private(set) var command = IMAPCommand.noop
  private var tag = ""
  private var tagNumber = 0
  private var cutter = IMAPResponseCutter()
  private var outgoing: [UInt8]?

  var capabilities: Set<String> = []
  var selected: Selected?
  /// What ended the dialogue early; nothing more can be done then.
  private(set) var interruption: TransportError?
  /// Whether a message was sent in whole to be filed, and the server has not answered.
  private(set) var isFilingUnknown = false

  // What the current command brought.
  var responseCount = 0
  var found: [UInt32] = []
  var facts: [IMAPFetched] = []
  /// How many bytes of headers these have.
  var headOctets = 0
  var part: [UInt8]?
  var folders: [IMAPFolder] = []
  /// How many folders have no name that could be asked for.
  var namelessCount = 0
  /// Whether more messages are there than before.
  var hasNews = false
  /// Whether messages came since the last search for them began.
  var isUnlisted = false

  init(host: String) {
    self.host = host
  }

  /// Begins a command; the one before must be finished.
  mutating func begin(_ command: IMAPCommand) {
    precondition(isFinished)
    guard interruption == nil else { return }
    self.command = command
    tagNumber += 1
    tag = "P\(tagNumber)"
    outgoing = Array("\(tag) \(command.line)\r\n".utf8)
    stage = .begun
    (responseCount, found, facts, part, folders, namelessCount, hasNews) = (0, [], [], nil, [], 0, false)
    headOctets = 0
    switch command {
    case .examine(let name), .select(let name): selected = Selected(name: name)
    case .capability: capabilities = []
    case .search(.all), .search(.from): isUnlisted = false
    default: break
    }
  }

  /// What to do next; the same answer again until it was done.
  mutating func nextStep() -> Step {
    if isFinished { return .finished }
    if let bytes = outgoing {
      outgoing = nil
      if stage == .begun { stage = command.wantsGoOn ? .announced : .awaiting }
      return .send(bytes)
    }
    return stage == .content ? .sendContent : .receive(phase)
  }

  /// The message was sent in whole; what ends the command comes with the next step.
  mutating func contentSent() {
    guard stage == .content else { return }
    outgoing = [0x0D, 0x0A]
    isFilingUnknown = true
    stage = .awaiting
  }

  /// Ends the waiting of IDLE; what the server says until it has confirmed still counts.
  mutating func leaveIdle() {
    guard stage == .waiting else { return }
    outgoing = Array("DONE\r\n".utf8)
    stage = .leaving
  }

  /// The dialogue cannot go on: the connection was lost, a time-out passed, the work was cancelled, or the server broke a rule.
  mutating func interrupt(_ error: TransportError) {
    interruption = interruption ?? error
    stage = .ready
    outgoing = nil
  }

  /// The answer to the command.
  ///
  /// - Throws: what ended the dialogue, or `commandRefused`.
  func answer() throws(TransportError) -> IMAPStatus {
    if let interruption { throw interruption }
    guard case .answered(let status) = stage else { throw .protocolViolation(host: host, "no answer") }
    guard status.kind == .ok else {
      throw .commandRefused(host: host, command.phase, status.words, isTemporary: status.isTemporary)
    }
    return status
  }

  /// What is being done or waited for.
  var phase: DialoguePhase {
    guard case .append = command else { return command.phase }
    switch stage {
    case .content: return .content
    case .awaiting: return .endOfContent
    default: return .appending
    }
  }

  private var isFinished: Bool {
    if interruption != nil || stage == .ready { return true }
    if case .answered = stage { return true }
    return false
  }

  /// Takes what the server sent, in whatever pieces.
  mutating func receive(_ bytes: some Collection<UInt8>) {
    var rest = Array(bytes)[...]
    do throws(IMAPResponseCutter.Violation) {
      while interruption == nil, let response = try cutter.next(&rest) { try handle(try IMAPResponse(response)) }
    } catch {
      interrupt(.protocolViolation(host: host, error.description))
    }
  }

  private mutating func handle(_ response: IMAPResponse) throws(IMAPResponseCutter.Violation) {
    switch response {
    case .tagged(let answered, let status):
      let isAwaited = [.announced, .awaiting, .leaving, .waiting].contains(stage)
      guard isAwaited, answered == tag, [.ok, .no, .bad].contains(status.kind) else {
        throw .init(
          description: "an answer to nothing: \"\(ForeignText(String(answered.prefix(40)))) \(status.words)\"")
      }
      // Only where the server will not go on.
      if stage == .announced || stage == .waiting, status.kind == .ok {
        throw .init(description: "\(status.words) before it was done")
      }
      note(status)
      isFilingUnknown = false
      if interruption == nil { stage = .answered(status) }
    case .goOn:
      guard stage == .announced else { throw .init(description: "it asks to go on where nothing waits") }
      stage = command == .idle ? .waiting : .content
    default:
      responseCount += 1
      guard responseCount <= Self.responseLimit else { throw .init(description: "responses without end") }
      try take(response)
    }
  }
}
