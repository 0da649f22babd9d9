import ByteStreams
import MailTransport

extension Session {
  /// Whether a server takes mail or gives it: they may have passwords of their own.
  enum ServerTask {
    case submitting
    case fetching
  }

  /// What logs in, and where a person finds it who has to correct it.
  typealias Secret = (credential: ServerCredential, origin: String)

  /// What logs in to a server; nil for a server without a user.
  ///
  /// The order: the descriptor that the run names; what the account names for its own servers (a program, or the desktop's secret
  /// service); an entry of `~/.netrc` with this host and user; the client certificate.
  ///
  /// - Throws: `Failure` 77 or 78, `StreamError`.
  func secret(for server: MailServer, _ task: ServerTask, _ choice: ConnectionChoice) async throws -> Secret? {
    guard let user = server.user else { return nil }
    switch choice.secret {
    case .password(let descriptor):
      return (
        .password(try SecretMemory.firstLine(of: descriptor, "the password")), "the password that `--password-fd` gives"
      )
    case .token(let descriptor):
      return (.token(try SecretMemory.firstLine(of: descriptor, "the token")), "the token that `--token-fd` gives")
    case nil: break
    }
    let own = account?.means(server) == true ? account : nil
    let ofFetching = task == .fetching ? own?.fetchCredential : nil
    let prefix = ofFetching == nil ? "" : "fetch-"
    switch ofFetching ?? own?.credential {
    case .passwordCommand(let words):
      let purpose = SecretMemory.Purpose(what: "password", key: "\(prefix)password-command")
      return (.password(try await SecretMemory.output(of: words, purpose)), "the account's \(purpose.key)")
    case .tokenCommand(let words):
      let purpose = SecretMemory.Purpose(what: "token", key: "\(prefix)token-command")
      return (.token(try await SecretMemory.output(of: words, purpose)), "the account's \(purpose.key)")
    case .secretService:
      let words = try SecretService.lookup(user, at: server)
      let purpose = SecretMemory.Purpose(what: "password", key: "secret")
      return (
        .password(try await SecretMemory.output(of: words, purpose)), "the password in your desktop's secret service"
      )
    case nil: break
    }
    if let password = try Netrc.own?.password(for: user, at: server.host) {
      return (.password(password), "its password in ~/.netrc")
    }
    if choice.clientCertificate != nil || own?.connection.clientCertificate != nil {
      return (.certificate, "the client certificate")
    }
    throw noCredential(user, server)
  }

  private func noCredential(_ user: String, _ server: MailServer) -> Failure {
    let sentence = "no password for \(user) at \(server.host)"
    if let account, account.credential != nil {
      return Failure(
        .configuration, "\(sentence): that of account `\(account.name)` is for the servers of its URLs alone",
        hint: "name another account with `--account`, or give the password with `--password-fd N`")
    }
    return Failure(
      .configuration, sentence,
      hint:
        "set `password-command` of an account in the configuration and name it with `--account`, or use `--password-fd N`"
    )
  }
}
