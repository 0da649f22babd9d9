import ByteStreams
import OpenPGPPackets

/// Passes on what gpg writes as binary OpenPGP data, also when an `armor` line in gpg.conf makes it write ASCII.
///
/// gpgme asks for armor or says nothing, so the user's line stands. Armor is kept until all of it is there.
final class BinarySink: ByteSink {
  private let target: any ByteSink
  private var armor: Spool?
  private var hasStarted = false

  /// Armor up to this size stays in memory.
  private static let memoryLimit = 4 << 20

  init(_ target: any ByteSink) {
    self.target = target
  }

  func write(_ bytes: RawSpan) throws(StreamError) {
    guard bytes.byteCount > 0 else { return }
    // The first byte of an OpenPGP packet has its highest bit set, and no letter of armor has. Source: RFC 9580 §4.2
    if !hasStarted, bytes[0] & 0x80 == 0 { armor = Spool(memoryLimit: Self.memoryLimit) }
    hasStarted = true
    if let armor { try armor.write(bytes) } else { try target.write(bytes) }
  }

  /// Passes on what was kept; the target is not finished.
  func finish() throws(StreamError) {
    guard let armor else { return }
    self.armor = nil
    try DearmorSource(try armor.store().source()).copy(to: target)
  }

  /// The same, with the error of the operation whose output this is.
  func finish(_ operation: GPGMEError.Operation) throws(GPGMEError) {
    do throws(StreamError) {
      try finish()
    } catch {
      throw GPGMEError(operation, cause: .stream(error))
    }
  }
}
