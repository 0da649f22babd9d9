import ByteStreams
import GPGME
import MIME

/// An error of this module that has a case for the errors of each layer below.
protocol LayeredError: Error {
  static func message(_ error: MIMEError) -> Self
  static func engine(_ error: GPGMEError) -> Self
  static func stream(_ error: StreamError) -> Self
}

extension LayeredError {
  /// The error of whatever layer as one of this module's; a failure of a stream is one, whatever layer reported it.
  init(_ error: any Error) {
    switch error {
    case let error as Self: self = error
    case let error as StreamError: self = .stream(error)
    case MIMEError.stream(let error): self = .stream(error)
    case let error as MIMEError: self = .message(error)
    case let error as GPGMEError:
      if case .stream(let cause) = error.cause { self = .stream(cause) } else { self = .engine(error) }
    default: self = .stream(.malformed("\(error)"))
    }
  }
}
