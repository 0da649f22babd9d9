import Foundation
import Synchronization
package import SystemPackage

/// A throw-away GnuPG home with chosen identities; its agent and its folder go away with the value.
///
/// The first keyring of a combination is made by gpg (some 100 ms); later ones are copies of its files (about 1 ms).
package final class TemporaryKeyring: Sendable {
  /// The GnuPG home, `/tmp/ps-XXXXXX`.
  package let home: FilePath

  /// Makes a home.
  /// - Parameters:
  ///   - own: Secret keys with ultimate ownertrust, as `gpg --generate-key` leaves them.
  ///   - accepted: Certificates with a local certification by the first of `own`: fully valid.
  ///   - certificates: Certificates that nobody certified: validity unknown.
  ///   - foreign: Secret keys without ownertrust.
  ///   - options: Lines of `gpg.conf`.
  ///   - agentOptions: Lines of `gpg-agent.conf`.
  package init(
    own: [Identity] = [], accepted: [Identity] = [], certificates: [Identity] = [], foreign: [Identity] = [],
    options: [String] = [], agentOptions: [String] = []
  ) throws {
    let files = try Template(own: own, accepted: accepted, certificates: certificates, foreign: foreign).files()
    home = try makeTemporaryFolder()
    LivingHomes.add(home)
    try FileManager.default.createDirectory(
      atPath: home.appending("private-keys-v1.d").string, withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    for (name, bytes) in files {
      try bytes.write(to: URL(fileURLWithPath: home.appending(FilePath(name).components).string))
    }
    try Data(options.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: home.string + "/gpg.conf"))
    try Data(agentOptions.map { $0 + "\n" }.joined().utf8)
      .write(to: URL(fileURLWithPath: home.string + "/gpg-agent.conf"))
  }

  deinit {
    LivingHomes.end(home)
  }

  /// Runs the `gpg` program on this home, in batch, with passphrases from the loopback only.
  @discardableResult
  package func gpg(_ arguments: String..., stdin: [UInt8] = []) throws -> ChildRun {
    try runGPG(home, arguments, stdin: stdin)
  }

  /// The same for arguments that a test puts together.
  @discardableResult
  package func gpg(arguments: [String], stdin: [UInt8] = []) throws -> ChildRun {
    try runGPG(home, arguments, stdin: stdin)
  }

  /// Writes `dirmngr.conf`, before anything asks on a network.
  package func writeDirmngrConfiguration(_ lines: String...) throws {
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: home.string + "/dirmngr.conf"))
  }

  /// Takes the certificate out of use as a person does with `gpg --edit-key … disable`.
  package func disable(_ identity: Identity) throws {
    try runGPG(home, ["--edit-key", identity.hexFingerprint, "disable", "save"]).succeeded()
  }

  /// Gives the certificate another ownertrust: 2 unknown, 3 never, 4 marginal, 5 full, 6 ultimate.
  package func setOwnerTrust(_ level: Int, of identity: Identity) throws {
    try runGPG(home, ["--import-ownertrust"], stdin: Array("\(identity.hexFingerprint):\(level):\n".utf8)).succeeded()
  }
}

/// One combination of identities, and the files that gpg makes of it.
private struct Template: Hashable {
  let own: [Identity]
  let accepted: [Identity]
  let certificates: [Identity]
  let foreign: [Identity]

  private static let made = Mutex<[Template: [String: Data]]>([:])

  func files() throws -> [String: Data] {
    try Template.made.withLock { made in
      if let files = made[self] { return files }
      let files = try make()
      made[self] = files
      return files
    }
  }

  private func make() throws -> [String: Data] {
    let home = try makeTemporaryFolder()
    defer { removeHome(home) }
    let imports = (own + foreign).map(\.secretFile) + (accepted + certificates).map(\.certificateFile)
    if !imports.isEmpty {
      // gpg says 2 when one of several is merely strange (revoked, expired); what counts is what it then has.
      _ = try runGPG(home, ["--import"] + imports.map(\.string))
    }
    let trust = own.map { "\($0.hexFingerprint):6:\n" }.joined()
    try runGPG(home, ["--import-ownertrust"], stdin: Array(trust.utf8)).succeeded()
    if let certifier = own.first {
      for identity in accepted {
        try runGPG(
          home, ["--local-user", certifier.hexFingerprint, "--quick-lsign-key", identity.hexFingerprint]
        ).succeeded()
      }
    }
    try runGPG(home, ["--check-trustdb"]).succeeded()
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: home.string)
    where name.hasSuffix(".kbx") || name.hasSuffix(".gpg") || name.hasSuffix(".key") {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: home.appending(FilePath(name).components).string))
    }
    return files
  }
}

private func runGPG(_ home: FilePath, _ arguments: [String], stdin: [UInt8] = []) throws -> ChildRun {
  var child = ChildProcess(
    "gpg",
    ["--homedir", home.string, "--batch", "--yes", "--no-tty", "--quiet", "--pinentry-mode", "loopback"] + arguments,
    environment: testEnvironment)
  child.stdin = .file(stdin)
  return try child.run()
}

/// Ends what gpg started in `home`, then removes it.
func removeHome(_ home: FilePath) {
  // A dirmngr that still waits for a server would not end, and would spend a whole processor on that.
  if FileManager.default.fileExists(atPath: home.appending("S.dirmngr").string) {
    let run = try? ChildProcess(
      "gpg-connect-agent", ["--homedir", home.string, "--no-autostart", "--dirmngr", "GETINFO pid", "/bye"],
      environment: testEnvironment
    ).run()
    if let pid = run?.text.split(separator: "\n").first?.split(separator: " ").last.flatMap({ pid_t($0) }) {
      kill(pid, SIGKILL)
    }
  }
  _ = try? ChildProcess("gpgconf", ["--homedir", home.string, "--kill", "all"], environment: testEnvironment).run()
  // What ends may still write its last files.
  for _ in 0..<100 {
    try? FileManager.default.removeItem(atPath: home.string)
    guard FileManager.default.fileExists(atPath: home.string) else { return }
    usleep(20_000)
  }
}
