import CGPGME

/// The status lines of the running operation, as far as somebody will ask for them.
///
/// GPGME: `gpgme_set_status_cb` with the context flag `full-status`
final class StatusLog {
  /// One line: keyword and arguments.
  struct Line: Equatable {
    let keyword: String
    let arguments: String
  }

  private(set) var lines: [Line] = []
  /// Of what there was too much, so that gpg was stopped; nil while there was not.
  private(set) var excess: Excess?
  /// Called before gpg is stopped.
  var onExcess: () -> Void = {}
  private var counts: [Excess: Int] = [:]
  private var operation = GPGMEError.Operation.start
  private let observer: (@Sendable (EngineEvent) -> Void)?

  /// - Parameter observer: told every line, those that are not kept too; never a session key.
  init(observer: (@Sendable (EngineEvent) -> Void)? = nil) {
    self.observer = observer
  }

  /// The lines that decide about an outcome; everything else is dropped as it comes, so that no message can fill memory.
  private static let kept: Set<String> = [
    "GOODMDC", "DECRYPTION_OKAY", "DECRYPTION_FAILED", "DECRYPTION_INFO", "PLAINTEXT_LENGTH", "PLAINTEXT", "BADMDC",
    "BEGIN_DECRYPTION", "END_DECRYPTION", "ENC_TO", "NO_SECKEY", "FAILURE", "ERROR", "PINENTRY_LAUNCHED", "KEY_CREATED",
    "NODATA", "UNEXPECTED", "BAD_PASSPHRASE", "MISSING_PASSPHRASE", "CARDCTRL", "INV_SGNR", "INV_RECP", "EXPORTED",
    "NEWSIG", "VALIDSIG", "NEED_PASSPHRASE_SYM",
    "DECRYPTION_KEY", "DECRYPTION_COMPLIANCE_MODE", "KEY_NOT_CREATED", "DELETE_PROBLEM", "NO_RECP", "NO_SGNR",
  ]
  private static let bound = 10_000

  /// What a few kilobytes of a message can make gpg do again and again; by the keyword of its line.
  enum Excess: String {
    /// Each costs a check.
    case signatures = "NEWSIG"
    /// Each is put to the user: for a hidden recipient gpg tries every locked key.
    case questions = "PINENTRY_LAUNCHED"

    /// How many of them are more than any message of sense has.
    var limit: Int {
      switch self {
      case .signatures: 100
      case .questions: 20
      }
    }
  }

  /// Registers this log with `context`.
  ///
  /// The log must outlive the context.
  func attach(to context: gpgme_ctx_t) {
    _ = unsafe gpgme_set_ctx_flag(context, "full-status", "1")
    // gpgme keeps the pointer without a reference: ``Context`` owns the log and releases the context first.
    let hook = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe gpgme_set_status_cb(context, noteStatus, hook)
  }

  /// Forgets the last operation before the next one.
  func reset(for operation: GPGMEError.Operation) {
    self.operation = operation
    lines = []
    counts = [:]
    excess = nil
  }

  /// The arguments of every line with this keyword, in order.
  func arguments(of keyword: String) -> [String] {
    lines.filter { $0.keyword == keyword }.map(\.arguments)
  }

  /// True when gpg said this.
  func contains(_ keyword: String) -> Bool {
    lines.contains { $0.keyword == keyword }
  }

  /// gpg-error's code for what made gpg give up; nil when it did not say.
  var failure: gpgme_error_t? {
    arguments(of: "FAILURE").first?.split(separator: " ").last.flatMap { gpgme_error_t($0) }
  }

  /// What gpg reported as errors: where, and gpg-error's code.
  var errors: [(place: String, code: gpgme_error_t)] {
    arguments(of: "ERROR").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count >= 2, let code = gpgme_error_t(fields[1].prefix { $0.isASCII && $0.isNumber }) else {
        return nil
      }
      return (String(fields[0]), code)
    }
  }

  /// Takes a line; false when gpg is to be stopped.
  fileprivate func note(_ keyword: String, _ arguments: String) -> Bool {
    // The key to a message is for nobody who only watches.
    if keyword != "SESSION_KEY" { observer?(EngineEvent(keyword: keyword, arguments: arguments)) }
    if operation == .decrypt || operation == .verify, let kind = Excess(rawValue: keyword) {
      counts[kind, default: 0] += 1
      if counts[kind, default: 0] > kind.limit {
        excess = kind
        onExcess()
        return false
      }
    }
    guard Self.kept.contains(keyword), lines.count < Self.bound else { return true }
    lines.append(Line(keyword: keyword, arguments: String(arguments.prefix(1000))))
    return true
  }
}

/// Called by gpgme with the log that was registered, for each status line.
private func noteStatus(
  _ hook: UnsafeMutableRawPointer?, _ keyword: UnsafePointer<CChar>?, _ arguments: UnsafePointer<CChar>?
) -> gpgme_error_t {
  guard let hook = unsafe hook, let keyword = unsafe text(keyword), !keyword.isEmpty else { return 0 }
  let log = unsafe Unmanaged<StatusLog>.fromOpaque(hook).takeUnretainedValue()
  return unsafe log.note(keyword, text(arguments) ?? "") ? 0 : gpgme_error(GPG_ERR_LIMIT_REACHED)
}
