package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a finished child said.
package struct ChildRun: Sendable {
  package let stdout: [UInt8]
  package let stderr: String
  /// The exit status, or 128 + the signal that ended it, as a shell says it.
  package let status: Int32

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

/// One program to run to its end, in a session of its own (so without a terminal), with SIGPIPE as shells leave it.
package struct ChildProcess: Sendable {
  package var program: String
  package var arguments: [String]
  package var environment: [String: String]
  package var stdin: ChildInput = .nothing
  package var stdout: ChildOutput = .file
  package var directory: FilePath?
  /// `RLIMIT_FSIZE` in blocks of 512 bytes: a full disk for whatever the child writes.
  package var fileSizeLimit: Int?
  /// Killed after this many seconds: no test hangs for ever.
  package var timeLimit: Int = 120

  /// `program` is a path, or a name that the shell looks up in the environment's PATH.
  package init(_ program: String, _ arguments: [String], environment: [String: String]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }

  /// Runs it and waits for its end.
  package func run() throws -> ChildRun {
    let errors = try ScratchFile()
    let output = try ScratchFile()
    var helpers: [pid_t] = []
    var actions = SpawnActions()
    // Ends of pipes of ours, closed as soon as the child has its copy.
    var ends: [FileDescriptor] = []
    defer { for end in ends { try? end.close() } }

    switch stdin {
    case .nothing: actions.open("/dev/null", as: 0)
    case .closed: actions.close(0)
    case .file(let bytes):
      let input = try ScratchFile(bytes)
      actions.keep(input)
      actions.duplicate(input.descriptor, as: 0)
    case .pipe(let bytes):
      let (reading, writing) = try openPipe()
      ends.append(reading)
      let input = try ScratchFile(bytes)
      actions.keep(input)
      helpers.append(try cat(from: input.descriptor, to: writing))
      try writing.close()
      actions.duplicate(reading, as: 0)
    }
    switch stdout {
    case .closed: actions.close(1)
    case .path(let path): actions.open(path.string, as: 1)
    case .file: actions.duplicate(output.descriptor, as: 1)
    case .pipe, .brokenPipe:
      let (reading, writing) = try openPipe()
      ends.append(writing)
      if case .pipe = stdout { helpers.append(try cat(from: reading, to: output.descriptor)) }
      try reading.close()
      actions.duplicate(writing, as: 1)
    }
    actions.duplicate(errors.descriptor, as: 2)

    let child = try actions.spawn(shellCommand, environment: environment)
    for end in ends { try end.close() }
    ends = []
    let status = try wait(for: child)
    for helper in helpers { _ = try wait(for: helper) }
    return ChildRun(
      stdout: try output.bytes(), stderr: String(decoding: try errors.bytes(), as: UTF8.self), status: status)
  }

  /// Everything starts through `sh`: it looks up the program, and does what posix_spawn cannot (folder, limit).
  private var shellCommand: [String] {
    let limit = fileSizeLimit.map { "ulimit -f \($0); " } ?? ""
    let start = limit + #"cd "$0" && exec "$@""#
    return ["/bin/sh", "-c", start, directory?.string ?? ".", program] + arguments
  }

  private func cat(from source: FileDescriptor, to target: FileDescriptor) throws -> pid_t {
    var actions = SpawnActions()
    actions.duplicate(source, as: 0)
    actions.duplicate(target, as: 1)
    return try actions.spawn(["/bin/cat"], environment: [:])
  }

  private func wait(for child: pid_t) throws -> Int32 {
    var status: Int32 = 0
    for _ in 0..<(timeLimit * 1000) {
      // SAFETY: `status` outlives the call.
      let ended = unsafe waitpid(child, &status, WNOHANG)
      if ended == child { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F) }
      if ended < 0 && errno != EINTR { throw ChildError.notStarted(program, Errno(rawValue: errno)) }
      usleep(1000)
    }
    kill(child, SIGKILL)
    // SAFETY: as above.
    _ = unsafe waitpid(child, &status, 0)
    throw ChildError.timedOut(program)
  }
}

/// A pipe whose ends no other child inherits.
private func openPipe() throws -> (reading: FileDescriptor, writing: FileDescriptor) {
  let (reading, writing) = try FileDescriptor.pipe()
  for end in [reading, writing] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
  return (reading, writing)
}
