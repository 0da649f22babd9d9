import Foundation
import TestSupport

/// Several runs of one command.
struct Samples {
  private var runs: [ChildRun] = []

  mutating func take(_ command: ChildProcess) throws {
    runs.append(try command.run().succeeded())
  }

  var seconds: [Double] { runs.map { $0.duration / .seconds(1) } }
  var peakMemory: Int { runs.map(\.peakMemory).max() ?? 0 }
}

/// One row: ours and another command, run in turn so that the machine's moods meet both.
struct Comparison {
  let title: String
  let other: String
  let aim: Double?

  /// Runs `pairs` pairs (after one unmeasured pair) and prints the row with the median of the pairs' ratios.
  func measure(pairs: Int, ours: ChildProcess, theirs: ChildProcess) throws {
    _ = try ours.run().succeeded()
    _ = try theirs.run().succeeded()
    var mine = Samples()
    var others = Samples()
    for _ in 0..<pairs {
      try mine.take(ours)
      try others.take(theirs)
    }
    row(mine, others)
  }

  func row(_ ours: Samples, _ theirs: Samples) {
    let ratio = median(zip(ours.seconds, theirs.seconds).map { $0 / $1 })
    let aim = aim.map { String(format: "≤ %.2f", $0) } ?? ""
    print(
      "| \(title) | \(time(median(ours.seconds))) | \(memory(ours.peakMemory)) | \(other) "
        + "| \(time(median(theirs.seconds))) | \(memory(theirs.peakMemory)) | \(String(format: "%.2f", ratio)) | \(aim) |"
    )
  }
}

/// The middle value, the lower one of two.
func median(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.sorted()[(values.count - 1) / 2]
}

private func time(_ seconds: Double) -> String {
  seconds < 0.1 ? String(format: "%.1f ms", seconds * 1000) : String(format: "%.2f s", seconds)
}

private func memory(_ bytes: Int) -> String {
  String(format: "%.0f MiB", Double(bytes) / 1_048_576)
}
