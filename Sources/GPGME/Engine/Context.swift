import CGPGME
import SystemPackage

/// A connection to gpg with one configuration: every OpenPGP act is a method of it.
///
/// Used by one thread at a time; open one for each thread. Each act starts one gpg process, waits for it and throws ``GPGMEError``
/// when the act could not be done; what it had delivered until then must be dropped. A context can be used again after an error.
/// GPGME: `gpgme_ctx_t`
@safe package struct Context: ~Copyable {
  let handle: gpgme_ctx_t
  let loop: EventLoop
  let log: StatusLog
  /// How gpg is run for this context.
  package let configuration: EngineConfiguration
  let passphrase: PassphraseProvider
  /// The signers' certificates that were looked up so far, when the configuration says to remember them.
  var knownSigners: [Certificate] = []

  /// What stops the operations of this context.
  package let cancellation: CancellationToken

  /// A new context; starts libgpgme on first use in the process, which makes it ignore SIGPIPE.
  ///
  /// - Throws: `.engine` when gpg is missing, too old or cannot use its home.
  package static func open(_ configuration: EngineConfiguration = .init()) throws(GPGMEError) -> Context {
    try Library.ensureStarted()
    try checkHome(configuration.home)
    var handle: gpgme_ctx_t?
    // gpgme_new writes the handle or reports an error.
    let code = unsafe gpgme_new(&handle)
    guard code == 0, let handle = unsafe handle else { throw GPGMEError(.start, cause: .init(code: code)) }
    let context = unsafe Context(handle: handle, configuration: configuration)
    // From here on the deinitialiser releases the handle.
    try context.configure()
    return context
  }

  private init(handle: gpgme_ctx_t, configuration: EngineConfiguration) {
    let cancellation = configuration.cancellation ?? CancellationToken()
    unsafe self.handle = handle
    self.configuration = configuration
    self.cancellation = cancellation
    loop = EventLoop(token: cancellation, patience: configuration.patience)
    log = StatusLog(observer: configuration.observer)
    log.onExcess = { [unowned loop] in loop.noteEngines() }
    passphrase = PassphraseProvider(configuration.passphrases)
  }

  deinit {
    // The one owner of the handle ends it, before the loop, the log and the provider that it points to.
    unsafe gpgme_release(handle)
    extendLifetime(loop)
    extendLifetime(log)
    extendLifetime(passphrase)
  }

  private borrowing func configure() throws(GPGMEError) {
    // The handle is ours and alive; gpgme copies every string.
    try check(unsafe gpgme_set_protocol(handle, GPGME_PROTOCOL_OpenPGP))
    // gpgme starts gpg once more for every home it is told; the one that gpg inherits anyway needs no telling.
    if let home = configuration.home, home.string != Library.inheritedHome {
      try check(unsafe gpgme_ctx_set_engine_info(handle, GPGME_PROTOCOL_OpenPGP, nil, home.string))
    }
    if let problem = unsafe Library.engineProblem(handle) { throw GPGMEError(.start, cause: .engine(problem)) }
    unsafe gpgme_set_armor(handle, 0)
    unsafe gpgme_set_textmode(handle, 0)
    // Nothing that is read may make gpg look for keys on the network, whatever gpg.conf says.
    unsafe gpgme_set_offline(handle, 1)
    _ = unsafe gpgme_set_ctx_flag(handle, "auto-key-retrieve", "0")
    // The trust model that the trust database was made with: `trust-model always` in gpg.conf must not make validity a fiction.
    _ = unsafe gpgme_set_ctx_flag(handle, "trust-model", "auto")
    // A passphrase that was given is tried, whatever gpg-agent remembers from making that very message: it vouches for it.
    if passphrase.isGiven { _ = unsafe gpgme_set_ctx_flag(handle, "no-symkey-cache", "1") }
    unsafe loop.attach(to: handle)
    unsafe log.attach(to: handle)
    unsafe passphrase.attach(to: handle)
  }

  private func check(_ code: gpgme_error_t) throws(GPGMEError) {
    if code != 0 { throw GPGMEError(.start, cause: .init(code: code)) }
  }

  /// gpg would create a missing home or complain about it in prose only.
  private static func checkHome(_ home: FilePath?) throws(GPGMEError) {
    guard let home else { return }
    do {
      let folder = try FileDescriptor.open(home, .readOnly, options: [.directory, .closeOnExec])
      try folder.close()
    } catch Errno.noSuchFileOrDirectory {
      throw GPGMEError(.start, subject: home.string, cause: .engine(.homeMissing(home.string)))
    } catch {
      throw GPGMEError(.start, subject: home.string, cause: .engine(.homeUnusable(home.string)))
    }
  }
}
