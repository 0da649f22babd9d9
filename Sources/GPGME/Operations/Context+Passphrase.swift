import CGPGME
import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Context {
  /// Lets pinentry ask for the old passphrase of an own key and a new one, and looks at the key files afterwards.
  ///
  /// gpg goes from key to key, and reports what became of the last one: a question that was closed once leaves some with the new
  /// passphrase and some with the old.
  /// - Returns: Whether the key is locked afterwards; an empty new passphrase unlocks it for everybody.
  /// - Throws: `.passphrase`, `.partlyChanged`, `.nothingChanged` when no file changed (all keys are on a smartcard), and what else can
  ///   befall gpg.
  ///
  /// GPGME: `gpgme_op_passwd`
  package mutating func changePassphrase(of certificate: Certificate) throws(GPGMEError) -> KeyRequest.Protection {
    let subject = certificate.fingerprint.hex
    let key = try self.certificate(with: certificate.fingerprint)
    let grips = key.keygrips
    let files = home.map { home in grips.map { home.appending("private-keys-v1.d").appending("\($0).key") } } ?? []
    let before = files.map { KeyFile($0) }
    var failure: GPGMEError?
    do throws(GPGMEError) {
      unsafe try run(.changePassphrase, subject: subject) { context in
        unsafe gpgme_op_passwd_start(context, key.handle.key, 0)
      }
    } catch {
      failure = error
    }
    let changed = zip(before, files).count { $0 != KeyFile($1) }
    if changed > 0, changed < grips.count {
      throw GPGMEError(.changePassphrase, subject: subject, cause: .partlyChanged(changed, of: grips.count))
    }
    if let failure { throw failure }
    guard changed > 0 else { throw GPGMEError(.changePassphrase, subject: subject, cause: .nothingChanged) }
    return isUnlocked(grips) ? .none : .passphrase
  }

  /// Why nothing came of a change that the primary key of `certificate` had to sign, though gpg reported success.
  func unsaidCause(for certificate: Certificate) -> GPGMEError.Cause {
    isLocked(certificate) ? .passphrase(passphrase.likelyProblem) : .nothingChanged
  }

  /// True when the primary key needs a passphrase that gpg-agent does not remember.
  private func isLocked(_ certificate: Certificate) -> Bool {
    protections(of: Array(certificate.keygrips.prefix(1))).contains { $0.kind == "P" && $0.cached != "1" }
  }

  /// How the primary key is kept here; nil when it is not, when it is on a smartcard, or when nobody can tell.
  func primaryProtection(of certificate: Certificate) -> KeyRequest.Protection? {
    guard certificate.primary.hasSecret else { return nil }
    return switch protections(of: Array(certificate.keygrips.prefix(1))).first?.kind {
    case "P": .passphrase
    case "C": KeyRequest.Protection.none
    default: nil
    }
  }

  /// True when gpg-agent says of any of the keys that it is stored in clear.
  private func isUnlocked(_ keygrips: [String]) -> Bool {
    protections(of: keygrips).contains { $0.kind == "C" }
  }

  /// How gpg-agent keeps the keys: P for protected and C for clear, and whether it remembers the passphrase (1).
  private func protections(of keygrips: [String]) -> [(kind: Substring, cached: Substring)] {
    let lines = askAgent(keygrips.map { "KEYINFO \($0)" })?.split(separator: "\n") ?? []
    return lines.compactMap { line in
      // S KEYINFO keygrip type serial-number ID cached protection …
      let fields = line.split(separator: " ")
      return fields.count > 7 && fields[1] == "KEYINFO" ? (fields[7], fields[6]) : nil
    }
  }
}

extension Certificate {
  /// gpg-agent's names for the keys whose secret part is in a file of this home.
  fileprivate var keygrips: [String] { secretKeygrips.filter { !$0.isOnCard }.map(\.grip) }

  /// gpg-agent's names for the keys whose secret part is here, or known to be on a smartcard.
  var secretKeygrips: [(grip: String, isOnCard: Bool)] {
    var grips: [(grip: String, isOnCard: Bool)] = []
    // The list belongs to the key of the handle, which never changes once listed.
    var next = unsafe handle.key.pointee.subkeys
    while let subkey = unsafe next {
      let key = unsafe subkey.pointee
      if unsafe key.secret != 0, let grip = unsafe text(key.keygrip) {
        unsafe grips.append((grip, key.is_cardkey != 0))
      }
      unsafe next = key.next
    }
    return grips
  }
}

/// What tells that the file of a secret key was written: nothing in it is read.
private struct KeyFile: Equatable {
  private let inode: UInt64
  private let size: Int64
  private let seconds: Int64
  private let nanoseconds: Int64

  /// Nil when there is no such file.
  init?(_ path: FilePath) {
    var status = stat()
    // stat(2) fills the local structure, of which only numbers are read.
    guard unsafe path.withPlatformString({ unsafe stat($0, &status) }) == 0 else { return nil }
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
      let changed = status.st_mtimespec
    #else
      let changed = status.st_mtim
    #endif
    seconds = Int64(changed.tv_sec)
    nanoseconds = Int64(changed.tv_nsec)
  }
}
