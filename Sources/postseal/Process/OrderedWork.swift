import Synchronization

/// Work on many items by several threads, with results in the order of the items.
///
/// Few results wait for the one before them: who is too far ahead pauses. The first error ends the work.
final class OrderedWork<Item: Sendable, Output: Sendable>: Sendable {
  private struct State {
    var taken = 0
    var delivered = 0
    /// Results that came before their turn.
    var waiting: [Int: Output] = [:]
    var isOver = false
    /// What ended the work before its time.
    var failure: (any Error)?
    /// Workers that pause.
    var paused: [CheckedContinuation<Void, Never>] = []
  }

  private enum Step {
    case work(Int, Item)
    case pause
    case end
  }

  private let state = Mutex(State())
  private let ahead: Int
  private let next: @Sendable () throws -> Item?
  private let deliver: @Sendable (Output) throws -> Void

  /// - Parameters:
  ///   - ahead: how many items may be taken that are not delivered yet.
  ///   - next: gives the items; called by one thread at a time, nil ends the work.
  ///   - deliver: takes the results in order; called by one thread at a time.
  init(
    ahead: Int, next: @escaping @Sendable () throws -> Item?, deliver: @escaping @Sendable (Output) throws -> Void
  ) {
    self.ahead = ahead
    self.next = next
    self.deliver = deliver
  }

  /// Does all of it with so many threads.
  ///
  /// - Parameters:
  ///   - workers: how many threads.
  ///   - start: gives each thread what it works with, made on that thread.
  ///   - stop: called at the first error, to stop what other threads are at.
  /// - Throws: the first error of `next`, `start`, the work or `deliver`.
  func run(
    workers: Int, start: @escaping @Sendable () throws -> (Item) throws -> Output, stop: @escaping @Sendable () -> Void
  ) async throws {
    let executor = ThreadExecutor()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<workers {
        group.addTask(executorPreference: executor) {
          do { try await self.work(start()) } catch {
            self.end(with: error)
            stop()
          }
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func work(_ act: (Item) throws -> Output) async throws {
    while true {
      switch try take() {
      case .work(let number, let item): try finish(number, with: act(item))
      case .pause: await pause()
      case .end: return
      }
    }
  }

  private func take() throws -> Step {
    try state.withLock { state in
      if state.isOver { return .end }
      guard state.taken - state.delivered < ahead else { return .pause }
      guard let item = try next() else {
        state.isOver = true
        return .end
      }
      defer { state.taken += 1 }
      return .work(state.taken, item)
    }
  }

  private func finish(_ number: Int, with output: Output) throws {
    let paused = try state.withLock { state in
      state.waiting[number] = output
      while let output = state.waiting.removeValue(forKey: state.delivered) {
        try deliver(output)
        state.delivered += 1
      }
      defer { state.paused = [] }
      return state.paused
    }
    for worker in paused { worker.resume() }
  }

  private func pause() async {
    await withCheckedContinuation { worker in
      let mayGoOn = state.withLock { state in
        if state.isOver || state.taken - state.delivered < ahead { return true }
        state.paused.append(worker)
        return false
      }
      if mayGoOn { worker.resume() }
    }
  }

  /// Nothing more is taken.
  private func end(with error: any Error) {
    let paused = state.withLock { state in
      state.isOver = true
      if state.failure == nil { state.failure = error }
      defer { state.paused = [] }
      return state.paused
    }
    for worker in paused { worker.resume() }
  }
}
