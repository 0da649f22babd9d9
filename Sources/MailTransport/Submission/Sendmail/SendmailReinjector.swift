import MIME
package import SystemPackage

/// Gives mail that a filter took from a mail server back to that server by its sendmail program: one run for each copy.
///
/// `-G` says that the mail is on its way already: no field is to be completed and no address rewritten.
/// Source: sendmail(1) of Postfix
package struct SendmailReinjector: Submitter {
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
    _ = try ContentSurvey.of(copies)
    var reports: [CopyReport] = []
    for copy in copies {
      let run = SendmailRun(program: program, arguments: Self.arguments(for: copy.envelope), timeLimit: timeLimit)
      reports.append(CopyReport(copy, everybody: Self.fate(try await run.hand(over: copy))))
    }
    return SubmissionReport(channel: program.string, copies: reports)
  }

  /// The arguments for one copy, the program's name not counted.
  static func arguments(for envelope: Envelope) -> [String] { ["-G"] + SendmailSubmitter.arguments(for: envelope) }

  /// Only mail that the program calls malformed is refused for good: any other trouble is one of this machine, which a person mends.
  private static func fate(_ exit: SendmailExit) -> RecipientFate {
    if case .never(let words, status: let status) = exit, status != 65 { return .refusedTemporarily(words) }
    return exit.fate
  }
}
