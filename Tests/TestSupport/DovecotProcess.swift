import Foundation
package import SystemPackage

/// A real mail server on loopback (Dovecot) with alice and bob at example.org, their passwords alicepw and bobpw; ends with the value.
package final class DovecotProcess: Sendable {
  /// STARTTLS, and TLS from the first byte.
  package let imap, imaps, pop3, pop3s: UInt16
  /// STARTTLS, then a login.
  package let submission: UInt16
  /// Where another server hands mail over; 0 without dovecot-lmtpd.
  package let lmtp: UInt16
  /// The certificate of who vouches for the server, which is `localhost`.
  package let authority: FilePath
  private let folder: TemporaryFolder

  package init() throws {
    folder = try TemporaryFolder()
    // As root it runs as nobody.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path.string)
    let said = try ChildProcess(
      ServerScript.path("dovecot"), ["start", folder.appending("dc").string], environment: testEnvironment
    ).run().succeeded().text
    let pairs = said.split(whereSeparator: \.isWhitespace).compactMap { word -> (String, String)? in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    let values = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    func port(_ name: String) -> UInt16 { values[name].flatMap { UInt16($0) } ?? 0 }
    (imap, imaps, pop3, pop3s) = (port("imap"), port("imaps"), port("pop3"), port("pop3s"))
    (submission, lmtp) = (port("port"), port("lmtp"))
    authority = FilePath(values["ca"] ?? "")
  }

  deinit { ServerScript.stop("dovecot", folder.appending("dc")) }

  /// Whether this machine can have it: the program, and what it hands mail on to.
  package static let isPossible =
    optionalTool("dovecot") && optionalTool("doveadm") && optionalTool("smtp-sink") && optionalTool("openssl")
    && (testsEverything || FileManager.default.isExecutableFile(atPath: "/usr/lib/dovecot/imap"))

  /// Puts a message into a mailbox, which is made when it is missing.
  package func deliver(_ message: [UInt8], to user: String = "alice@example.org", mailbox: String = "INBOX") throws {
    if mailbox != "INBOX" { _ = try admin(["mailbox", "create", "-u", user, mailbox]).run() }
    var child = admin(["save", "-u", user, "-m", mailbox])
    child.stdin = .pipe(message)
    try child.run().succeeded()
  }

  /// Puts a file into the server's folder that its user may read and run, such as `mail/ADDRESS/.dovecot.sieve` or `filters/NAME`.
  package func write(_ text: String, to name: String) throws {
    let path = try folder.write(Array(text.utf8), to: "dc/\(name)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    guard geteuid() == 0 else { return }
    let folders = ["filters", "mail"].map { folder.appending("dc/\($0)").string }
    try ChildProcess("chown", ["-R", "nobody"] + folders, environment: testEnvironment).run().succeeded()
  }

  /// The last of what the server noted, to be told when a test fails.
  package var lastWords: String {
    let log = (try? folder.read("dc/log")) ?? []
    return String(decoding: log.suffix(2000), as: UTF8.self)
  }

  /// What `doveadm` says.
  @discardableResult
  package func tell(_ words: String...) throws -> String { try admin(words).run().succeeded().text }

  private func admin(_ words: [String]) -> ChildProcess {
    ChildProcess(
      ServerScript.path("dovecot"), ["admin", folder.appending("dc").string] + words, environment: testEnvironment)
  }
}
