import Foundation
import SystemPackage
import TestSupport

/// The gpg processes (not the agent) that still run on a home after a few seconds, as `ps` shows them: one that was told to end may
/// need a moment.
func runningEngines(of keyring: TemporaryKeyring) throws -> [String] {
  for _ in 0..<50 {
    if try engines(of: keyring).isEmpty { return [] }
    usleep(100_000)
  }
  return try engines(of: keyring)
}

private func engines(of keyring: TemporaryKeyring) throws -> [String] {
  let run = try ChildProcess("ps", ["-eo", "args"], environment: testEnvironment).run().succeeded()
  return run.text.split(separator: "\n").map(String.init).filter { line in
    line.contains(keyring.home.string) && line.hasPrefix("gpg ")
  }
}
