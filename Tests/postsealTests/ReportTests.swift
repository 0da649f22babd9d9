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

  @Test func `an entry that is wider than the terminal is cut and broken to fit`() {
    let row = ["–", "k3f9x2ab-1", "bob@example.org, carol@example.net", "sent through a/long/path: 250 Ok: queued"]
    #expect(Table.entries([row], columns: nil) == [row.joined(separator: "  ")])
    #expect(
      Table.entries([row], columns: 36) == [
        "–  k3f9x2ab-1  bob@example.org, car…", "   sent through a/long/path: 250", "   Ok: queued",
      ])
  }

  @Test func `a list that is wider than the terminal has no columns`() {
    let rows = [["[1] a", "text/plain"], ["[2] a longer name", "x"]]
    #expect(Table.lines(rows, orPlainPast: nil) == Table.lines(rows))
    #expect(Table.lines(rows, orPlainPast: 29) == Table.lines(rows))
    #expect(Table.lines(rows, orPlainPast: 28) == ["[1] a  text/plain", "[2] a longer name  x"])
  }

  @Test(arguments: [(nil, 1), (35, 1), (34, 2)])
  func `a table that is wider than the terminal puts its last cells below`(columns: Int?, lines: Int) {
    let rows = [["\u{1B}[32m✓\u{1B}[0m", "bob@example.org", "accepted by you"], ["?", "carol", "not verified"]]
    let table = Table.lines(rows, columns: columns)
    #expect(table.count == 2 * lines)
    #expect(lines == 1 || table[1] == "   accepted by you" && table[3] == "   not verified")
  }

  @Test func `what is longer than the terminal is wide goes on below, and no word of it is broken`() {
    let pin = "sha256//" + String(repeating: "A", count: 44)
    let rows = [["name", "short"], ["pinned-key", "\(pin) and more words than fit"], ["x", ""]]
    #expect(Table.details(rows, columns: nil) == ["name        short", "pinned-key  \(rows[1][1])", "x           "])
    let lines = Table.details(rows, columns: 66)
    #expect(
      lines == ["name        short", "pinned-key  \(pin)", "            and more words than fit", "x           "])
    #expect(
      Table.details(rows, columns: 30)[1...3] == [
        "pinned-key  \(pin)", "            and more words than", "            fit",
      ])
  }

  @Test func `a command is not broken where it fits into a line`() {
    let text = "compare it with its owner, then `postseal key accept bob@example.org`; or `a b` and c"
    #expect(
      Table.broken(text, columns: 60, indent: 4)
        == ["compare it with its owner, then", "`postseal key accept bob@example.org`; or `a b` and c"])
    #expect(Table.broken(text, columns: 24, indent: 4).contains("`postseal key accept"))
    #expect(
      Table.broken("a ` b", columns: 40, indent: 4) == ["a ` b"] && Table.broken("", columns: 40, indent: 0) == [""])
  }

  @Test func `a finding keeps within the terminal, its mark before the first line alone`() {
    var finding = HealthFinding.note(
      .tls, .tlsExpires, "mail.example.org: /CN=mail.example.org by /C=XX/O=Some Authority/CN=R3 until 2026-12-01",
      mend: "tell the server's operator that its certificate ends soon")
    finding.detail = "pinned-key sha256//" + String(repeating: "A", count: 44)
    let lines = finding.lines(style: Style(hasColour: false, hasUTF8: true), columns: 80)
    #expect(lines.allSatisfy { TerminalText.width($0) <= 80 } && lines.count == 4, "\(lines)")
    #expect(
      lines[0].hasPrefix("! TLS            mail.example.org: ")
        && lines[1...].allSatisfy { $0.hasPrefix("                 ") })
  }

  @Test func `no two statuses share a meaning`() {
    #expect(Set(ExitStatus.allCases.map(\.meaning)).count == ExitStatus.allCases.count)
  }
}
