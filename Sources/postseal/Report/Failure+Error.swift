import ArgumentParser
import ByteStreams

extension Failure {
  /// The failure that any module's error amounts to; nil for an error of the command line itself.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as StreamError: self.init(error)
    default: return nil
    }
  }
}
