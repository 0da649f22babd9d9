import ByteStreams
import MIME
package import SystemPackage

/// Hands mail to a sendmail program: one run for each copy.
///
/// The program gets its arguments without a shell, `-i`, the sender by `-f`, and the recipients after `--`; never `-t`, so that no
/// header decides who receives. The message is its standard input, with native line ends, as sendmail expects.
package struct SendmailSubmitter: Submitter {
  /// Absolute.
  package let program: FilePath

  /// How long one run may take.
  package let timeLimit: Duration

  package init(program: FilePath, timeLimit: Duration = .seconds(300)) {
    self.program = program
    self.timeLimit = timeLimit
  }

  package func submit(
    _ copies: [Submission], rule: PartialRule, progress: @escaping @Sendable (SubmissionProgress) -> Void
  ) async throws(TransportError) -> SubmissionReport {
    try SendmailProgram.check(program)
    let total = try ContentSurvey.of(copies).reduce(0) { $0 + $1.octets }
    var reports: [CopyReport] = []
    var handedOver = 0
    var interruption: TransportError?
    for copy in copies {
      let run = SendmailRun(
        program: program, arguments: Self.arguments(for: copy.envelope, copy.notice), timeLimit: timeLimit)
      do {
        let fate = try await run.hand(over: copy).fate
        reports.append(CopyReport(copy, everybody: fate))
        // A program cannot be asked beforehand; a refusal can stop the others only while none has gone.
        if rule == .allOrNone, !fate.isAccepted, !reports.contains(where: \.wasHandedOver) { break }
      } catch {
        guard reports.contains(where: \.hasAnswer) else { throw error }
        interruption = error
        break
      }
      handedOver += copy.message.bytes.count
      progress(SubmissionProgress(sent: handedOver, total: total))
    }
    reports += copies.dropFirst(reports.count).map { CopyReport($0, everybody: .withheld) }
    return SubmissionReport(channel: program.string, copies: reports, interruption: interruption)
  }

  /// The arguments for one copy, the program's name not counted.
  static func arguments(for envelope: Envelope, _ notice: DeliveryNotice? = nil) -> [String] {
    var arguments = ["-i"]
    switch envelope.reversePath {
    // An empty argument is how the null reverse path is given; "<>" is read by all of them.
    case .null: arguments += ["-f", "<>"]
    case .address(let sender): arguments += ["-f", sender.text]
    }
    if let notice { arguments += ["-N", notice.words, "-R", "hdrs"] + (notice.envelopeID.map { ["-V", $0] } ?? []) }
    return arguments + ["--"] + envelope.recipients.map(\.text)
  }
}
