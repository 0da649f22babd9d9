#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Now, in seconds since 1970.
package func currentTime() -> Int64 {
  var now = timespec()
  // clock_gettime(2) fills the local variable; the real-time clock always exists.
  _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
  return Int64(now.tv_sec)
}
