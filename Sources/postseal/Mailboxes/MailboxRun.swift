import ByteStreams
import GPGME
import MIME
import MailTransport
import SealedMail
import Synchronization
import SystemPackage

/// One pass over a mailbox: every message is opened and judged, by several threads, and reported in the mailbox's order.
struct MailboxRun {
  let session: Session
  let messages: StoredMessages
  /// What each message must be; nil where nothing is asked.
  let requirements: RequirementOptions?
  private let expansion: ExpansionOptions?
  private let jobs: Int?

  init(
    _ session: Session, _ messages: StoredMessages, _ mailbox: MailboxOptions,
    _ requirements: RequirementOptions? = nil, _ expansion: ExpansionOptions? = nil
  ) {
    self.session = session
    self.messages = messages
    self.requirements = requirements
    self.expansion = expansion
    jobs = mailbox.jobs
  }

  /// What came of opening one message.
  enum Outcome {
    case opened(OpenedMessage)
    case failed(Failure)
  }

  /// So many results may wait for one that takes long; each is a line or two.
  static let ahead = 256

  /// Does it.
  ///
  /// - Parameters:
  ///   - progress: told how many messages are through; nil for nobody, and then they are not counted first.
  ///   - act: makes the finding about a message, on any thread, with what opens it there.
  ///   - ahead: so many results may wait for one that takes long.
  ///   - report: takes the findings in the mailbox's order, one at a time, and may change them before they are summed up.
  /// - Returns: the findings summed up.
  /// - Throws: what makes going on senseless: an interruption, gpg missing, an output that cannot be written.
  func run(
    progress: Progress?, ahead: Int = Self.ahead,
    act: @escaping @Sendable (StoredMessage, MessageOpener) throws -> MessageFinding,
    report: @escaping @Sendable (inout MessageFinding) throws -> Void
  ) throws -> MailboxTally {
    let (engine, questions) = (session.engine, MessageOpener.Questions(session.engine))
    let total = progress == nil ? nil : try messages.count()
    let tally = Mutex(MailboxTally())
    let work = OrderedWork<StoredMessage, MessageFinding>(
      workers: jobs, ahead: ahead,
      start: {
        let opener = try MessageOpener(engine, questions)
        return { message in try act(message, opener) }
      },
      stop: { engine.cancellation?.cancel() },
      deliver: { finding in
        var finding = finding
        try report(&finding)
        let count = tally.withLock { [finding] tally in
          tally.add(finding)
          return tally.count
        }
        progress?.advance(to: count, of: total)
      })
    var rest = messages
    try work.run {
      if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
      return try rest.next()
    }
    progress?.finish()
    return tally.withLock { $0 }
  }

  /// How every message is opened, unless a run says more.
  var options: OpenOptions {
    var options = OpenOptions(now: session.now)
    if let limit = expansion?.expansionLimit { options.expansionFloor = limit }
    return options
  }

  /// Opens one message.
  ///
  /// - Throws: what would meet every other message too.
  static func open(
    _ message: StoredMessage, _ options: OpenOptions, with opener: MessageOpener
  ) throws -> Outcome {
    do {
      return .opened(try opener.open(message.bytes(), options: options))
    } catch {
      guard let failure = Failure(ofOneMessage: error) else { throw error }
      return .failed(failure)
    }
  }
}

extension Failure {
  /// The failure of one message among many; nil for what would meet every other one too.
  init?(ofOneMessage error: any Error) {
    switch error {
    case OpenError.engine(let error):
      switch error.cause {
      case .cancelled, .engine, .agent, .noSpace, .notWritable: return nil
      case .stream(let cause): self.init(ofOneMessage: cause)
      default: self.init(error)
      }
    case OpenError.stream(let error), SealError.stream(let error): self.init(ofOneMessage: error)
    case SealError.engine(let error): self.init(ofOneMessage: OpenError.engine(error))
    // What gpg.conf adds it adds to every message.
    case SealError.readBack: return nil
    case OpenError.message(.stream(let error)): self.init(ofOneMessage: error)
    case StreamError.cancelled: return nil
    case StreamError.system(.tooManySymbolicLinkLevels, "open", let subject):
      self.init(.noInput, "cannot open \(subject): it is a symbolic link, and none is followed")
    case StreamError.system(.invalidArgument, "open", let subject):
      self.init(.noInput, "cannot open \(subject): it is no file")
    // What is not reading is writing, and a disk that is full is full for all.
    case StreamError.system(_, act: let act, _) where act != "open" && act != "read": return nil
    default: self.init(error)
    }
  }
}
