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
  }

  private let engine: EngineConfiguration
  private let questions: Questions
  private var quiet: Context
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
    let opened = try Opener.open(bytes, options: options, with: &quiet)
    guard opened.isLocked else { return opened }
    return try questions.areWelcome.withLock { areWelcome throws(OpenError) in
      guard areWelcome else { return opened }
      let again = try Opener.open(bytes, options: options, with: &quiet)
      guard again.isLocked else { return again }
      let answered = try ask(bytes, options)
      // Whoever closed one question does not want four hundred more.
      if answered.isLocked { areWelcome = false }
      return answered
    }
  }

  private func ask(_ bytes: ByteStore, _ options: OpenOptions) throws(OpenError) -> OpenedMessage {
    let asker: Asker
    do throws(GPGMEError) { asker = if let asking { asking } else { try Asker(engine) } } catch { throw .engine(error) }
    asking = asker
    return try Opener.open(bytes, options: options, with: &asker.context)
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
