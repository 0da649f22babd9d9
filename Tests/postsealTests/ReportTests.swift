import Testing

@testable import postseal

@Suite struct ReportTests {
  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1234, "1.2 kB"), (84_000, "84 kB"), (999_499, "999 kB"),
    (999_600, "1 MB"), (1_500_000, "1.5 MB"), (268_435_456, "268 MB"), (5_000_000_000_000, "5000 GB"),
  ])
  func `a number of bytes is short`(count: Int, text: String) {
    #expect(ByteCount(count).description == text)
  }

  @Test func `the bar tells bytes, rate and time left`() {
    let line = Progress.line("sealing", done: 50_000_000, total: 200_000_000, elapsed: 2, columns: 80)
    #expect(line == "███████░░░░░░░░░░░░░░░░░░░░░░░  sealing  50 MB of 200 MB  25 MB/s  6 s left")
    #expect(TerminalText.width(line) < 80)
  }

  @Test(arguments: [20, 40, 60, 200])
  func `the bar stays within the terminal`(columns: Int) {
    let line = Progress.line("sealing", done: 50_000_000, total: 200_000_000, elapsed: 200, columns: columns)
    #expect(line.count < columns)
  }

  @Test func `a bar without a known end has no time left`() {
    #expect(Progress.line("opening", done: 5_000_000, total: nil, elapsed: 2, columns: 80) == "opening  5 MB  2.5 MB/s")
  }

  @Test(arguments: [("sedn", "send"), ("encypt", "encrypt"), ("veriy", "verify"), ("xyzzy", nil), ("s", nil)])
  func `a mistyped word finds its neighbour`(word: String, neighbour: String?) {
    #expect(UsageMistake.nearest(to: word, in: ["encrypt", "send", "sign", "verify"]) == neighbour)
  }

  @Test func `no two statuses share a meaning`() {
    #expect(Set(ExitStatus.allCases.map(\.meaning)).count == ExitStatus.allCases.count)
  }
}
