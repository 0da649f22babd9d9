package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A stream read from a descriptor that somebody else owns and closes, such as standard input.
package final class DescriptorSource: ByteSource {
  private let descriptor: CInt
  private let subject: String

  /// - Parameters:
  ///   - descriptor: stays open for as long as this is read; a non-blocking one is waited for.
  ///   - subject: what errors call it: a path, or a role such as "standard input".
  package init(_ descriptor: FileDescriptor, subject: String) {
    self.descriptor = descriptor.rawValue
    self.subject = subject
  }

  package func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    try readSome(descriptor, into: &buffer, subject)
  }
}

/// Writes to a descriptor that somebody else owns and closes, such as standard output.
package final class DescriptorSink: ByteSink {
  private let descriptor: CInt
  private let subject: String

  /// - Parameters:
  ///   - descriptor: stays open for as long as this is written; a non-blocking one is waited for.
  ///   - subject: what errors call it: a path, or a role such as "standard output".
  package init(_ descriptor: FileDescriptor, subject: String) {
    self.descriptor = descriptor.rawValue
    self.subject = subject
  }

  /// - Throws: `system` with ENOSPC, EPIPE, EIO and the like.
  package func write(_ bytes: RawSpan) throws(StreamError) {
    try writeAll(bytes, to: descriptor, subject)
  }

  /// Asks for errors that the system has kept back, by closing a duplicate; the descriptor itself stays open.
  package func finish() throws(StreamError) {
    let descriptor = descriptor
    let copy = try systemCall("close", subject) { dup(descriptor) }
    try closeChecked(copy, subject)
  }
}
