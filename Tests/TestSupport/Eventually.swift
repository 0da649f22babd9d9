/// How long a test waits for what must happen: minutes, since the machine may have other work, and only a failing test waits for so long.
package let testPatience = Duration.seconds(300)

/// Whether something is so within the patience of a test; it is asked again and again.
///
/// For what the test waits to see, never for a time to pass.
package func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
  let start = ContinuousClock.now
  while true {
    if try await isSo() { return true }
    if ContinuousClock.now - start > testPatience { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// Does something under longer and longer time limits, until it is over for another reason than that the machine was slow.
///
/// For tests of time limits that are short: whoever is kept waiting may meet such a limit too early.
/// - Parameter attempt: gets the limit, and says whether the test came to what it is about.
package func underGrowingLimits(
  from first: Duration = .milliseconds(200), _ attempt: (Duration) async throws -> Bool
) async throws {
  var limit = first
  while try await !attempt(limit), limit < testPatience { limit *= 4 }
}
