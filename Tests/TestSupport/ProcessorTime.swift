#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The time that a thread had a processor: what other tests and programs do meanwhile does not count.
package enum ProcessorTime {
  /// The seconds that `body` took.
  package static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }

  private static func now() -> Double {
    var time = timespec()
    // Holds: the call writes into a variable of this function, and this clock is always there.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
