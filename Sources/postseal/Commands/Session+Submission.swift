import GPGME
import MIME
import MailTransport
import SealedMail
import SystemPackage

extension Session {
  /// The way that `--via`, the account or the system offers.
  ///
  /// - Throws: `TransportError`, `Failure` 78.
  func target(via url: String?, plaintext: PlaintextPermission) throws -> SubmissionTarget {
    guard let text = url ?? account?.submit else { return .sendmail(try systemSendmail()) }
    let home = Environment.value("HOME").map { FilePath($0) }
    let target = try SubmissionTarget(parsing: text, home: home, plaintext: plaintext)
    if case .sendmail(nil) = target { return .sendmail(try systemSendmail()) }
    return target
  }

  /// What submits that way, with the login that the server wants: where it comes from is said at `credential`.
  ///
  /// - Throws: `TransportError`, `Failure` 77 and 78.
  func submitter(
    to target: SubmissionTarget, _ choice: ConnectionChoice = ConnectionChoice()
  ) async throws -> any Submitter {
    switch target {
    case .sendmail(let path): return SendmailSubmitter(program: try path ?? systemSendmail())
    case .maildir(let path): return MaildirSubmitter(path: path, time: Int(now))
    case .smtp(let server):
      let access: ServerAccess
      do {
        access = try await self.access(to: server, .submitting, choice)
      } catch {
        throw Failure(error)?.opened(by: "not sent") ?? error
      }
      return try SMTPSubmitter(
        server: server, credential: access.credential, options: access.options, plaintext: choice.plaintext)
    }
  }

  /// The way as it was named, to be found again later.
  func way(via url: String?) -> String { url ?? account?.submit ?? "sendmail:" }

  /// The copies with their envelopes.
  ///
  /// - Throws: `TransportError.envelope`.
  func submissions(
    _ copies: [SealedCopy], from sender: Envelope.ReversePath, notice: DeliveryNotice? = nil
  ) throws(TransportError) -> [Submission] {
    try copies.map { copy throws(TransportError) in
      Submission(
        envelope: try Envelope(from: sender, to: copy.addresses), message: copy.message,
        label: copy.isBlind ? "blind copy" : "message", notice: notice)
    }
  }

  /// Says that the sender's own certificate, or the part of it that others encrypt to, expires within 30 days.
  func warnOfExpiry(of certificate: Certificate?) {
    guard let certificate else { return }
    let ends = [certificate.expires, certificate.encryptionKey(at: now)?.expires].compactMap(\.self)
    guard let expires = ends.min(), expires - now < 30 * 86_400 else { return }
    console.note("your key \(certificate.fingerprint.short) expires on \(calendarDate(expires))")
  }

  private func systemSendmail() throws -> FilePath {
    do {
      return try SendmailProgram.find(path: Environment.value("PATH"))
    } catch {
      throw Failure(
        .configuration, "not sent: no way to submit is configured, and this system has no sendmail",
        hint: "name one with `--via smtps://USER@HOST`, or set `submit` of an account in the configuration")
    }
  }
}
