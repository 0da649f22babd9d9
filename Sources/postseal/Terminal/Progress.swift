#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

/// A bar on standard error for work that takes over a second: what is done, rate of bytes, time left.
///
/// Nothing is drawn where standard error is no terminal, in `--quiet` or in `--json`. The bar is wiped when the work ends.
final class Progress: Sendable {
  /// What is counted.
  enum Unit: Sendable {
    case bytes, messages, files
  }

  private struct State: Sendable {
    var lastDrawn: Double = 0
    var isShown = false
  }

  private let console: Console
  private let what: String
  private let unit: Unit
  private let start: Double
  private let state = Mutex(State())

  /// `what` names the work: "sealing", "opening".
  init(_ what: String, counting unit: Unit = .bytes, on console: Console) {
    self.what = what
    self.unit = unit
    self.console = console
    start = Self.now()
  }

  deinit { finish() }

  /// Whether anybody would see it.
  var isWanted: Bool { console.terminal.errorIsTerminal && console.detail != .quiet && console.format == .text }

  /// Tells that `done` of `total` bytes or messages are through.
  ///
  /// `total` is nil or 0 when nobody knows. Cheap enough for every block.
  func advance(to done: Int, of total: Int?) {
    guard isWanted else { return }
    let now = Self.now()
    let elapsed = now - start
    state.withLock { state in
      guard elapsed > 1, now - state.lastDrawn > 0.1 else { return }
      state.lastDrawn = now
      state.isShown = true
      let line = Self.line(
        what, done: done, total: total, unit: unit, elapsed: elapsed, columns: console.terminal.columns)
      try? Console.write("\r" + console.terminal.errorStyle.fit(line) + "\u{1B}[K", to: 2)
    }
  }

  /// Wipes the bar.
  func finish() { aside {} }

  /// Wipes the bar, and draws no other before `work` has said what it has to say.
  func aside<Problem: Error>(_ work: () throws(Problem) -> Void) throws(Problem) {
    try state.withLock { state throws(Problem) in
      if state.isShown { try? Console.write("\r\u{1B}[K", to: 2) }
      state.isShown = false
      try work()
    }
  }

  /// The bar's text, one column shorter than `columns`.
  static func line(
    _ what: String, done: Int, total: Int?, unit: Unit = .bytes, elapsed: Double, columns: Int
  ) -> String {
    let rate = Double(done) / max(elapsed, 0.001)
    var words = "\(what)  " + amount(done, of: total, unit)
    if unit == .bytes { words += "  \(ByteCount(Int(rate)))/s" }
    guard let total, total > 0, done <= total, rate > 0 else { return TerminalText.truncated(words, to: columns - 1) }
    words += "  \(duration((Double(total - done) / rate).rounded(.up))) left"
    let room = columns - 3 - words.count
    guard room >= 10 else { return TerminalText.truncated(words, to: columns - 1) }
    let width = min(room, 30)
    let filled = width * done / total
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled) + "  " + words
  }

  private static func amount(_ done: Int, of total: Int?, _ unit: Unit) -> String {
    let total = total.flatMap { $0 > 0 ? $0 : nil }
    return switch unit {
    case .bytes: total.map { "\(ByteCount(done)) of \(ByteCount($0))" } ?? "\(ByteCount(done))"
    case .messages: total.map { "\(done) of \($0) messages" } ?? "\(done) messages"
    case .files: total.map { "\(done) of \($0) files" } ?? "\(done) files"
    }
  }

  private static func duration(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 359_999))
    let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
    return minutes > 0 ? "\(minutes):\(rest < 10 ? "0" : "")\(rest)" : "\(rest) s"
  }

  private static func now() -> Double {
    var time = timespec()
    // The call fills the structure on this stack.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
