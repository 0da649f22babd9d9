import ByteStreams
import GPGME
import SealedMail
import SystemPackage

extension MessageOpener {
  /// Takes the encryption off a message that is encrypted for other keys than those of `recipients`.
  func unwrap(
    _ bytes: ByteStore, unlessFor recipients: RecipientList, options: OpenOptions
  ) throws(OpenError) -> Resealer.Finding {
    try unlocking(\.isLocked) { context throws(OpenError) in
      try Resealer.open(bytes, unlessFor: recipients, options: options, with: &context)
    }
  }

  /// Writes the message with its content sealed for `recipients` alone.
  func seal(
    _ opened: OpenedPackets, to recipients: RecipientList, at now: Int64, scratch: FilePath, into sink: any ByteSink
  ) throws(SealError) {
    try Resealer.seal(opened, to: recipients, at: now, scratch: scratch, into: sink, with: &quiet)
  }
}

extension Resealer.Finding {
  fileprivate var isLocked: Bool {
    if case .refused(.passphrase) = self { true } else { false }
  }
}
