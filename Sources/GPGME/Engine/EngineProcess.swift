#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A gpg process that an interrupted operation would leave behind.
///
/// gpgme starts gpg through a process in between and forgets its number, and a gpg that waits for a passphrase does not notice that its
/// pipes are closed. So the process is found by the pipe that it shares with us. On systems without /proc none is found,
/// and gpg ends when it next writes.
struct EngineProcess {
  private let id: pid_t

  /// Every other process that holds the far end of one of these pipes of ours.
  static func holding(_ descriptors: [CInt]) -> [EngineProcess] {
    let pipes = Set(descriptors.compactMap { link("/proc/self/fd/\($0)") }.filter { $0.hasPrefix("pipe:") })
    guard !pipes.isEmpty, let own = link("/proc/self/exe") else { return [] }
    return names(in: "/proc").compactMap { name in
      guard let id = pid_t(name), id != getpid(), let program = link("/proc/\(name)/exe"), program != own else {
        // A child of another thread that has not started its program yet has copies of all our descriptors: leave it alone.
        return nil
      }
      let holds = names(in: "/proc/\(name)/fd").contains { descriptor in
        link("/proc/\(name)/fd/\(descriptor)").map(pipes.contains) ?? false
      }
      return holds ? EngineProcess(id: id) : nil
    }
  }

  /// Ends the process: asks it to (it then removes its locks), and after half a second does not ask.
  func end() {
    guard isRunning else { return }
    _ = kill(id, SIGTERM)
    for _ in 0..<100 {
      if !isRunning { return }
      _ = usleep(5_000)
    }
    _ = kill(id, SIGKILL)
  }

  /// False for a zombie too: it has no program any more.
  private var isRunning: Bool {
    kill(id, 0) == 0 && Self.link("/proc/\(id)/exe") != nil
  }

  private static func link(_ path: String) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      // readlink(2) writes at most the bytes counted and tells how many; that prefix is read.
      guard let base = buffer.baseAddress else { return nil }
      let length = unsafe readlink(path, base, buffer.count)
      guard length > 0 else { return nil }
      return unsafe String(
        decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length]), as: UTF8.self)
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { _ = unsafe closedir(stream) }
    var names: [String] = []
    // The entry belongs to the stream and is copied before the next is read; d_name ends with a NUL.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe text(UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
