import ByteStreams
import MailTransport
import Subprocess
import Synchronization
import SystemPackage

/// The secrets of this run, so that each is asked for once: by program, or by descriptor.
enum SecretMemory {
  private enum Source: Hashable {
    case program([String])
    case descriptor(Int32)
  }

  private static let known = Mutex<[Source: SecretBytes]>([:])

  /// What a program prints, in words of errors.
  struct Purpose {
    /// Such as `password`.
    let what: String
    /// The key of the configuration that names the program.
    let key: String
  }

  /// The first line that comes by a descriptor.
  ///
  /// - Throws: `StreamError`.
  static func firstLine(of descriptor: Int32, _ what: String) throws(StreamError) -> SecretBytes {
    if let secret = known.withLock({ $0[.descriptor(descriptor)] }) { return secret }
    let source = DescriptorSource(FileDescriptor(rawValue: descriptor), subject: "descriptor \(descriptor)")
    let secret = try SecretBytes.firstLine(of: source, limit: secretLimit, what: what)
    known.withLock { $0[.descriptor(descriptor)] = secret }
    return secret
  }

  /// The first line that a program prints.
  ///
  /// - Throws: `Failure` 77 and 78, `StreamError`.
  static func output(of words: [String], _ purpose: Purpose) async throws -> SecretBytes {
    if let secret = known.withLock({ $0[.program(words)] }) { return secret }
    let secret = try await run(words, purpose)
    known.withLock { $0[.program(words)] = secret }
    return secret
  }

  /// More than any password or token has.
  private static let secretLimit = 16 << 10

  private static func run(_ words: [String], _ purpose: Purpose) async throws -> SecretBytes {
    guard let program = words.first else { throw Failure(.configuration, "the account's command is empty") }
    let name = TerminalText.visible(program)
    let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
    let result: (status: TerminationStatus, secret: SecretBytes)
    do {
      let run = try await Subprocess.run(
        executable, arguments: Arguments(Array(words.dropFirst())), output: .bytes(limit: 64 << 10),
        error: .currentStandardError)
      let line = try SecretBytes.firstLine(
        of: ArraySource(run.standardOutput), limit: secretLimit, what: "the \(purpose.what)")
      result = (run.terminationStatus, line)
    } catch let error as StreamError {
      throw error
    } catch {
      throw Failure(
        .configuration, "cannot run \(name) for the \(purpose.what)",
        hint: "check `\(purpose.key)` in the configuration")
    }
    guard result.status.isSuccess, result.secret.count > 0 else {
      throw Failure(.authentication, "\(name) gave no \(purpose.what)", hint: "run it by itself to see why")
    }
    return result.secret
  }
}
