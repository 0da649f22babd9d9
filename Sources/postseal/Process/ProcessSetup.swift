import CProcess

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What every run sets once, before anything is read or written.
enum ProcessSetup {
  /// Makes the process safe to hold plaintext: no core dumps, private files, descriptors 0 to 2 taken, signals handled.
  static func prepare() {
    reserveStandardDescriptors()
    forbidDumps()
    umask(0o077)
    // A reader that went away is an error of the write (EPIPE), never a sudden death with half the work done.
    signal(SIGPIPE, SIG_IGN)
    // The same for a file that grows past its limit (EFBIG).
    signal(SIGXFSZ, SIG_IGN)
    // Only the character type: it says whether the terminal takes UTF-8. Numbers and case never follow the locale.
    _ = unsafe setlocale(LC_CTYPE, "")
    nameTerminalForPinentry()
    Interruption.install()
  }

  /// Opens what was closed at the start so that no file of ours gets the number of a standard stream.
  ///
  /// They open the wrong way round, so that using them fails instead of losing data in silence.
  private static func reserveStandardDescriptors() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      // The literal lives for the length of the call.
      _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  private static func forbidDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    // The structure outlives the call, which only reads it.
    _ = unsafe setrlimit(Resource.coreSize, &none)
    _ = process_forbid_dumps()
  }

  /// Takes as many open files as this user may have: for work that must hold all of them until it is known that all are whole.
  static func allowManyFiles() {
    var limit = rlimit()
    // The structure outlives both calls; the first one fills it.
    guard unsafe getrlimit(Resource.openFiles, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    #if canImport(Darwin)
      limit.rlim_cur = min(limit.rlim_cur, rlim_t(OPEN_MAX))
    #endif
    _ = unsafe setrlimit(Resource.openFiles, &limit)
  }

  /// The numbers of limits, whose type differs from system to system.
  private enum Resource {
    #if canImport(Darwin)
      static let coreSize = RLIMIT_CORE
      static let openFiles = RLIMIT_NOFILE
    #else
      static let coreSize = __rlimit_resource_t(RLIMIT_CORE.rawValue)
      static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #endif
  }

  /// Tells GnuPG's pinentry the terminal, as its manual asks every caller to do.
  private static func nameTerminalForPinentry() {
    if let name = terminalName() { Environment.setDefault("GPG_TTY", name) }
  }

  /// The path of the terminal that a standard stream is connected to; nil when none is.
  ///
  /// Only called by one thread at a time.
  static func terminalName() -> String? {
    for descriptor: Int32 in [0, 2, 1] where isatty(descriptor) == 1 {
      // The name lies in the C library's buffer and is copied at once.
      if let name = unsafe ttyname(descriptor) { return unsafe String(cString: name) }
    }
    return nil
  }
}
