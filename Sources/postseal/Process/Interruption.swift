import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// SIGINT, SIGTERM and SIGHUP as a request to stop: work in progress is cancelled and undone, then the tool ends with 130.
///
/// The handler only writes a byte into a pipe. A thread of its own reads it, calls the hooks of the acts in progress, and
/// gives them a moment to unwind; whatever still blocks after that dies with the process. Handlers, unlike a signal mask,
/// do not reach the child processes.
enum Interruption {
  /// A hook in force; it ends with this object.
  final class Registration: Sendable {
    private let number: Int
    fileprivate init(number: Int) { self.number = number }
    deinit { hooks.withLock { $0.active[number] = nil } }
  }

  private struct Hooks: Sendable {
    var active: [Int: @Sendable () -> Void] = [:]
    var next = 0
  }

  private static let hooks = Mutex(Hooks())
  private static let requested = Atomic<Bool>(false)
  private static let pipeEnd = Atomic<Int32>(-1)
  private static let graceSeconds: Int32 = 3

  /// How a run ends that was asked to stop.
  static var status: ExitStatus { ExitStatus(rawValue: number.load(ordering: .acquiring)) ?? .interrupted }

  private static let number = Atomic<Int32>(ExitStatus.interrupted.rawValue)

  /// Makes runs that are asked to stop end with another status than 130, for a caller who would take that for final.
  static func ends(with status: ExitStatus) { number.store(status.rawValue, ordering: .releasing) }

  /// Whether the run was asked to stop.
  static var isRequested: Bool { requested.load(ordering: .acquiring) }

  /// Calls `hook` (from another thread) when the run is asked to stop while the returned object lives.
  static func register(_ hook: @escaping @Sendable () -> Void) -> Registration {
    let number = hooks.withLock { hooks in
      hooks.next += 1
      hooks.active[hooks.next] = hook
      return hooks.next
    }
    if isRequested { hook() }
    return Registration(number: number)
  }

  /// Does work in a task of its own, which is cancelled when the run is asked to stop.
  static func cancelling<Value: Sendable, Problem: Error>(
    _ work: @escaping @Sendable () async throws(Problem) -> Value
  ) async throws(Problem) -> Value {
    let task = Task { () -> Result<Value, Problem> in
      do throws(Problem) { return .success(try await work()) } catch { return .failure(error) }
    }
    let registration = register { task.cancel() }
    defer { _ = registration }
    return try await task.value.get()
  }

  /// The same with a limit of time: nil when that is over, and the work is cancelled then, too.
  static func cancelling<Value: Sendable>(
    after limit: Duration, _ work: @escaping @Sendable () async -> Value?
  ) async -> Value? {
    await cancelling {
      await withTaskGroup(of: Value?.self) { group in
        group.addTask { await work() }
        group.addTask {
          try? await Task.sleep(for: limit)
          return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
      }
    }
  }

  /// While the returned object lives, a request to stop is left to a child at the terminal, such as the pager.
  static func shield() -> Shield { Shield() }

  /// See `shield()`.
  final class Shield: Sendable {
    fileprivate init() { shields.add(1, ordering: .acquiringAndReleasing) }
    deinit { shields.subtract(1, ordering: .acquiringAndReleasing) }
  }

  private static let shields = Atomic<Int>(0)

  /// While the returned object lives, what is typed at the terminal (SIGINT) is left to a child there, such as an editor; other requests
  /// to stop are not.
  static func keyboardShield() -> KeyboardShield { KeyboardShield() }

  /// See `keyboardShield()`.
  final class KeyboardShield: Sendable {
    fileprivate init() { keyboardShields.add(1, ordering: .acquiringAndReleasing) }
    deinit { keyboardShields.subtract(1, ordering: .acquiringAndReleasing) }
  }

  private static let keyboardShields = Atomic<Int>(0)

  /// Puts the handlers in place.
  ///
  /// Called once, before other threads exist.
  static func install() {
    var ends: [Int32] = [-1, -1]
    // The array has room for the two descriptors that the call writes.
    guard unsafe pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd.store(ends[1], ordering: .releasing)
    watch(ends[0])

    for number in [SIGINT, SIGTERM, SIGHUP] { handle(number) }
  }

  /// Installs the handler unless the signal was ignored at the start, as `nohup` and background shells ask.
  private static func handle(_ number: Int32) {
    var current = sigaction()
    // The call fills the structure on this stack and keeps no pointer to it.
    guard unsafe sigaction(number, nil, &current) == 0 else { return }
    #if canImport(Darwin)
      let ignored = unsafe unsafeBitCast(current.__sigaction_u.__sa_handler, to: Int.self) == 1
    #else
      let ignored = unsafe unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 1
    #endif
    guard !ignored else { return }
    signal(number) { number in
      // Only an atomic load and `write` run here: both are safe inside a handler.
      var byte = UInt8(truncatingIfNeeded: number)
      _ = unsafe write(Interruption.pipeEnd.load(ordering: .acquiring), &byte, 1)
    }
  }

  /// Starts the thread that waits for the pipe.
  private static func watch(_ end: Int32) {
    readEnd.store(end, ordering: .releasing)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    // The thread takes no argument and is never joined; it lives as long as the process.
    _ = unsafe pthread_create(&thread, nil, { _ in unsafe Interruption.waitForSignal() }, nil)
  }

  private static let readEnd = Atomic<Int32>(-1)

  private static func isShielded(from signal: UInt8) -> Bool {
    shields.load(ordering: .acquiring) > 0
      || signal == UInt8(SIGINT) && keyboardShields.load(ordering: .acquiring) > 0
  }

  private static func waitForSignal() -> UnsafeMutableRawPointer? {
    var byte: UInt8 = 0
    // The byte lives on this stack for the length of the call.
    while unsafe read(readEnd.load(ordering: .acquiring), &byte, 1) != 1 || isShielded(from: byte) {}
    requested.store(true, ordering: .releasing)
    let active = hooks.withLock { Array($0.active.values) }
    if active.isEmpty { _exit(status.rawValue) }
    for hook in active { hook() }
    // A second request waits for nothing.
    var again = pollfd(fd: readEnd.load(ordering: .acquiring), events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&again, 1, graceSeconds * 1000)
    _exit(status.rawValue)
  }
}
