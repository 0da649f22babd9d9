import Foundation
import SystemPackage
import TestSupport

@testable import MailTransport

/// The throw-away certificates of `Scripts/Servers/certificates`, made once for all tests that want TLS.
enum Certificates {
  /// Where they are, or why there are none.
  static let folder: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    folder.removeAtExit()
    try ChildProcess(script("certificates"), [folder.path.string], environment: testEnvironment).run().succeeded()
    return folder
  }

  /// One of the scripts that run servers.
  static func script(_ name: String) -> String {
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().removingLastComponent()
      .appending("Scripts").appending("Servers").appending(name).string
  }

  /// The path of a file among them.
  static func path(_ name: String) throws -> String { try folder.get().appending(name).string }

  /// The authority that issued the good ones.
  static var trust: TLSTrust { get throws { .file(try path("authority.pem")) } }
}

/// A TLS server on loopback with one of the certificates, by `openssl s_server`: it shakes hands and says nothing.
final class TLSServer {
  let port: UInt16
  private let process = Process()
  private let input = Pipe()

  /// - Parameter options: further options of `openssl s_server`, such as `-tls1_1`.
  init(certificate: String, options: [String] = []) throws {
    // A port that was free a moment ago.
    port = try ScriptedServer { _ in nil }.port
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", try Certificates.path("\(certificate).pem"),
        "-cert_chain", try Certificates.path("\(certificate).pem"), "-key", try Certificates.path("\(certificate).key"),
      ] + options
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<5000 where !ScriptedServer.answers(port) { Thread.sleep(forTimeInterval: 0.02) }
  }

  // Our threads' blocked signals are the child's too: only SIGKILL reaches it for sure.
  deinit { kill(process.processIdentifier, SIGKILL) }
}
