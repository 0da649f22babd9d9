import Foundation
package import SystemPackage

/// The environment of every child: nothing of the caller's but PATH, and a HOME that does not exist.
package let testEnvironment = [
  "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin",
  "HOME": "/nonexistent", "LANG": "C.UTF-8", "TERM": "dumb", "TZ": "UTC",
]

/// The built `postseal`, which SwiftPM puts beside the test bundle.
package var postsealBinary: FilePath {
  #if os(Linux)
    let bundle = FilePath((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
  #else
    let arguments = CommandLine.arguments.map(FilePath.init)
    var bundle = arguments.first { $0.string.contains(".xctest") } ?? arguments[0]
    while bundle.extension != "xctest", !bundle.components.isEmpty { bundle.removeLastComponent() }
  #endif
  return bundle.removingLastComponent().appending("postseal")
}

/// The command line that runs the built `postseal` with `arguments`, for a transcript test: change what differs, then `run()`.
package func postseal(_ arguments: [String], keyring: TemporaryKeyring? = nil) -> ChildProcess {
  var child = ChildProcess(postsealBinary.string, arguments, environment: testEnvironment)
  child.environment["GNUPGHOME"] = keyring?.home.string
  // What lasts between runs goes away with the keyring.
  child.environment["XDG_STATE_HOME"] = keyring.map { "\($0.home)/state" }
  return child
}

extension ChildProcess {
  /// The same command on a pseudo-terminal: all it says is in `stdout`, with CRLF, and `stdin` is typed at it.
  package func onTerminal() -> ChildProcess {
    let quoted = ([program] + arguments).map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }
    var child = self
    child.program = "script"
    child.arguments = ["-q", "-e", "-c", quoted.joined(separator: " "), "/dev/null"]
    child.environment["SHELL"] = "/bin/sh"
    return child
  }
}

/// Whether the caller wants every test, slow ones and those that need other programs (`POSTSEAL_REQUIRE_ALL=1`).
package var testsEverything: Bool { ProcessInfo.processInfo.environment["POSTSEAL_REQUIRE_ALL"] == "1" }

/// Whether a program that a test needs is there, for `.enabled(if: optionalTool("neomutt"), "needs neomutt")`.
///
/// With ``testsEverything`` it says yes always: the test then fails instead of being skipped.
package func optionalTool(_ program: String) -> Bool {
  if testsEverything { return true }
  return (testEnvironment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
  }
}
