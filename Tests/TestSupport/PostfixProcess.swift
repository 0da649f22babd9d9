import Foundation
package import SystemPackage

/// A real Postfix on loopback that takes mail by submission from those who log in, and for its own addresses alone.
///
/// Its name is `localhost`; it ends with the value, and its master wants root.
package final class PostfixProcess: Sendable {
  package let folder: TemporaryFolder
  /// STARTTLS, and TLS from the first byte.
  package let submission, submissions: UInt16

  /// - Parameters:
  ///   - certificates: what `Scripts/Servers/certificates` made.
  ///   - lmtp: the port of the server that has the mailboxes; without one they are Maildirs in ``folder``.
  ///   - accounts: each as `ADDRESS:PASSWORD`.
  package init(certificates: FilePath, lmtp: UInt16? = nil, accounts: String...) throws {
    folder = try TemporaryFolder()
    // Its daemons have users of their own.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path.string)
    // Ports that were free a moment ago.
    (submission, submissions) = (try ScriptedServer { _ in nil }.port, try ScriptedServer { _ in nil }.port)
    try ChildProcess(
      ServerScript.path("postfix"),
      ["start", folder.path.string, certificates.string, "\(submission)", "\(submissions)"]
        + (lmtp.map { ["--lmtp", "\($0)"] } ?? []) + accounts,
      environment: testEnvironment
    ).run().succeeded()
  }

  deinit { ServerScript.stop("postfix", folder.path) }

  /// Whether this machine can have it.
  package static var isPossible: Bool { optionalTool("postfix") && optionalTool("dovecot") && geteuid() == 0 }

  /// What is in the Maildir of an address, when so many messages are there.
  package func mail(_ address: String, count: Int) async throws -> [[UInt8]] {
    try await folder.mail(address, count: count)
  }
}

extension TemporaryFolder {
  /// What is in the Maildir that a server has here for an address, when so many messages are there.
  package func mail(_ address: String, count: Int) async throws -> [[UInt8]] {
    func names() throws -> [String] { try contents().filter { $0.hasPrefix("mail/\(address)/new/") } }
    _ = try await eventually { try names().count >= count }
    return try names().map { try read($0) }
  }
}
