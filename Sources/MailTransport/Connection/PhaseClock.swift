/// How much time a phase has left.
struct PhaseClock {
  private let limit: Duration
  private var start = ContinuousClock.now

  init(_ limit: Duration) {
    self.limit = limit
  }

  mutating func restart() { start = .now }

  /// Nil when the time is over.
  var rest: Duration? {
    let rest = limit - (ContinuousClock.now - start)
    return rest > .zero ? rest : nil
  }
}
