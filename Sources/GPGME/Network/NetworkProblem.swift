import CGPGME

/// Why a place on the network did not serve.
package enum NetworkProblem: Equatable, Sendable {
  /// dirmngr, which does what GnuPG does on the network, is missing.
  case noDirmngr
  /// dirmngr is there and cannot be started, or broke down.
  case dirmngrFailed
  /// Nobody knows the host, or it has no such service.
  case hostUnknown
  /// It does not take connections, or no way leads there.
  case unreachable
  /// The host did not prove who it is, or no TLS came about.
  case tlsUntrusted
  /// No answer within so many seconds.
  case timedOut(seconds: Int)
  /// It ended the connection in the middle.
  case connectionLost
  /// What it answered is not what was asked for.
  case malformed
  /// The answer is larger than this many bytes.
  case tooLarge(limit: Int)
  /// It does not take what it was given.
  case refused
  /// Anything else, in gpg-error's words.
  case other(String)

  /// The problem that one of dirmngr's codes stands for; nil for its way to say that there is nothing.
  init?(code: gpgme_error_t, seconds: Int, limit: Int) {
    switch gpgme_err_code(code) {
    // Every answer of a web server that is no success becomes "no data" here, so that nothing more can be told.
    case GPG_ERR_NO_DATA, GPG_ERR_NOT_FOUND, GPG_ERR_NO_PUBKEY: return nil
    case GPG_ERR_NO_NAME, GPG_ERR_UNKNOWN_HOST, GPG_ERR_DNS_NO_ANSWER, GPG_ERR_DNS_ADDRESS: self = .hostUnknown
    case GPG_ERR_NO_KEYSERVER, GPG_ERR_NETWORK, GPG_ERR_ECONNREFUSED, GPG_ERR_EHOSTUNREACH, GPG_ERR_ENETUNREACH,
      GPG_ERR_ENETDOWN, GPG_ERR_EHOSTDOWN, GPG_ERR_EADDRNOTAVAIL, GPG_ERR_SERVER_FAILED, GPG_ERR_DNS_CLOSED:
      self = .unreachable
    // dirmngr built with GnuTLS has no more exact word for a certificate that it does not trust.
    case GPG_ERR_GENERAL, GPG_ERR_BAD_CERT, GPG_ERR_BAD_CERT_CHAIN, GPG_ERR_MISSING_CERT, GPG_ERR_NO_CERT_CHAIN,
      GPG_ERR_CERT_REVOKED, GPG_ERR_NOT_TRUSTED, GPG_ERR_BAD_CA_CERT, GPG_ERR_WRONG_NAME:
      self = .tlsUntrusted
    case GPG_ERR_TIMEOUT, GPG_ERR_ETIMEDOUT, GPG_ERR_DNS_TIMEOUT: self = .timedOut(seconds: seconds)
    case GPG_ERR_EOF, GPG_ERR_ECONNRESET, GPG_ERR_TRUNCATED: self = .connectionLost
    case GPG_ERR_UNSUPPORTED_ENCODING, GPG_ERR_BAD_DATA, GPG_ERR_INV_DATA: self = .malformed
    case GPG_ERR_TOO_LARGE: self = .tooLarge(limit: limit)
    case GPG_ERR_FORBIDDEN, GPG_ERR_EACCES, GPG_ERR_EPERM: self = .refused
    case GPG_ERR_NO_DIRMNGR, GPG_ERR_DIRMNGR: self = .dirmngrFailed
    default: self = .other(GPGMEError.Cause.words(code))
    }
  }

  /// The problem in lower case without a full stop.
  package var words: String {
    switch self {
    case .noDirmngr: "dirmngr, which asks on the network for GnuPG, is not installed"
    case .dirmngrFailed: "dirmngr, which asks on the network for GnuPG, does not start"
    case .hostUnknown: "there is no such host"
    case .unreachable: "it does not take connections"
    case .tlsUntrusted: "its TLS certificate is not trusted"
    case .timedOut(let seconds): "no answer within \(seconds) seconds"
    case .connectionLost: "it ended the connection without an answer"
    case .malformed: "its answer is not what was asked for"
    case .tooLarge(let limit): "its answer is larger than \(limit >> 20) MiB, the limit"
    case .refused: "it does not take it"
    case .other(let words): words
    }
  }
}
