import Foundation
import Synchronization
import TestSupport

/// `fetch --watch` that runs until the test stops it, or ends.
final class WatchingFetch: Sendable {
  private let stage: FetchStage
  private let status = Ending()

  private final class Ending: Sendable {
    let value = Mutex<Int32?>(nil)
  }

  init(_ stage: FetchStage, keyring: TemporaryKeyring? = nil, _ arguments: String...) {
    self.stage = stage
    var child = stage.command(["fetch", "--watch"] + arguments, keyring: keyring)
    // The shell tells its number, which stays that of the tool, and what is said can be read meanwhile.
    let script = #"echo $$ > watch.pid; exec "$@" > watch.out 2> watch.err"#
    child.arguments = ["-c", script, "sh", child.program] + child.arguments
    child.program = "/bin/sh"
    child.timeLimit = 1800
    let watching = child
    // Not as a task: it would keep one of the few threads that tasks have.
    Thread.detachNewThread { [status] in
      let end = (try? watching.run().status) ?? -1
      status.value.withLock { $0 = end }
    }
  }

  // Nobody waits for what a failed test leaves.
  deinit { signal(SIGKILL) }

  /// What it wrote to standard error up to now.
  var said: String { text("watch.err") }

  /// What it wrote to standard output up to now.
  var told: String { text("watch.out") }

  /// Waits until something stands in what it says.
  func says(_ words: String) async throws -> Bool { try await eventually { said.contains(words) } }

  /// Asks it to stop, and waits for its end.
  func stop() async throws -> (status: Int32, said: String) {
    signal(SIGTERM)
    _ = try await eventually { status.value.withLock { $0 != nil } }
    return (status.value.withLock { $0 ?? -1 }, said)
  }

  private func signal(_ number: CInt) {
    guard let process = pid_t(text("watch.pid").dropLast()) else { return }
    kill(process, number)
  }

  private func text(_ name: String) -> String {
    (try? stage.folder.read(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
