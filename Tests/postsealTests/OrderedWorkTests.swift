import Synchronization
import Testing

@testable import postseal

@Suite struct OrderedWorkTests {
  /// Runs `count` items, the even ones slowly.
  private func run(_ count: Int, workers: Int, ahead: Int = 8, failingAt: Int? = nil) async throws -> [Int] {
    let next = Mutex(0)
    let delivered = Mutex<[Int]>([])
    let work = OrderedWork<Int, Int>(
      ahead: ahead,
      next: {
        next.withLock { next in
          guard next < count else { return nil }
          defer { next += 1 }
          return next
        }
      },
      deliver: { number in
        delivered.withLock { $0.append(number) }
        let taken = next.withLock { $0 }
        #expect(taken - number <= ahead)
      })
    try await work.run(
      workers: workers,
      start: {
        { item in
          if item == failingAt { throw Failure(.systemError, "it failed") }
          if item.isMultiple(of: 2) { usleep(500) }
          return item
        }
      }, stop: {})
    return delivered.withLock { $0 }
  }

  @Test(arguments: [1, 2, 7])
  func `results come in the order of the items, and nobody is too far ahead`(workers: Int) async throws {
    #expect(try await run(300, workers: workers) == Array(0..<300))
    #expect(try await run(20, workers: workers, ahead: 1) == Array(0..<20))
    #expect(try await run(0, workers: workers) == [])
  }

  @Test func `the first error ends the work and is the one thrown`() async throws {
    await #expect(throws: Failure(.systemError, "it failed")) { _ = try await run(100_000, workers: 4, failingAt: 50) }
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
