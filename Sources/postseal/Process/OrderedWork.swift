import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Work on many items by several threads, with results in the order of the items.
///
/// Few results wait for the one before them: whoever hands in items waits when it is too far ahead. The first error ends the work.
final class OrderedWork<Item: Sendable, Output: Sendable>: Sendable {
  private struct State {
    /// How many items were handed in.
    var given = 0
    /// Those that nobody works on yet.
    var items: [(number: Int, item: Item)] = []
    var delivered = 0
    /// Results that came before their turn.
    var waiting: [Int: Output] = [:]
    /// What ended the work before its time.
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  /// For each item that may be handed in now.
  private let room: DispatchSemaphore
  /// For each item to be worked on, and for each thread at the end.
  private let calls = DispatchSemaphore(value: 0)
  private let threads = DispatchGroup()

  private let workers: Int
  private let start: @Sendable () throws -> (Item) throws -> Output
  private let stop: @Sendable () -> Void
  private let deliver: @Sendable (Output) throws -> Void

  /// - Parameters:
  ///   - workers: how many threads at most; as many as there are processors where it is nil.
  ///   - ahead: how many items may be handed in that are not delivered yet.
  ///   - start: gives each thread what it works with, made on that thread.
  ///   - stop: called at the first error, to stop what other threads are at.
  ///   - deliver: takes the results in order; called by one thread at a time.
  init(
    workers: Int? = nil, ahead: Int, start: @escaping @Sendable () throws -> (Item) throws -> Output,
    stop: @escaping @Sendable () -> Void, deliver: @escaping @Sendable (Output) throws -> Void
  ) {
    self.workers = workers ?? min(max(sysconf(CInt(_SC_NPROCESSORS_ONLN)), 1), 8)
    (self.start, self.stop, self.deliver) = (start, stop, deliver)
    room = DispatchSemaphore(value: ahead)
  }

  /// Does all that `next` gives until it gives nil.
  ///
  /// - Throws: the first error of `next`, `start`, the work or `deliver`.
  func run(_ next: () throws -> Item?) throws {
    do { while let item = try next() { try add(item) } } catch { end(with: error) }
    try finish()
  }

  /// Hands in an item, and waits for that when too many are under way.
  ///
  /// - Throws: the error that ended the work.
  func add(_ item: Item) throws {
    room.wait()
    let number = try state.withLock { state in
      if let failure = state.failure {
        room.signal()
        throw failure
      }
      defer { state.given += 1 }
      state.items.append((state.given, item))
      return state.given
    }
    if number < workers { DispatchQueue(label: "work").async(group: threads) { self.work() } }
    calls.signal()
  }

  /// Waits until everything is delivered; must be called in the end, whatever happened.
  ///
  /// - Throws: the error that ended the work.
  func finish() throws {
    for _ in 0..<workers { calls.signal() }
    threads.wait()
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func work() {
    do {
      let act = try start()
      while let (number, item) = take() { try pass(try act(item), of: number) }
    } catch { end(with: error) }
  }

  /// The next item; nil at the end.
  private func take() -> (Int, Item)? {
    calls.wait()
    return state.withLock { state in state.items.isEmpty ? nil : state.items.removeFirst() }
  }

  private func pass(_ output: Output, of number: Int) throws {
    try state.withLock { state in
      guard state.failure == nil else { return }
      state.waiting[number] = output
      while let output = state.waiting.removeValue(forKey: state.delivered) {
        try deliver(output)
        state.delivered += 1
        room.signal()
      }
    }
  }

  /// Nothing more is worked on.
  private func end(with error: any Error) {
    let isFirst = state.withLock { state in
      guard state.failure == nil else { return false }
      state.failure = error
      state.items = []
      for _ in state.delivered..<state.given { room.signal() }
      return true
    }
    if isFirst { stop() }
  }
}
