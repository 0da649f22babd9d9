import ByteStreams
import MailTransport
import Subprocess
import SystemPackage

/// The desktop's secret service, by the program `secret-tool`: secrets filed under a server's host and user.
enum SecretService {
  /// The words that find the secret for a server.
  static func lookup(_ user: String, at server: MailServer) throws(Failure) -> [String] {
    [try program().string, "lookup"] + attributes(user, server)
  }

  /// Files a secret; nil for one that the program itself asks the person for.
  ///
  /// - Throws: `Failure` 77 and 78.
  static func store(_ secret: SecretBytes?, for user: String, at server: MailServer) async throws(Failure) {
    let arguments = Arguments(
      ["store", "--label=Mail of \(user) at \(server.host)"] + attributes(user, server))
    let program = try program()
    let status: TerminationStatus?
    if let secret {
      let bytes = secret.withBytes { bytes in (0..<bytes.byteCount).map { bytes[$0] } }
      status = try? await Subprocess.run(
        .path(program), arguments: arguments, input: .array(bytes), output: .discarded, error: .currentStandardError
      ).terminationStatus
    } else {
      status = try? await Subprocess.run(
        .path(program), arguments: arguments, input: .currentStandardInput, output: .currentStandardError,
        error: .currentStandardError
      ).terminationStatus
    }
    guard status?.isSuccess == true else {
      throw Failure(
        .authentication, "the desktop's secret service did not keep the password",
        hint: "run `secret-tool search service postseal` to see whether it works")
    }
  }

  private static func attributes(_ user: String, _ server: MailServer) -> [String] {
    ["service", "postseal", "host", server.host, "user", user]
  }

  private static func program() throws(Failure) -> FilePath {
    guard let program = FilePath.program(named: "secret-tool") else {
      throw Failure(
        .configuration, "the desktop's secret service cannot be asked: there is no secret-tool",
        hint: "install it (Debian: `apt install libsecret-tools`), or use `password-command`")
    }
    return program
  }
}
