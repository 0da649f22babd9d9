package import ByteStreams
package import GPGME
package import MIME

/// Why a message could not be judged at all; a bad finding is a `Verdict`, never an error.
package enum OpenError: LayeredError, Sendable {
  /// The message is malformed beyond reading, or breaks a limit.
  case message(MIMEError)
  /// More encryption layers than are opened.
  case tooManyLayers(limit: Int)
  /// More layers of signature than are verified.
  case tooManySignatures(limit: Int)
  /// gpg or gpgme is missing, broken or was cancelled.
  case engine(GPGMEError)
  /// Reading the message or writing its content failed.
  case stream(StreamError)
  /// There is no part of that number.
  case noSuchPart(PartNumber)
  /// The part holds several inline blocks, and one of them has to be named.
  case severalBlocks(section: String, count: Int)
  /// The plaintext grew past the limit against compression bombs; in bytes.
  case expansion(limit: Int)
}
