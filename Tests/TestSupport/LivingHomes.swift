import Synchronization
import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The folders that still live, keyrings' above all: those that a test keeps in a global have no end of their own, and go when the process ends.
enum LivingHomes {
  private static let homes = Mutex<Set<FilePath>>([])
  private static let cleansAtExit: Void = {
    atexit { LivingHomes.homes.withLock(\.self).forEach(removeHome) }
  }()

  static func add(_ home: FilePath) {
    _ = cleansAtExit
    _ = homes.withLock { $0.insert(home) }
  }

  /// Ends what gpg started in the home, and removes it.
  static func end(_ home: FilePath) {
    removeHome(home)
    _ = homes.withLock { $0.remove(home) }
  }
}
