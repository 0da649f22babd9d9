import ByteStreams
import MIME
import Subprocess
import Synchronization
import SystemPackage

/// One run of a sendmail program, which is given one copy of a message.
///
/// The program reads the message from a file that is whole before it starts: whoever kills us meanwhile, it reads all or was not
/// started. Of a pipe it would take our end for the message's, and send what it has.
struct SendmailRun {
  let program: FilePath
  let arguments: [String]
  let timeLimit: Duration

  /// The most bytes kept of what the program says; the rest is read and dropped.
  private static let wordsLimit = 4096

  /// Where a message lies for which there is no room where such files usually are, which may be in memory.
  private static let roomyFolder: FilePath = "/var/tmp"

  private enum Outcome: Sendable {
    case ended(TerminationStatus, ForeignText)
    case expired
    case wokenUp
  }

  /// Gives the copy to the program and waits for its end, or ends it when the time is over or the task is cancelled.
  ///
  /// - Throws: `program`, `reading` or `cancelled`: the program was not started then.
  func hand(over copy: Submission) async throws(TransportError) -> SendmailExit {
    let file = try Self.file(for: copy)
    if Task.isCancelled { throw .cancelled }
    let hasStarted = Mutex(false)
    do {
      let (status, words, isExpired) = try await run(on: file) { hasStarted.withLock { $0 = true } }
      let ending: SendmailExit.Ending =
        switch status {
        case .exited(let number): .exited(Int(number))
        case .signaled where isExpired: .timedOut
        case .signaled where Task.isCancelled: .cancelled
        case .signaled(let signal): .killed(signal: Int(signal))
        }
      return SendmailExit(ending, intake: file.wasLeftInTheMiddle ? .part : .whole, words: words)
    } catch {
      if hasStarted.withLock({ $0 }) { return SendmailExit(.lost, intake: .whole, words: ForeignText("")) }
      if let error = error as? TransportError { throw error }
      guard let error = error as? SubprocessError else { throw .cancelled }
      throw .program(path: program.string, .notStarted(ForeignText(error.description).description))
    }
  }

  /// Runs the program beside a clock.
  private func run(
    on file: HandoverFile, _ noteStart: @escaping @Sendable () -> Void
  ) async throws -> (TerminationStatus, ForeignText, isExpired: Bool) {
    try await withThrowingTaskGroup(of: Outcome.self) { group in
      group.addTask { try await run(on: file, noteStart) }
      group.addTask {
        do { try await Task.sleep(for: timeLimit) } catch { return .wokenUp }
        return .expired
      }
      var isExpired = false
      while let outcome = try await group.next() {
        switch outcome {
        case .wokenUp: continue
        case .expired:
          // Cancelling the run kills the program; how it ended comes in the next round.
          isExpired = true
          group.cancelAll()
        case .ended(let status, let words):
          group.cancelAll()
          return (status, words, isExpired)
        }
      }
      throw TransportError.cancelled
    }
  }

  private func run(on file: HandoverFile, _ noteStart: @escaping @Sendable () -> Void) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(program), arguments: Arguments(arguments),
      environment: .inherit.updating([.init(stringLiteral: SendmailProgram.callerVariable): "1"]),
      input: .fileDescriptor(try file.rewound(), closeAfterSpawningProcess: false), output: .discarded, error: .sequence
    ) { execution in
      noteStart()
      return await Self.collect(execution.standardError)
    }
    extendLifetime(file)
    return .ended(result.terminationStatus, result.closureResult)
  }

  /// The message with native line ends.
  private static func file(for copy: Submission) throws(TransportError) -> HandoverFile {
    do throws(TransportError) {
      return try file(for: copy, in: nil)
    } catch .reading(.system(.noSpace, _, _), _) {
      return try file(for: copy, in: roomyFolder)
    }
  }

  private static func file(for copy: Submission, in folder: FilePath?) throws(TransportError) -> HandoverFile {
    var reader = ContentReader(copy)
    let file: HandoverFile
    do throws(StreamError) { file = try HandoverFile(in: folder) } catch { throw .reading(error, label: copy.label) }
    while let chunk = try reader.next() {
      if Task.isCancelled { throw .cancelled }
      // The message was surveyed: each CR stands before an LF.
      let native = chunk.filter { $0 != 0x0D }
      do throws(StreamError) { try file.write(native.rawSpan) } catch { throw .reading(error, label: copy.label) }
    }
    return file
  }

  /// The first words that a program says, read to their end so that it never waits for us.
  private static func collect(_ output: SubprocessOutputSequence) async -> ForeignText {
    var kept: [UInt8] = []
    do {
      for try await buffer in output where kept.count < wordsLimit {
        let bytes = buffer.bytes
        kept.append(bytes.extracting(first: min(bytes.byteCount, wordsLimit - kept.count)))
      }
    } catch {}
    while let last = kept.last, last == 0x0A || last == 0x0D { kept.removeLast() }
    return ForeignText(kept)
  }
}
