import Synchronization
import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A pull end for work that can only push: the work runs on a thread of its own and waits when nobody pulls.
///
/// Bytes pass through a socket pair, so a few hundred kilobytes lie between the two at most, and never on a disk. Dropping the
/// source stops the work at its next write.
package final class PumpedSource: ByteSource {
  private let outcome: Outcome
  private let descriptor: CInt
  private let thread: pthread_t

  /// What the work ended with, for the reader to learn once the bytes are over.
  private final class Outcome: Sendable {
    let error = Mutex<StreamError?>(nil)
  }

  /// Starts `work`, which pushes into the sink it is given and need not finish it.
  ///
  /// - Parameter work: an error of it is thrown by `read` after the bytes that came before it.
  /// - Throws: `system` when no thread or socket is to be had.
  package init(_ work: @escaping @Sendable (any ByteSink) throws(StreamError) -> Void) throws(StreamError) {
    var pair: [CInt] = [-1, -1]
    _ = try systemCall("connect", "a pair of sockets") { unsafe socketpair(AF_UNIX, PumpedSource.kind, 0, &pair) }
    let outcome = Outcome()
    let job = Job(descriptor: pair[1], outcome: outcome, work: work)
    // Holds: the retained job is released by the thread that takes it, or below when there is no thread.
    let context = unsafe Unmanaged.passRetained(job)
    do throws(StreamError) {
      thread = unsafe try Self.startThread(context)
    } catch {
      unsafe context.release()
      _ = close(pair[0])
      _ = close(pair[1])
      throw error
    }
    descriptor = pair[0]
    self.outcome = outcome
  }

  deinit {
    // The work's next write fails now, so the thread ends soon.
    _ = close(descriptor)
    pthread_join(thread, nil)
  }

  /// - Throws: what the work threw, once all that it had pushed before is read.
  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = try readSome(descriptor, into: &buffer, "work in the background")
    if count == 0, let error = outcome.error.withLock({ $0 }) { throw error }
    return count
  }

  #if canImport(Darwin)
    private static let kind = SOCK_STREAM
  #else
    private static let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
  #endif

  private static func startThread(_ context: Unmanaged<Job>) throws(StreamError) -> pthread_t {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    // Holds: the argument is the retained job, which the thread consumes exactly once.
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let raw: UnsafeMutableRawPointer? = unsafe argument
        #else
          let raw = unsafe argument
        #endif
        if let raw = unsafe raw { unsafe Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    #if canImport(Darwin)
      guard code == 0, let thread else { throw .system(Errno(rawValue: code), act: "start", subject: "a thread") }
    #else
      guard code == 0 else { throw .system(Errno(rawValue: code), act: "start", subject: "a thread") }
    #endif
    return thread
  }

  /// The work with the end of the socket pair that it writes to.
  private final class Job: Sendable {
    let descriptor: CInt
    let outcome: Outcome
    let work: @Sendable (any ByteSink) throws(StreamError) -> Void

    init(
      descriptor: CInt, outcome: Outcome, work: @escaping @Sendable (any ByteSink) throws(StreamError) -> Void
    ) {
      self.descriptor = descriptor
      self.outcome = outcome
      self.work = work
    }

    func run() {
      do throws(StreamError) {
        try work(SocketSink(descriptor))
      } catch {
        outcome.error.withLock { $0 = error }
      }
      // Only now may the reader see the end: the outcome is there.
      _ = close(descriptor)
    }
  }
}

/// Writes to a socket whose other end may be gone, without the signal that this would send.
private final class SocketSink: ByteSink {
  private let descriptor: CInt

  init(_ descriptor: CInt) {
    self.descriptor = descriptor
    #if canImport(Darwin)
      var on: CInt = 1
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<CInt>.size))
    #endif
  }

  func write(_ bytes: RawSpan) throws(StreamError) {
    #if canImport(Darwin)
      let flags: CInt = 0
    #else
      let flags = CInt(MSG_NOSIGNAL)
    #endif
    var done = 0
    while done < bytes.byteCount {
      // Holds: the pointer is used only during the call, for the bytes after `done` that the span still has.
      done += try systemCall("write", "work in the background") {
        unsafe bytes.withUnsafeBytes { all in
          unsafe send(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done, flags)
        }
      }
    }
  }

  func finish() throws(StreamError) {}
}
