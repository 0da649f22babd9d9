import CGPGME
import OpenPGPPackets

extension GPGMEError.Cause {
  /// The cause that one of gpg-error's codes stands for, without further knowledge.
  init(code: gpgme_error_t) {
    switch gpgme_err_code(code) {
    case GPG_ERR_NO_SECKEY: self = .noSecretKey(recipients: [])
    case GPG_ERR_BAD_PASSPHRASE: self = .passphrase(.wrong)
    case GPG_ERR_CANCELED, GPG_ERR_FULLY_CANCELED: self = .passphrase(.cancelled)
    case GPG_ERR_NO_PIN_ENTRY: self = .passphrase(.noPinentry)
    case GPG_ERR_NO_PASSPHRASE, GPG_ERR_ENOTTY: self = .passphrase(.nobodyToAsk)
    case GPG_ERR_PIN_ENTRY, GPG_ERR_TIMEOUT: self = .passphrase(.timedOut)
    case GPG_ERR_NO_AGENT, GPG_ERR_AGENT, GPG_ERR_ASS_CONNECT_FAILED: self = .agent(.notRunning)
    case GPG_ERR_CARD, GPG_ERR_CARD_NOT_PRESENT, GPG_ERR_CARD_REMOVED, GPG_ERR_CARD_RESET, GPG_ERR_NO_SCDAEMON,
      GPG_ERR_CARD_NOT_INITIALIZED, GPG_ERR_ENODEV:
      self = .agent(.card)
    case GPG_ERR_NO_DATA: self = .noData
    case GPG_ERR_INV_PACKET, GPG_ERR_BAD_DATA, GPG_ERR_INV_DATA, GPG_ERR_INV_ARMOR, GPG_ERR_TRUNCATED,
      GPG_ERR_UNEXPECTED, GPG_ERR_INV_KEYRING:
      self = .malformed
    case GPG_ERR_CHECKSUM, GPG_ERR_BAD_KEY, GPG_ERR_DECRYPT_FAILED: self = .integrity(.altered)
    case GPG_ERR_AMBIGUOUS_NAME, GPG_ERR_AMBIGUOUS: self = .ambiguous
    case GPG_ERR_NO_PUBKEY, GPG_ERR_NOT_FOUND: self = .notFound
    case GPG_ERR_CONFLICT: self = .secretKeyPresent
    case GPG_ERR_USER_ID_EXISTS, GPG_ERR_EEXIST: self = .exists
    case GPG_ERR_INV_USER_ID, GPG_ERR_NO_USER_ID: self = .invalidUserID
    case GPG_ERR_INV_ENGINE: self = .engine(.failed)
    case GPG_ERR_ENOENT: self = .engine(.failed)
    case GPG_ERR_ENOSPC, GPG_ERR_EDQUOT: self = .noSpace
    case GPG_ERR_EACCES, GPG_ERR_EPERM, GPG_ERR_EROFS: self = .notWritable
    case GPG_ERR_LOCKED, GPG_ERR_EWOULDBLOCK: self = .keyringLocked
    case GPG_ERR_UNSUPPORTED_ALGORITHM, GPG_ERR_CIPHER_ALGO, GPG_ERR_PUBKEY_ALGO, GPG_ERR_DIGEST_ALGO,
      GPG_ERR_COMPR_ALGO, GPG_ERR_UNKNOWN_ALGORITHM, GPG_ERR_UNKNOWN_VERSION, GPG_ERR_UNKNOWN_CURVE,
      GPG_ERR_UNKNOWN_PACKET, GPG_ERR_WRONG_PUBKEY_ALGO:
      self = .unsupportedAlgorithm(nil)
    default:
      let component = unsafe text(gpgme_strsource(code)) ?? ""
      self = .other(code: Int(gpgme_err_code(code).rawValue), text: Self.words(code), component: component)
    }
  }

  /// gpg-error's own words, for causes that have none of ours.
  static func words(_ code: gpgme_error_t) -> String {
    // gpgme_strerror_r ends what it writes with a NUL inside the bytes counted; `gpgme_strerror` shares one buffer between threads.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      unsafe base.initialize(repeating: 0, count: buffer.count)
      _ = unsafe gpgme_strerror_r(code, base, buffer.count - 1)
      return unsafe text(UnsafePointer(base)) ?? ""
    }
  }
}

extension CertificateProblem {
  /// The problem that gpg names for a key it refused.
  init(reason: gpgme_error_t) {
    switch gpgme_err_code(reason) {
    case GPG_ERR_NO_PUBKEY, GPG_ERR_NOT_FOUND: self = .missing
    case GPG_ERR_NO_SECKEY: self = .noSecretKey
    case GPG_ERR_CERT_REVOKED: self = .revoked
    case GPG_ERR_KEY_EXPIRED, GPG_ERR_CERT_EXPIRED: self = .expired(at: nil)
    case GPG_ERR_KEY_DISABLED: self = .disabled
    case GPG_ERR_WRONG_KEY_USAGE, GPG_ERR_UNUSABLE_PUBKEY: self = .noKey(for: .encryption)
    case GPG_ERR_UNUSABLE_SECKEY: self = .noKey(for: .signing)
    default: self = .refused(GPGMEError.Cause.words(reason))
    }
  }
}
