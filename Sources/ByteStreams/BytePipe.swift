import Synchronization
package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A pipe between us and a program: one end is given away, the other closes with this object, or before.
///
/// No program inherits an end that it was not given.
package final class BytePipe: Sendable {
  /// Which end stays here.
  package enum Role: Sendable {
    case reading, writing
  }

  /// The end that is given away; whoever takes it closes it.
  package let given: FileDescriptor
  private let kept: FileDescriptor
  private let subject: String
  private let isClosed = Atomic(false)

  /// - Parameter subject: what errors call it, such as "tar".
  /// - Throws: `system`.
  package init(_ role: Role, subject: String) throws(StreamError) {
    var ends: [CInt] = [-1, -1]
    // Holds: the array has the two places that the call fills.
    _ = try systemCall("start", subject) { unsafe pipe(&ends) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (reading, writing) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    (kept, given) = role == .reading ? (reading, writing) : (writing, reading)
    self.subject = subject
  }

  deinit { close() }

  /// What comes from the other end; valid until it is closed.
  package var source: any ByteSource { DescriptorSource(kept, subject: subject) }

  /// What goes to the other end; valid until it is closed.
  package var sink: any ByteSink { DescriptorSink(kept, subject: subject) }

  /// Closes our end: the program sees the end of its input, or that nobody reads its output.
  package func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    try? kept.close()
  }
}
