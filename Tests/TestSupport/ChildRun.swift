package import SystemPackage

/// What a finished child said.
package struct ChildRun: Sendable {
  package let stdout: [UInt8]
  package let stderr: String
  /// The exit status, or 128 + the signal that ended it, as a shell says it.
  package let status: Int32
  /// Wall-clock time from the start to the end.
  package let duration: Duration
  /// The most memory that the child itself held resident, in bytes (0 when it ended before anybody looked).
  package let peakMemory: Int

  /// stdout as text.
  package var text: String { String(decoding: stdout, as: UTF8.self) }
}

/// Where a child's standard input comes from.
package enum ChildInput: Sendable {
  /// `/dev/null`.
  case nothing
  /// A regular file that holds these bytes.
  case file([UInt8])
  /// A pipe that gives these bytes and ends.
  case pipe([UInt8])
  /// Descriptor 0 is not open.
  case closed
}

/// Where a child's standard output goes; only `file` and `pipe` are captured.
package enum ChildOutput: Sendable {
  /// A regular file.
  case file
  /// A pipe that is read to its end.
  case pipe
  /// A pipe that nobody reads.
  case brokenPipe
  /// Descriptor 1 is not open.
  case closed
  /// An existing file or device, such as `/dev/full`.
  case path(FilePath)
}

/// Why a child could not be run at all.
package enum ChildError: Error {
  case notStarted(String, Errno)
  case timedOut(String)
}

extension ChildRun {
  /// Nothing when the status was 0.
  /// - Throws: ``ChildFailure``, which shows what the child said.
  @discardableResult
  package func succeeded() throws -> ChildRun {
    guard status == 0 else { throw ChildFailure(run: self) }
    return self
  }
}

/// A child that had to succeed ended badly.
package struct ChildFailure: Error, CustomStringConvertible {
  package let run: ChildRun
  package var description: String { "status \(run.status): \(run.stderr)" }
}
