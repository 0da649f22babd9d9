import MIME
import Testing

@testable import MailTransport

@Suite struct SubmissionReportTests {
  private static let accepted = RecipientFate.accepted(ForeignText("250 ok"))
  private static let later = RecipientFate.refusedTemporarily(ForeignText("450 later"))
  private static let never = RecipientFate.refusedPermanently(ForeignText("550 never"))
  private static let unknown = RecipientFate.unknown(ForeignText("lost"))
  private static let lost = TransportError.connectionLost(host: "mx", phase: .sender)

  @Test(
    arguments: [
      ([[accepted], [accepted]], nil, .all, nil), ([[accepted], [never]], nil, .some, .partlyDelivered),
      ([[accepted, later]], nil, .some, .partlyDelivered), ([[accepted], [.withheld]], lost, .some, .partlyDelivered),
      ([[never], [never]], nil, .none, .recipientsRefused), ([[never], [.withheld]], nil, .none, .recipientsRefused),
      ([[never], [later]], nil, .none, .tryAgain), ([[later], [.withheld]], nil, .none, .tryAgain),
      ([[.withheld]], TransportError.cancelled, .none, .cancelled),
      ([[accepted], [unknown]], nil, .unknown, .tryAgain),
      ([[unknown], [never]], nil, .unknown, .tryAgain),
    ] as [([[RecipientFate]], TransportError?, SubmissionReport.Finding, FailureKind?)])
  func `the finding is over everybody`(
    fates: [[RecipientFate]], interruption: TransportError?, finding: SubmissionReport.Finding, failure: FailureKind?
  ) throws {
    let address = try AddrSpec("bob@example.org")
    let report = SubmissionReport(
      channel: "mx",
      copies: fates.map { CopyReport(label: "", recipients: $0.map { RecipientReport(address: address, fate: $0) }) },
      interruption: interruption)
    #expect(report.finding == finding)
    #expect(report.failure == failure)
  }

  @Test(arguments: [
    ("plain", "plain"), ("\u{1B}]0;x\u{7}", "\\u{1b}]0;x\\u{7}"), ("a\r\nb", "a  b"), ("a\tb\u{85}", "a b\\u{85}"),
    ("\u{202E}abc\u{200B}", "\\u{202e}abc\\u{200b}"), ("é ✓", "é ✓"),
  ]) func `foreign text is safe to show`(text: String, shown: String) {
    #expect(ForeignText(Array(text.utf8)).description == shown)
  }

  @Test func `foreign text is bounded, and what is not UTF-8 is replaced`() {
    #expect(ForeignText(Array(repeating: 0x61, count: 100_000)).description.count == 512)
    #expect(ForeignText([0x61, 0xFF, 0x62]).description == "a\u{FFFD}b")
  }
}
