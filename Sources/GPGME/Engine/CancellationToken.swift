#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Stops the gpg operations of every context that was opened with it, from any thread and from a signal handler.
///
/// Once cancelled it stays so: the running operation throws `.cancelled` and each later one too. No gpg process is left.
package final class CancellationToken: Sendable {
  private let readEnd: CInt
  private let writeEnd: CInt

  /// A token that has not been cancelled.
  ///
  /// Uses two descriptors; where none can be had, cancelling does nothing.
  package init() {
    var ends: [CInt] = [-1, -1]
    // pipe(2) fills exactly the two elements of the array.
    if unsafe pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    } else {
      ends = [-1, -1]
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    if readEnd >= 0 { _ = close(readEnd) }
    if writeEnd >= 0 { _ = close(writeEnd) }
  }

  /// Stops what runs and what would follow.
  ///
  /// Safe in any thread and in a signal handler: it calls `write` only.
  package func cancel() {
    var byte: UInt8 = 1
    // One byte of a local variable is handed to write(2), which does not keep it.
    _ = unsafe write(writeEnd, &byte, 1)
  }

  /// True after ``cancel()``.
  package var isCancelled: Bool {
    var poll = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    // One pollfd of a local variable; the byte stays in the pipe, so the answer stays true.
    return unsafe Self.ready(&poll) > 0
  }

  /// The end that becomes readable when the token is cancelled and stays so; for poll(2).
  var descriptor: CInt { readEnd }

  private static func ready(_ poll: UnsafeMutablePointer<pollfd>) -> CInt {
    // The pointer is to one element, as the count says.
    #if canImport(Darwin)
      unsafe Darwin.poll(poll, 1, 0)
    #else
      unsafe Glibc.poll(poll, 1, 0)
    #endif
  }
}
