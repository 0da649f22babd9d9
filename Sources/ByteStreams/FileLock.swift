import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The lock that `fcntl` has for whole files, as mail programs take it.
///
/// Where the system has that, it belongs to the open file and not to the process: another descriptor for the same file that is closed
/// meanwhile does not take it away. Locks of either kind keep each other out.
///
/// Source: fcntl(2), "Open file description locks"
enum FileLock {
  case shared, exclusive

  // The macro stands behind a feature test; its value is the same on every architecture of Linux.
  #if os(Linux)
    private static let command: CInt = 37
  #else
    private static let command = F_SETLK
  #endif

  /// Takes it, without waiting; false while another program has it.
  ///
  /// Where the file system knows no locks it counts as taken. It ends when the last descriptor for this opening of the file is closed.
  /// - Throws: `system`.
  func take(_ descriptor: CInt, _ subject: String) throws(StreamError) -> Bool {
    var request = flock()
    request.l_type = numericCast(self == .shared ? F_RDLCK : F_WRLCK)
    request.l_whence = numericCast(SEEK_SET)
    do throws(StreamError) {
      // Holds: the call reads the structure of this stack and keeps no pointer to it.
      _ = try systemCall("lock", subject) { unsafe fcntl(descriptor, Self.command, &request) }
      return true
    } catch .system(.resourceTemporarilyUnavailable, _, _), .system(.permissionDenied, _, _) {
      return false
    } catch .system(.noLocks, _, _), .system(.notSupported, _, _), .system(.invalidArgument, _, _) {
      return true
    }
  }

  /// The same, for which it waits up to so many seconds.
  ///
  /// - Throws: `system`; with EAGAIN when another program still has it then.
  func take(_ descriptor: CInt, _ subject: String, within seconds: Double) throws(StreamError) {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !take(descriptor, subject) {
      guard ContinuousClock.now < end else { throw Self.isHeld(subject) }
      Self.pause()
    }
  }

  /// That another program holds the lock of `subject`.
  static func isHeld(_ subject: String) -> StreamError {
    .system(.resourceTemporarilyUnavailable, act: "lock", subject: subject)
  }

  /// Waits a moment that is never the same, so that two programs do not meet at each trial.
  static func pause() { usleep(UInt32.random(in: 20_000...80_000)) }
}
