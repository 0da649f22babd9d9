import CGPGME

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// libgpgme itself: started once in a process, before the first context.
///
/// Side effects on the process: gpgme ignores SIGPIPE from then on, so children must reset it. The locale of the process is not
/// touched: only gpgme is told to pass UTF-8 to pinentry, so numbers, times and messages stay as they are.
enum Library {
  /// The home that gpg takes by itself, as the process was started; nil for GnuPG's default.
  static let inheritedHome: String? = unsafe text(getenv("GNUPGHOME"))

  /// What starting gave: nil when all is well.
  private static let problem: GPGMEError.EngineProblem? = start()

  /// Starts the library on first use.
  ///
  /// - Throws: `.engine(.missing)`, `.engine(.tooOld)` or `.engine(.libraryTooOld)`.
  static func ensureStarted() throws(GPGMEError) {
    if let problem { throw GPGMEError(.start, cause: .engine(problem)) }
  }

  private static let neededEngine = "2.2.0"
  private static let neededLibrary = "1.18.0"

  private static func start() -> GPGMEError.EngineProblem? {
    // Without gpgconf gpgme looks for gpg in PATH itself; that saves six process starts. It must be said before anything else.
    _ = unsafe gpgme_set_global_flag("disable-gpgconf", "1")
    guard unsafe cgpgme_check_version() != nil else { return .libraryTooOld(needed: neededLibrary) }
    // pinentry and gpg are told the character set of our texts; setlocale is never called.
    unsafe gpgme_set_locale(nil, LC_CTYPE, "C.UTF-8")
    return nil
  }

  /// Says why the engine that `context` would run cannot serve; nil when it can.
  static func engineProblem(_ context: gpgme_ctx_t) -> GPGMEError.EngineProblem? {
    guard let version = unsafe engineVersion(context) else { return .missing }
    return isOlder(version, than: neededEngine) ? .tooOld(found: version, needed: neededEngine) : nil
  }

  /// The version of the gpg that `context` runs; nil when there is none.
  static func engineVersion(_ context: gpgme_ctx_t) -> String? {
    unsafe engine(of: context) { unsafe text($0.version) }
  }

  /// The path of the gpg that `context` runs; nil when there is none.
  static func engineProgram(_ context: gpgme_ctx_t) -> String? {
    unsafe engine(of: context) { unsafe text($0.file_name) }
  }

  /// The version of libgpgme itself.
  static var version: String? {
    // A static string of gpgme's.
    unsafe text(gpgme_check_version(nil))
  }

  private static func engine(of context: gpgme_ctx_t, _ read: (_gpgme_engine_info) -> String?) -> String? {
    // The list belongs to the context and is only read here.
    var info = unsafe gpgme_ctx_get_engine_info(context)
    while let engine = unsafe info {
      if unsafe engine.pointee.protocol == GPGME_PROTOCOL_OpenPGP { return unsafe read(engine.pointee) }
      unsafe info = engine.pointee.next
    }
    return nil
  }

  /// Compares dotted numbers; what follows the digits of a component ("2.4.0-beta1") is not looked at.
  static func isOlder(_ version: String, than needed: String) -> Bool {
    func numbers(_ text: String) -> [Int] {
      text.split(separator: ".").map { Int($0.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
    }
    return numbers(version).lexicographicallyPrecedes(numbers(needed))
  }
}
