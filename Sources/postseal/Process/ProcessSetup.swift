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
    saveAddressSpace()
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

  /// Makes do with little address space where the caller gives no more, as Dovecot gives the programs of its Sieve scripts 256 MiB.
  ///
  /// Each thread's heap would reserve 64 MiB of that, and where the system starts no further thread what starts them waits for ever.
  private static func saveAddressSpace() {
    guard let limit = addressSpace() else { return }
    var all = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
    // The structure outlives the call, which only reads it.
    _ = unsafe setrlimit(Resource.addressSpace, &all)
    if addressSpace() != nil { process_share_heap() }
  }

  /// Whether there is so little address space that threads could not be started; then nothing can be done.
  static var lacksAddressSpace: Bool {
    guard let limit = addressSpace(), let taken = takenAddressSpace() else { return false }
    return UInt64(limit.rlim_cur) < taken + neededAddressSpace
  }

  /// What the threads of a run take beyond what the program has at its start: stacks of 8 MiB and the heap.
  private static let neededAddressSpace: UInt64 = 96 << 20

  /// The limit on address space; nil where there is none.
  private static func addressSpace() -> rlimit? {
    var limit = rlimit()
    // The structure outlives the call, which fills it.
    guard unsafe getrlimit(Resource.addressSpace, &limit) == 0, limit.rlim_cur != Resource.unlimited else { return nil }
    return limit
  }

  /// How much address space this process has now, in bytes; nil where that cannot be known.
  private static func takenAddressSpace() -> UInt64? {
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 64)
    // The buffer outlives the call, which fills at most all of it.
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    let pages = String(decoding: text.prefix(max(0, count)).prefix { $0 != 0x20 }, as: UTF8.self)
    return UInt64(pages).map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) }
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
      static let addressSpace = RLIMIT_AS
      static let unlimited = rlim_t.max >> 1
    #else
      static let coreSize = __rlimit_resource_t(RLIMIT_CORE.rawValue)
      static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      static let addressSpace = __rlimit_resource_t(RLIMIT_AS.rawValue)
      static let unlimited = rlim_t.max
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
