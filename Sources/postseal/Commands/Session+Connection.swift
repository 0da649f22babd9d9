import ByteStreams
import MailTransport
import SystemPackage

extension Session {
  /// What logs in to a server, and how it is reached.
  ///
  /// - Throws: `Failure` 77 and 78, `StreamError`.
  func access(
    to server: MailServer, _ task: ServerTask, _ choice: ConnectionChoice = ConnectionChoice()
  ) async throws -> ServerAccess {
    let secret = try await secret(for: server, task, choice)
    var options = try await connection(to: server, choice)
    options.secretOrigin = secret?.origin
    return ServerAccess(credential: secret?.credential, options: options)
  }

  /// How a server is reached: what the run says, else what the account says of its own servers.
  ///
  /// - Throws: `Failure` 77 and 78, `StreamError`.
  private func connection(to server: MailServer, _ choice: ConnectionChoice) async throws -> ConnectionOptions {
    let own = account?.means(server) == true ? account?.connection : nil
    var options = ConnectionOptions(trust: (choice.caFile ?? own?.caFile).map { .file($0) } ?? .system)
    options.pinnedKeys = choice.pinnedKeys.isEmpty ? own?.pinnedKeys ?? [] : choice.pinnedKeys
    options.clientCertificate = try await clientCertificate(choice, own)
    // A way around the others' eyes is meant for every server.
    options.proxy = choice.proxy ?? account?.connection.proxy ?? .environment
    options.patience = (choice.timeout ?? account?.connection.timeout).map { .seconds($0) }
    return options
  }

  private func clientCertificate(
    _ choice: ConnectionChoice, _ own: Configuration.Connection?
  ) async throws -> ClientCertificate? {
    if let certificate = choice.clientCertificate {
      let passphrase = try choice.clientKeyDescriptor.map { try SecretMemory.firstLine(of: $0, "the passphrase") }
      return ClientCertificate(certificate: certificate, key: choice.clientKey, passphrase: passphrase)
    }
    guard let own, let certificate = own.clientCertificate else { return nil }
    var passphrase: SecretBytes?
    if let words = own.clientKeyCommand {
      passphrase = try await SecretMemory.output(
        of: words, SecretMemory.Purpose(what: "passphrase", key: "client-key-command"))
    }
    return ClientCertificate(certificate: certificate, key: own.clientKey, passphrase: passphrase)
  }
}
