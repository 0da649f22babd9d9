import ByteStreams
import GPGME
import Subprocess
import SystemPackage

/// GnuPG's own client of the Web Key Service: it makes the mails, and sends none.
///
/// Source: draft-koch-openpgp-webkey-service §4, gpg-wks-client(1)
struct WebKeyServiceClient {
  private let program: FilePath

  /// The mails are some kilobytes.
  private static let limit = 1 << 20

  /// - Throws: `Failure` 78 where it is not installed.
  init(with gpg: borrowing Context) throws(Failure) {
    guard let program = gpg.installation().helpers?.appending("gpg-wks-client"), program.isProgram else {
      throw Failure(
        .configuration, "gpg-wks-client, which speaks with web key services for GnuPG, is not installed",
        hint: "install the package gpg-wks-client")
    }
    self.program = program
  }

  /// Whether the domain of an address has such a service, as its web key directory says.
  func isSupported(for address: String) async throws(Failure) -> Bool {
    try await run(["--supported", address]) != nil
  }

  /// The mail that asks for publication; nil when it cannot be made.
  func request(_ fingerprint: Fingerprint, for address: String) async throws(Failure) -> [UInt8]? {
    try await run(["--create", fingerprint.hex, address])
  }

  /// The mail that answers a request to confirm; nil for a mail that is none.
  func answer(to mail: [UInt8]) async throws(Failure) -> [UInt8]? {
    try await run(["--receive"], input: mail)
  }

  /// What it prints; nil when it fails.
  private func run(_ arguments: [String], input: [UInt8] = []) async throws(Failure) -> [UInt8]? {
    do {
      let run = try await Subprocess.run(
        .path(program), arguments: Arguments(["--quiet"] + arguments), input: .array(input),
        output: .bytes(limit: Self.limit), error: .discarded)
      return run.terminationStatus.isSuccess ? run.standardOutput : nil
    } catch {
      throw Failure(.systemError, "cannot run \(program.string)", hint: "run it by itself to see why")
    }
  }
}
