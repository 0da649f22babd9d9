package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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
  package var timeLimit: Int = 600

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

    let clock = ContinuousClock()
    let start = clock.now
    let child = try actions.spawn(command(), environment: environment)
    for end in ends { try end.close() }
    ends = []
    let (status, peakMemory) = try wait(for: child)
    let duration = clock.now - start
    for helper in helpers { _ = try wait(for: helper) }
    return ChildRun(
      stdout: try output.bytes(), stderr: String(decoding: try errors.bytes(), as: UTF8.self), status: status,
      duration: duration, peakMemory: peakMemory)
  }

  /// The program by its path; through `sh` where it takes what posix_spawn cannot do (a folder, a limit).
  private func command() throws -> [String] {
    var path = program
    if !program.contains("/") {
      let folders = environment["PATH", default: "/usr/bin:/bin"].split(separator: ":")
      guard let found = folders.map({ "\($0)/\(program)" }).first(where: isExecutable) else {
        throw ChildError.notStarted(program, .noSuchFileOrDirectory)
      }
      path = found
    }
    if directory == nil && fileSizeLimit == nil { return [path] + arguments }
    let limit = fileSizeLimit.map { "ulimit -f \($0); " } ?? ""
    return ["/bin/sh", "-c", limit + #"cd "$0" && exec "$@""#, directory?.string ?? ".", path] + arguments
  }

  private func cat(from source: FileDescriptor, to target: FileDescriptor) throws -> pid_t {
    var actions = SpawnActions()
    actions.duplicate(source, as: 0)
    actions.duplicate(target, as: 1)
    return try actions.spawn(["/bin/cat"], environment: [:])
  }

  private func wait(for child: pid_t) throws -> (status: Int32, peakMemory: Int) {
    let clock = ContinuousClock()
    let start = clock.now
    var peakMemory = 0
    while true {
      peakMemory = max(peakMemory, residentPeak(of: child))
      var status: Int32 = 0
      // SAFETY: `status` outlives the call.
      let ended = unsafe waitpid(child, &status, WNOHANG)
      if ended == child { return (status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F), peakMemory) }
      if ended < 0 && errno != EINTR { throw ChildError.notStarted(program, Errno(rawValue: errno)) }
      let elapsed = start.duration(to: clock.now)
      if elapsed > .seconds(timeLimit) {
        kill(child, SIGKILL)
        // SAFETY: as above.
        _ = unsafe waitpid(child, &status, 0)
        throw ChildError.timedOut(program)
      }
      // A look costs little beside what passed since the start: measured times are right to 2 %.
      usleep(UInt32(min(max(elapsed / .microseconds(50), 50), 10_000)))
    }
  }
}

/// The peak of a living process' resident memory in bytes, or 0 where nobody tells.
///
/// `ru_maxrss` would not do: a child of posix_spawn inherits the caller's peak there.
/// Source: proc(5), `VmHWM` of `/proc/PID/status`.
private func residentPeak(of process: pid_t) -> Int {
  guard let file = try? FileDescriptor.open(FilePath("/proc/\(process)/status"), .readOnly, options: .closeOnExec)
  else {
    return 0
  }
  defer { try? file.close() }
  let bytes: [UInt8] =
    (try? unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      // SAFETY: the buffer is lent for this call.
      count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }) ?? []
  let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kilobytes = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) }
  return (kilobytes ?? 0) * 1024
}

private func isExecutable(_ path: String) -> Bool {
  // SAFETY: the C string of a path lives as long as the call.
  unsafe FilePath(path).withPlatformString { name in unsafe access(name, X_OK) == 0 }
}

/// A pipe whose ends no other child inherits.
private func openPipe() throws -> (reading: FileDescriptor, writing: FileDescriptor) {
  let (reading, writing) = try FileDescriptor.pipe()
  for end in [reading, writing] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
  return (reading, writing)
}
