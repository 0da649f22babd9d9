import ByteStreams
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Makes names for Maildir deliveries that no other delivery has. Source: https://cr.yp.to/proto/maildir.html
enum MaildirName {
  /// Counts the deliveries of this process.
  private static let deliveries = Atomic<Int>(0)

  /// `seconds.P<process>Q<delivery>R<random>.localhost`, at a time in seconds since 1970.
  ///
  /// Eighty random bits keep hosts apart that share the folder, so that the name does not have to tell which host this is.
  static func next(at seconds: Int) -> String {
    let delivery = deliveries.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(seconds).P\(getpid())Q\(delivery)R\(SystemRandom.name(16)).localhost"
  }
}
