import CGPGME
import OpenPGPPackets

extension Context {
  /// The cause of gpgme's verdict, with what gpg said while the operation ran: many codes alone say little.
  func cause(of code: gpgme_error_t) -> GPGMEError.Cause {
    .init(code: code)
  }

  /// The cause of a decryption that failed, in which `delivered` bytes came before.
  func decryptionCause(of code: gpgme_error_t, delivered: Int) -> GPGMEError.Cause {
    let recipients = decryptionRecipients().map(\.keyID)
    let cause = cause(of: code)
    if case .noSecretKey = cause { return .noSecretKey(recipients: recipients) }
    return cause
  }
}
