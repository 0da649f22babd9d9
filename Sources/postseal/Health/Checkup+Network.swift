import GPGME
import MailTransport
import SystemPackage

/// The one thing that is asked on a network, when that was wanted.
extension Checkup {
  /// Whether the account's server answers, its TLS is trusted, and it lets the user in; no mail is handed over.
  func network(trust caFile: String?) async -> HealthFinding {
    let home = Environment.value("HOME").map { FilePath($0) }
    guard let text = session.account?.submit, case .smtp(let server) = try? SubmissionTarget(parsing: text, home: home)
    else {
      return .note(
        .submitter, .noServer, "no server was asked: the account has none",
        mend: "name an account with `--account NAME`")
    }
    do {
      let submitter = try SMTPSubmitter(
        server: server, credential: try await session.credential(for: server),
        options: ConnectionOptions(trust: caFile.map { .file($0) } ?? .system))
      let channel = try await submitter.probe().channel
      return .ok(.submitter, "\(channel) answers" + (server.user.map { " and lets \($0) in" } ?? ""))
    } catch {
      let failure = Failure(error) ?? Failure(.internalError, "the server could not be asked")
      // The words of a submission begin with what happened to the mail.
      let text = (error as? TransportError).map { "\($0)" } ?? failure.sentences.joined(separator: "; ")
      return .problem(
        .submitter, .submitterFailed, failure.status, text,
        mend: failure.hints.first ?? "see `submit` in the configuration")
    }
  }
}
