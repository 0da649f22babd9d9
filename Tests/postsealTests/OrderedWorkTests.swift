import Synchronization
import TestSupport
import Testing

@testable import postseal

@Suite struct OrderedWorkTests {
  /// Runs `count` items, the even ones slowly.
  private func run(_ count: Int, workers: Int, ahead: Int = 8, failingAt: Int? = nil) throws -> [Int] {
    var next = 0
    let begun = Mutex(0)
    let delivered = Mutex<[Int]>([])
    let work = OrderedWork<Int, Int>(
      workers: workers, ahead: ahead,
      start: {
        { item in
          begun.withLock { $0 = max($0, item) }
          if item == failingAt { throw Failure(.systemError, "it failed") }
          if item.isMultiple(of: 2) { usleep(500) }
          return item
        }
      }, stop: {},
      deliver: { number in
        delivered.withLock { $0.append(number) }
        #expect(begun.withLock { $0 } - number < ahead)
      })
    try work.run {
      guard next < count else { return nil }
      defer { next += 1 }
      return next
    }
    return delivered.withLock { $0 }
  }

  @Test(arguments: [1, 2, 7])
  func `results come in the order of the items, and nobody is too far ahead`(workers: Int) throws {
    #expect(try run(300, workers: workers) == Array(0..<300))
    #expect(try run(20, workers: workers, ahead: 1) == Array(0..<20))
    #expect(try run(0, workers: workers) == [])
  }

  @Test func `the first error ends the work and is the one thrown`() {
    #expect(throws: Failure(.systemError, "it failed")) { _ = try run(100_000, workers: 4, failingAt: 50) }
  }

  @Test func `an error where items come from, where workers start or where results go ends the work too`() {
    let failure = Failure(.systemError, "it failed")
    func work(startFails: Bool = false, deliveryFails: Bool = false) -> OrderedWork<Int, Int> {
      OrderedWork(
        workers: 2, ahead: 3, start: { if startFails { throw failure } else { { $0 } } }, stop: {},
        deliver: { if deliveryFails, $0 == 5 { throw failure } })
    }
    var next = 0
    func item() -> Int {
      next += 1
      return next
    }
    #expect(throws: failure) { try work(startFails: true).run { item() } }
    #expect(throws: failure) { try work(deliveryFails: true).run { item() } }
    #expect(throws: failure) { try work().run { if item() % 100 == 0 { throw failure } else { next } } }
  }

  @Test func `what was handed in is worked on while nothing more comes`() async throws {
    let delivered = Mutex<[Int]>([])
    let work = OrderedWork<Int, Int>(
      workers: 2, ahead: 8, start: { { $0 } }, stop: {},
      deliver: { number in delivered.withLock { $0.append(number) } })
    for number in 0..<3 { try work.add(number) }
    #expect(try await eventually { delivered.withLock { $0 } == [0, 1, 2] })
    try work.finish()
  }

  @Test func `a worse status is 1, else the higher one`() {
    #expect(MailboxTally.worse(.signerExpired, .badVerdict) == .badVerdict)
    #expect(MailboxTally.worse(.badVerdict, .inputOutput) == .badVerdict)
    #expect(MailboxTally.worse(.nothingSigned, .signerUnknown) == .signerUnknown)
    #expect(MailboxTally.worse(.done, .nothingSigned) == .nothingSigned)
  }
}

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
