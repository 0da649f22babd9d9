import GPGME
import MailState
import SystemPackage

/// When each certificate of this keyring was refreshed last.
struct RefreshRecord {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// What GnuPG homes are told apart by.
  private var home: String { session.engine.home?.string ?? "default" }

  /// Those of the certificates that were not refreshed within this time; all for nil.
  ///
  /// - Throws: `Failure`, `MailStateError`.
  func due(_ certificates: [Certificate], after time: KeyNew.Lifetime?) throws -> [Certificate] {
    guard let seconds = time?.seconds, let database = try StateDatabase.openExisting(in: try Session.stateFolder())
    else { return certificates }
    let refreshes = try database.refreshes(in: home)
    return certificates.filter { certificate in
      refreshes[certificate.fingerprint.hex].map { $0 <= session.now - seconds } != false
    }
  }

  /// Keeps that one was; what cannot be kept is told, and undoes nothing.
  func note(_ certificate: Certificate, on session: Session) {
    do {
      let database = try StateDatabase.open(in: try Session.stateFolder())
      try database.noteRefresh(of: certificate.fingerprint.hex, in: home, at: session.now)
    } catch {
      let reason = Failure(error)?.sentences.joined(separator: "; ") ?? "\(error)"
      session.console.note("cannot keep when \(certificate.fingerprint.short) was refreshed: \(reason)")
    }
  }
}
