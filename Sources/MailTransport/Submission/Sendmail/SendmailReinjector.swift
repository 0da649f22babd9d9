import ByteStreams
import MIME
import Subprocess
package import SystemPackage

/// Gives mail that a filter took from a mail server back to that server by its sendmail program: one run for each copy.
///
/// `-G` says that the mail is on its way already: no field is to be completed and no address rewritten. The program reads the
/// message from a file that is whole before it starts, so that a filter that is killed leaves no half message behind.
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
    guard program.isAbsolute, program.isProgram else { throw .program(path: program.string, .notFound) }
    _ = try ContentSurvey.of(copies)
    var reports: [CopyReport] = []
    for copy in copies { reports.append(CopyReport(copy, everybody: try await hand(over: copy))) }
    return SubmissionReport(channel: program.string, copies: reports)
  }

  /// The arguments for one copy, the program's name not counted.
  static func arguments(for envelope: Envelope) -> [String] { ["-G"] + SendmailSubmitter.arguments(for: envelope) }

  private func hand(over copy: Submission) async throws(TransportError) -> RecipientFate {
    let file = try Self.file(for: copy)
    do {
      return try await withThrowingTaskGroup(of: RecipientFate?.self) { group in
        group.addTask { try await run(copy, on: file) }
        group.addTask {
          try? await Task.sleep(for: timeLimit)
          return nil
        }
        // The clock cancels the run, which kills the program; what it did until then cannot be known.
        let first = try await group.next() ?? nil
        group.cancelAll()
        return first ?? SendmailExit(.timedOut, intake: .whole, words: ForeignText("")).fate
      }
    } catch let error as TransportError {
      throw error
    } catch let error as SubprocessError {
      throw .program(path: program.string, .notStarted(ForeignText(error.description).description))
    } catch {
      throw .cancelled
    }
  }

  private func run(_ copy: Submission, on file: HandoverFile) async throws -> RecipientFate {
    let input: FileDescriptor
    do { input = try file.rewound() } catch { throw TransportError.reading(error, label: copy.label) }
    let result = try await Subprocess.run(
      .path(program), arguments: Arguments(Self.arguments(for: copy.envelope)),
      input: .fileDescriptor(input, closeAfterSpawningProcess: false), output: .discarded, error: .sequence
    ) { await SendmailRun.collect($0.standardError) }
    extendLifetime(file)
    return Self.fate(result.terminationStatus, words: result.closureResult)
  }

  /// Only mail that the program calls malformed is refused for good: any other trouble is one of this machine, which a person mends.
  private static func fate(_ status: TerminationStatus, words: ForeignText) -> RecipientFate {
    switch status {
    case .exited(let number):
      let exit = SendmailExit(.exited(Int(number)), intake: .whole, words: words)
      if case .never(let words) = exit, number != 65 { return .refusedTemporarily(words) }
      return exit.fate
    case .signaled(let signal): return SendmailExit(.killed(signal: Int(signal)), intake: .whole, words: words).fate
    }
  }

  /// The message with native line ends.
  private static func file(for copy: Submission) throws(TransportError) -> HandoverFile {
    var reader = ContentReader(copy)
    let file: HandoverFile
    do throws(StreamError) { file = try HandoverFile() } catch { throw .reading(error, label: copy.label) }
    while let chunk = try reader.next() {
      // The message was surveyed: each CR stands before an LF.
      let native = chunk.filter { $0 != 0x0D }
      do throws(StreamError) {
        try file.write(native.rawSpan)
      } catch {
        throw .reading(error, label: copy.label)
      }
    }
    return file
  }
}
