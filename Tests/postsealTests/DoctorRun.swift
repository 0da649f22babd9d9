import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `doctor --json` or another check found.
struct DoctorRun {
  /// One line of the report.
  struct Finding: Decodable {
    let check: String
    let state: String
    let kind: String?
    let text: String
    let mend: String?
    let status: Int32
  }

  private struct Report: Decodable {
    let version: Int
    let checks: [Finding]
    let status: Int32
  }

  let findings: [Finding]
  let status: Int32

  /// Runs it on a keyring; the variables of `environment` come to those of every test.
  init(
    _ keyring: TemporaryKeyring?, command: [String] = ["doctor"], _ arguments: [String] = [],
    _ environment: [String: String] = [:]
  ) throws {
    var child = postseal(command + ["--json"] + arguments, keyring: keyring)
    child.environment.merge(environment) { $1 }
    // The keyring goes away with its last user.
    let run = try withExtendedLifetime(keyring) { try child.run() }
    let report = try JSONDecoder().decode(Report.self, from: Data(run.stdout))
    #expect(report.version == 1 && run.stderr.isEmpty)
    #expect(report.status == run.status)
    #expect(report.status == report.checks.map(\.status).max())
    for finding in report.checks {
      #expect((finding.state == "problem") == (finding.status != 0))
      #expect((finding.state == "ok") == (finding.kind == nil))
      #expect(finding.state != "problem" || finding.mend != nil)
    }
    findings = report.checks
    status = run.status
  }

  /// The keywords of its problems, in order.
  var problems: [String] { findings.filter { $0.state == "problem" }.compactMap(\.kind) }
  /// The keywords of what is worth knowing, in order.
  var notes: [String] { findings.filter { $0.state == "note" }.compactMap(\.kind) }

  /// The first finding of that kind.
  func finding(_ kind: String) throws -> Finding {
    try #require(findings.first { $0.kind == kind }, "\(findings.map { "\($0.kind ?? $0.check): \($0.text)" })")
  }
}

extension DoctorRun.Finding {
  /// Nobody is here to answer gpg, and the keys of the tests have no passphrase; postseal is the one that was built.
  private static let words =
    "gpg() { command gpg --batch --yes --no-tty --pinentry-mode loopback --passphrase '' \"$@\"; }; "
    + "postseal() { '\(postsealBinary.string)' \"$@\"; }; "

  /// Runs the first command that mends it, as a person would at this keyring.
  func follow(at keyring: TemporaryKeyring) throws {
    let command = try #require(mend?.split(separator: "`", omittingEmptySubsequences: false).dropFirst().first)
    var child = ChildProcess("sh", ["-c", Self.words + command], environment: testEnvironment)
    child.environment["GNUPGHOME"] = keyring.home.string
    try child.run().succeeded()
  }
}
