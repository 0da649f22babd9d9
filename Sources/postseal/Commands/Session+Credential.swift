import ByteStreams
import MailTransport
import Subprocess
import SystemPackage

extension Session {
  /// The secret for a server that wants a login: what the account's command prints, up to its first line end.
  ///
  /// Nil for a server without a user.
  /// - Throws: `Failure` 77 or 78.
  func credential(for server: MailServer) async throws -> ServerCredential? {
    guard let user = server.user else { return nil }
    switch account?.credential {
    case nil:
      throw Failure(
        .configuration, "no password for \(user) at \(server.host)",
        hint: "set `password-command` of an account in the configuration, and name it with `--account`")
    case .passwordCommand(let words): return .password(try await Self.output(of: words))
    case .tokenCommand(let words): return .token(try await Self.output(of: words))
    }
  }

  /// Runs a program and takes the first line it prints.
  private static func output(of words: [String]) async throws -> SecretBytes {
    guard let program = words.first else { throw Failure(.configuration, "the account's command is empty") }
    let name = TerminalText.visible(program)
    let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
    let result: (status: TerminationStatus, secret: SecretBytes)
    do {
      let run = try await Subprocess.run(
        executable, arguments: Arguments(Array(words.dropFirst())), output: .bytes(limit: 64 << 10),
        error: .currentStandardError)
      let line = try SecretBytes.firstLine(of: ArraySource(run.standardOutput), limit: 16 << 10, what: "the password")
      result = (run.terminationStatus, line)
    } catch let error as StreamError {
      throw error
    } catch {
      throw Failure(
        .configuration, "cannot run \(name) for the password", hint: "check `password-command` in the configuration")
    }
    guard result.status.isSuccess, result.secret.count > 0 else {
      throw Failure(.authentication, "\(name) gave no password", hint: "run it by itself to see why")
    }
    return result.secret
  }
}
