import ByteStreams
import GPGME
import MIME
import MailState
import MailTransport
import SealedMail

extension Failure {
  /// The failure that any module's error amounts to; nil for an error of the command line itself.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as StreamError: self.init(error)
    case let error as GPGMEError: self.init(error)
    case let error as MIMEError: self.init(error)
    case let error as SealError: self.init(error)
    case let error as OpenError: self.init(error)
    case let error as TransportError: self.init(error)
    case let error as OutboxError: self.init(error)
    case let error as Dispatch.Repetition: self = error.failure
    case let error as MailStateError: self.init(error)
    default: return nil
    }
  }
}
