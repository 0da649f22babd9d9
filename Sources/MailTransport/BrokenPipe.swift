#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program or a server that goes away while it is written to must be an error of that write, never our end.
enum BrokenPipe {
  /// Makes SIGPIPE ignored in this process, once; children start with the default again (swift-subprocess sees to it).
  static func becomesAnError() { _ = ignored }

  private static let ignored: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}
