import ByteStreams
import GPGME

extension GPGMEError {
  /// Does what can only fail as a stream does, and throws that as gpgme's own error of `operation`.
  static func streaming<Result>(
    _ operation: Operation, _ body: () throws(StreamError) -> Result
  ) throws(GPGMEError) -> Result {
    do throws(StreamError) {
      return try body()
    } catch {
      throw GPGMEError(operation, cause: .stream(error))
    }
  }
}
