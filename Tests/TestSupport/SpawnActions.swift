import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What happens to the descriptors of a child between fork and exec, and the start itself.
struct SpawnActions {
  private enum Action {
    case close(Int32)
    case open(String, Int32)
    case duplicate(Int32, Int32)
  }
  private var actions: [Action] = []
  private var kept: [ScratchFile] = []

  mutating func close(_ number: Int32) { actions.append(.close(number)) }
  mutating func open(_ path: String, as number: Int32) { actions.append(.open(path, number)) }
  mutating func duplicate(_ descriptor: FileDescriptor, as number: Int32) {
    actions.append(.duplicate(descriptor.rawValue, number))
  }
  /// Keeps a file open until the child was started.
  mutating func keep(_ file: ScratchFile) { kept.append(file) }

  /// Starts `command` (an absolute path and its arguments); every descriptor above 2 is closed in it.
  ///
  /// SAFETY of the unsafe calls: the two spawn objects are initialised first and destroyed last, and the C strings
  /// live in arrays that outlast `posix_spawn`, which copies what it needs.
  func spawn(_ command: [String], environment: [String: String]) throws -> pid_t {
    #if canImport(Darwin)
      var files: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      var files = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | 0x80  // POSIX_SPAWN_SETSID, behind _GNU_SOURCE
    #endif
    _ = unsafe posix_spawn_file_actions_init(&files)
    _ = unsafe posix_spawnattr_init(&attributes)
    defer {
      _ = unsafe posix_spawn_file_actions_destroy(&files)
      _ = unsafe posix_spawnattr_destroy(&attributes)
    }
    for action in actions {
      switch action {
      case .close(let number): _ = unsafe posix_spawn_file_actions_addclose(&files, number)
      case .open(let path, let number):
        _ = unsafe posix_spawn_file_actions_addopen(&files, number, path, number == 0 ? O_RDONLY : O_WRONLY, 0)
      case .duplicate(let source, let number):
        _ = unsafe posix_spawn_file_actions_adddup2(&files, source, number)
      }
    }
    #if !canImport(Darwin)
      // What other tests have open is no business of this child; closing a closed number is no error here.
      for number in 3..<256 { _ = unsafe posix_spawn_file_actions_addclose(&files, Int32(number)) }
    #endif
    var defaults = sigset_t()
    var none = sigset_t()
    _ = unsafe sigemptyset(&none)
    _ = unsafe sigemptyset(&defaults)
    _ = unsafe sigaddset(&defaults, SIGPIPE)
    _ = unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
    _ = unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    var child: pid_t = 0
    let result = unsafe withCStrings(command) { argv in
      unsafe withCStrings(environment.map { "\($0)=\($1)" }) { envp in
        unsafe posix_spawn(&child, command[0], &files, &attributes, argv, envp)
      }
    }
    guard result == 0 else { throw ChildError.notStarted(command[0], Errno(rawValue: result)) }
    return child
  }
}

/// Calls `body` with a NULL-terminated array of C strings that lives as long as the call.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let copies = unsafe strings.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe (copies + [nil]).withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array of at least one element has an address") }
    return unsafe body(base)
  }
}

/// An open file without a name: a child's input or output that needs no thread to feed or drain it.
final class ScratchFile {
  let descriptor: FileDescriptor

  init(_ content: [UInt8] = []) throws {
    let path = FilePath("/tmp/ps-\(getpid())-\(UInt64.random(in: 0 ... .max))")
    descriptor = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
    // SAFETY: the C string of a path lives as long as the call.
    _ = unsafe path.withPlatformString { unsafe unlink($0) }
    try descriptor.writeAll(content)
    try descriptor.seek(offset: 0, from: .start)
  }

  deinit {
    try? descriptor.close()
  }

  /// Everything written so far.
  func bytes() throws -> [UInt8] {
    let size = try Int(descriptor.seek(offset: 0, from: .end))
    var filled = 0
    return try unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while filled < size {
        // SAFETY: the slice lies inside the buffer that the array lends for this call.
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let read = try unsafe descriptor.read(fromAbsoluteOffset: Int64(filled), into: rest)
        if read == 0 { break }
        filled += read
      }
      count = filled
    }
  }
}
