package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears complete or not at all, whatever happens meanwhile: a full disk, a lost descriptor, `kill -9`.
///
/// It is written without a name (or, where the file system has no such thing, under a random name beside the target), and gets
/// its name in one step when everything is on the disk. Until `finish()` has returned, `abandon()` or letting go of it leaves
/// nothing. What existed before is kept or replaced as the policy says; a symbolic link is itself replaced, never followed.
///
/// Devices, FIFOs and the names of our own descriptors (`/dev/stdout`, `/dev/fd/3`) cannot be replaced and are written directly.
package final class OutputFile: StoringSink {
  /// What happens to a file that has the name already.
  package enum Policy: Sendable {
    /// It stays, and `StreamError.exists` is thrown.
    case neverReplace
    /// It is replaced, in one step.
    case replace
  }

  /// How bytes reach the name.
  package enum Placement: Sendable, Equatable {
    /// Nobody sees a byte before `finish()`.
    case atomic
    /// Every byte is seen when it is written: a device or a pipe.
    case direct
  }

  /// Whether written bytes can still be taken back.
  package let placement: Placement
  /// How many bytes were written.
  package private(set) var count = 0
  private let path: FilePath
  private var state: State

  private enum State {
    case staged(StagedFile)
    case direct(CInt)
    case done
  }

  /// Prepares the output; an existing file is reported now, before any work is done for it, and again at the end.
  ///
  /// - Parameters:
  ///   - path: the name it will have; its folder must exist.
  ///   - policy: what happens to a file that has the name already.
  ///   - mode: the permissions, from which the process' mask is not taken.
  ///   - stagingFolder: where it may lie under a random name until it has its own, on the same file system; nil for beside it.
  /// - Throws: `exists`, `system`.
  package init(
    _ path: FilePath, policy: Policy, mode: CInterop.Mode = 0o600, stagedIn stagingFolder: FilePath? = nil
  ) throws(StreamError) {
    self.path = path
    if let descriptor = try openDirectly(path) {
      placement = .direct
      state = .direct(descriptor)
    } else {
      placement = .atomic
      state = .staged(try StagedFile(path, policy: policy, mode: mode, in: stagingFolder))
    }
  }

  /// The folder where the file will appear; nil for what is written directly.
  package var folder: FilePath? {
    guard placement == .atomic else { return nil }
    let folder = path.removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  deinit {
    abandon()
  }

  /// - Throws: `system` with ENOSPC, EDQUOT, EIO, EPIPE and the like.
  package func write(_ bytes: RawSpan) throws(StreamError) {
    switch state {
    case .staged(let file): try writeAll(bytes, to: file.descriptor, path.string)
    case .direct(let descriptor): try writeAll(bytes, to: descriptor, path.string)
    case .done: preconditionFailure("an output that is finished was written to")
    }
    count += bytes.byteCount
  }

  /// What was written to an output that is still atomic, before `finish()`; the store stays readable after it.
  ///
  /// - Throws: `system`; with EINVAL for what is written directly.
  package func store() throws(StreamError) -> ByteStore {
    guard case .staged(let file) = state else {
      throw .system(.invalidArgument, act: "read", subject: path.string)
    }
    let descriptor = FileDescriptor(rawValue: file.descriptor)
    return ByteStore(try FileWindow(try ReadableFile.duplicate(of: descriptor, subject: path.string)))
  }

  /// Keeps an output that is still atomic for this process, from before it has its name; see `HeldFile`.
  ///
  /// - Throws: `system`; with EINVAL for what is written directly.
  package func hold() throws(StreamError) -> HeldFile {
    guard case .staged(let file) = state else {
      throw .system(.invalidArgument, act: "read", subject: path.string)
    }
    let own = FileDescriptor(rawValue: file.descriptor)
    return try HeldFile(try ReadableFile.duplicate(of: own, subject: path.string))
  }

  /// Dates a file that is still atomic, once everything was written: seconds since 1970.
  ///
  /// - Throws: `system`.
  package func date(to seconds: Int64) throws(StreamError) {
    guard case .staged(let file) = state else { return }
    let times = Array(repeating: timespec(tv_sec: time_t(seconds), tv_nsec: 0), count: 2)
    // Holds: the call reads the two elements that the array has.
    _ = try systemCall("write", path.string) { unsafe futimens(file.descriptor, times) }
  }

  /// Brings everything to the disk and gives it its name.
  ///
  /// - Throws: `exists`, `system`; then nothing is left, except when only the folder could not be brought to the disk: the
  ///   complete file then has its name.
  package func finish() throws(StreamError) {
    defer { abandon() }
    switch state {
    case .staged(let file):
      try file.publish()
    case .direct(let descriptor):
      state = .done
      try closeChecked(descriptor, path.string)
    case .done:
      break
    }
    state = .done
  }

  /// Leaves nothing (of a direct output: nothing more); does nothing after `finish()` or a second time.
  package func abandon() {
    switch state {
    case .staged(let file): file.discard()
    case .direct(let descriptor): close(descriptor)
    case .done: break
    }
    state = .done
  }
}

/// A descriptor for what cannot be replaced by renaming: a device, a FIFO, a descriptor of ours; nil for everything else.
private func openDirectly(_ path: FilePath) throws(StreamError) -> CInt? {
  let subject = path.string
  if let own = ownDescriptor(path.string) {
    return try systemCall("open", subject) { fcntl(own, F_DUPFD_CLOEXEC, 3) }
  }
  var target = stat()
  // Holds: the C string and the buffer live for the length of the call.
  guard unsafe path.withPlatformString({ unsafe stat($0, &target) }) == 0 else { return nil }
  switch FileKind(mode: target.st_mode) {
  case .regular: return nil
  case .directory: throw .system(.isDirectory, act: "write", subject: subject)
  case .other: throw .system(.notSupported, act: "write", subject: subject)
  case .characterDevice, .pipe:
    return try systemCall("open", subject) { openPath(path, O_WRONLY | O_NOCTTY) }
  }
}

/// The number in the names that the system has for a process' own descriptors.
private func ownDescriptor(_ path: String) -> CInt? {
  switch path {
  case "/dev/stdout": return 1
  case "/dev/stderr": return 2
  default:
    for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
      return CInt(path.dropFirst(prefix.count))
    }
    return nil
  }
}

extension ByteSink {
  /// The output file that this sink is, when nobody sees that before it is finished; nil for any other sink.
  package var stagedFile: OutputFile? {
    guard let file = self as? OutputFile, file.placement == .atomic else { return nil }
    return file
  }
}
