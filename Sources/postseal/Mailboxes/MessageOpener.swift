import ByteStreams
import GPGME
import SealedMail
import Synchronization

/// Opens messages for one thread, with a connection to gpg of its own.
///
/// Where a person may be asked for a passphrase, what gpg-agent remembers is tried first: then only one thread at a time asks, and
/// what was typed for one message serves the next.
final class MessageOpener {
  /// Whether a person may be asked, for all threads of a run; its lock is held while somebody is.
  final class Questions: Sendable {
    fileprivate let areWelcome: Mutex<Bool>

    init(_ engine: EngineConfiguration) {
      areWelcome = if case .pinentry = engine.passphrases { Mutex(true) } else { Mutex(false) }
    }

    /// Whether somebody is asked just now, perhaps on this very terminal.
    var areAsked: Bool { areWelcome.withLockIfAvailable { _ in } == nil }
  }

  private let engine: EngineConfiguration
  private let questions: Questions
  var quiet: Context
  private var asking: Asker?

  private final class Asker {
    var context: Context

    init(_ engine: EngineConfiguration) throws(GPGMEError) { context = try Context.open(engine) }
  }

  /// - Throws: `GPGMEError` when gpg cannot be used.
  init(_ engine: EngineConfiguration, _ questions: Questions) throws(GPGMEError) {
    var engine = engine
    engine.remembersSigners = true
    self.engine = engine
    self.questions = questions
    quiet = try Context.open(Self.quiet(engine))
  }

  /// Opens and judges a message.
  func open(_ bytes: ByteStore, options: OpenOptions) throws(OpenError) -> OpenedMessage {
    try unlocking(\.isLocked) { context throws(OpenError) in
      try Opener.open(bytes, options: options, with: &context)
    }
  }

  /// Opens a message with what gpg-agent remembers; where that is not enough a person is asked, if one may be.
  func unlocking<Opened: Sendable>(
    _ isLocked: (Opened) -> Bool, _ open: (inout Context) throws(OpenError) -> Opened
  ) throws(OpenError) -> Opened {
    let opened = try open(&quiet)
    guard isLocked(opened) else { return opened }
    return try questions.areWelcome.withLock { areWelcome throws(OpenError) in
      guard areWelcome else { return opened }
      let again = try open(&quiet)
      guard isLocked(again) else { return again }
      let answered = try open(&asker().context)
      // Whoever closed one question does not want four hundred more.
      if isLocked(answered) { areWelcome = false }
      return answered
    }
  }

  private func asker() throws(OpenError) -> Asker {
    do throws(GPGMEError) {
      let asker = if let asking { asking } else { try Asker(engine) }
      asking = asker
      return asker
    } catch { throw .engine(error) }
  }

  private static func quiet(_ engine: EngineConfiguration) -> EngineConfiguration {
    guard case .pinentry = engine.passphrases else { return engine }
    var quiet = EngineConfiguration(home: engine.home, passphrases: .neverAsk, cancellation: engine.cancellation)
    quiet.observer = engine.observer
    quiet.remembersSigners = engine.remembersSigners
    return quiet
  }
}

extension OpenedMessage {
  fileprivate var isLocked: Bool {
    if case .refused(.passphrase) = verdict.encryption { true } else { false }
  }
}
