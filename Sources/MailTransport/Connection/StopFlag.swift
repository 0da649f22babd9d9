import Dispatch
import Synchronization

/// Tells work that blocks its thread that its task was cancelled.
final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  /// Runs `work` on a thread of its own, so that waiting for a server keeps no other task from running.
  static func run<Result: Sendable>(_ work: @escaping @Sendable (StopFlag) -> Result) async -> Result {
    let stop = StopFlag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue(label: "submission").async { continuation.resume(returning: work(stop)) }
      }
    } onCancel: {
      stop.flag.store(true, ordering: .relaxed)
    }
  }
}
