import ByteStreams
import CProcess
import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Folders that lie in memory, so that what is written there reaches no disk, unless the system swaps it out.
enum MemoryFileSystem {
  /// Where this system may have one for its users.
  static var candidates: [FilePath] {
    [Environment.value("XDG_RUNTIME_DIR"), "/dev/shm"].compactMap { $0.map { FilePath($0) } }.filter(\.isAbsolute)
  }

  /// The first of `folders` that lies in memory and can be written to; nil where none does.
  static func first(of folders: [FilePath] = candidates) -> FilePath? {
    folders.first { path in
      // Holds: the C string lives for the length of both calls.
      unsafe path.withPlatformString {
        unsafe process_folder_is_in_memory($0) == 1 && access($0, W_OK | X_OK) == 0
      }
    }
  }
}
