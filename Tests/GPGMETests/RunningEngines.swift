import SystemPackage
import TestSupport

/// The gpg processes (not the agent) that run on a home, as `ps` shows them.
func runningEngines(of keyring: TemporaryKeyring) throws -> [String] {
  let run = try ChildProcess("ps", ["-eo", "args"], environment: testEnvironment).run().succeeded()
  return run.text.split(separator: "\n").map(String.init).filter { line in
    line.contains(keyring.home.string) && line.hasPrefix("gpg ")
  }
}
