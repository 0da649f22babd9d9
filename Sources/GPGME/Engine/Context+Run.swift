import ByteStreams
import CGPGME

extension Context {
  /// Runs one operation from its start to its end.
  ///
  /// `start` calls gpgme's `…_start` function. `streams` are the data objects of the operation: their own error goes before
  /// gpgme's, which is only its echo.
  /// - Throws: the stream's error, an interruption, or gpgme's verdict as a cause.
  mutating func run(
    _ operation: GPGMEError.Operation, subject: String? = nil, streams: [DataBox] = [],
    start: (gpgme_ctx_t) -> gpgme_error_t
  ) throws(GPGMEError) {
    let code = unsafe try verdict(operation, subject: subject, streams: streams, start: start)
    if code != 0 { throw GPGMEError(operation, subject: subject, cause: cause(of: code)) }
  }

  /// Like ``run(_:subject:streams:start:)``, but gives gpgme's verdict back for the caller to judge.
  mutating func verdict(
    _ operation: GPGMEError.Operation, subject: String? = nil, streams: [DataBox] = [],
    start: (gpgme_ctx_t) -> gpgme_error_t
  ) throws(GPGMEError) -> gpgme_error_t {
    if cancellation.isCancelled { throw GPGMEError(operation, subject: subject, cause: .cancelled) }
    loop.reset()
    log.reset(for: operation)
    passphrase.reset()
    // The handle is ours and alive for the whole operation.
    let code = unsafe start(handle)
    guard code == 0 else { return code }
    let (interruption, verdict) = unsafe loop.run(handle)
    if let error = streams.lazy.compactMap(\.error).first {
      throw GPGMEError(operation, subject: subject, cause: .stream(error))
    }
    switch log.excess {
    case .signatures?:
      let reason = "there are more than \(StatusLog.Excess.signatures.limit) signatures"
      throw GPGMEError(operation, subject: subject, cause: .stream(.malformed(reason)))
    case .questions?: throw GPGMEError(operation, subject: subject, cause: .passphrase(.askedTooOften))
    case nil: break
    }
    switch interruption {
    case .cancelled: throw GPGMEError(operation, subject: subject, cause: .cancelled)
    case .timedOut:
      let seconds = Int(configuration.patience?.components.seconds ?? 0)
      throw GPGMEError(operation, subject: subject, cause: .timedOut(seconds: seconds))
    case nil: return verdict
    }
  }
}
