import ByteStreams
import GPGME
import SealedMail
import SystemPackage

/// What a command works with: console, configuration, account, the time, and how gpg is run.
struct Session {
  let console: Console
  let options: GlobalOptions
  let configuration: Configuration
  /// The account named by `--account`, else the default one; nil without any.
  let account: Configuration.Account?
  /// When the run began, in seconds since 1970.
  let now: Int64

  /// The message that the command's input names on a server, once it was fetched.
  var brought: BroughtMessage?

  /// How gpg is run.
  let engine: EngineConfiguration
  /// Cancels gpg when the run is asked to stop.
  private let interruption: Interruption.Registration

  /// Reads the configuration and takes the passphrase, if one comes by descriptor.
  ///
  /// - Throws: `Failure` 78, `StreamError`.
  init(_ options: GlobalOptions, passphrase: PassphraseOptions? = nil) throws {
    try self.init(options, configuration: try ConfigurationFile.load(named: options.config), passphrase: passphrase)
    if let name = options.account, account == nil {
      throw Failure(
        .configuration, "there is no account `\(name)`",
        hint: "see `postseal account list`, or add it with `postseal account add`")
    }
  }

  /// The same with a configuration that was read before; an account that it does not have is nil.
  ///
  /// - Parameters:
  ///   - account: the account that something else than its name decides.
  ///   - console: another one than the options ask for.
  /// - Throws: `StreamError`.
  init(
    _ options: GlobalOptions, configuration: Configuration, account: Configuration.Account? = nil,
    passphrase: PassphraseOptions? = nil, console: Console? = nil
  ) throws {
    self.options = options
    self.configuration = configuration
    self.console = console ?? options.console
    self.account = account ?? configuration.account(named: options.account)
    now = currentTime()
    // What gpg inherits need not be told to it, which would cost one more start of gpg.
    if let home = options.home { Environment.set("GNUPGHOME", home) }
    let token = CancellationToken()
    var engine = EngineConfiguration(
      home: Environment.value("GNUPGHOME").map { FilePath($0) },
      passphrases: try Self.policy(passphrase?.passphraseFD, options: options, terminal: self.console.terminal),
      cancellation: token)
    let console = self.console
    if console.detail == .verbose { engine.observer = { console.note("gpg: \(TerminalText.visible($0.words))") } }
    self.engine = engine
    interruption = Interruption.register { token.cancel() }
  }

  /// A connection to gpg with this session's settings.
  func gpg() throws(GPGMEError) -> Context { try Context.open(engine) }

  /// How gpg is run when the passphrases it asks for come from a descriptor of their own; nil for the person, where there is one.
  ///
  /// - Throws: `StreamError`.
  func engine(answeredFrom descriptor: Int32?) throws(StreamError) -> EngineConfiguration {
    var engine = EngineConfiguration(
      home: self.engine.home, passphrases: try Self.policy(descriptor, options: options, terminal: console.terminal),
      cancellation: self.engine.cancellation)
    engine.observer = self.engine.observer
    return engine
  }

  /// Pinentry asks where a person can answer; otherwise only what gpg-agent remembers serves.
  private static func policy(
    _ descriptor: Int32?, options: GlobalOptions, terminal: Terminal
  ) throws(StreamError) -> EngineConfiguration.PassphrasePolicy {
    if let descriptor {
      let source = DescriptorSource(FileDescriptor(rawValue: descriptor), subject: "descriptor \(descriptor)")
      return .given(try SecretBytes.firstLine(of: source, limit: 1024, what: "the passphrase"))
    }
    let hasPerson = terminal.inputIsTerminal || terminal.outputIsTerminal || terminal.errorIsTerminal
    return !options.batch && (hasPerson || Environment.hasDisplay) ? .pinentry : .neverAsk
  }
}

extension EngineEvent {
  /// The event as gpg's status line has it; foreign text may be among it.
  fileprivate var words: String {
    switch self {
    case .status(let keyword, let arguments): arguments.isEmpty ? keyword : "\(keyword) \(arguments)"
    case .progress(let what, let done, let total): "\(what) \(done) of \(total)"
    }
  }
}
