import ByteStreams
import MIME
import Subprocess
import SystemPackage

/// One run of a sendmail program.
struct SendmailRun {
  let program: FilePath
  let timeLimit: Duration
  /// Told how many octets of the message have gone.
  let progress: @Sendable (Int) -> Void

  /// The most bytes kept of what the program says; the rest is read and dropped.
  static let wordsLimit = 4096

  /// What the program took in and said before it ended.
  private struct Account: Sendable {
    let intake: SendmailExit.Intake
    let words: ForeignText
  }

  private enum Outcome: Sendable {
    case ended(TerminationStatus, Account)
    case expired
    case wokenUp
  }

  /// Gives the copy to the program and waits for its end, or ends it when the time is over or the task is cancelled.
  ///
  /// - Throws: `program`, `reading` or `cancelled`; in each the program was ended before it had the whole message.
  func hand(over copy: Submission) async throws(TransportError) -> SendmailExit {
    do {
      return try await withThrowingTaskGroup(of: Outcome.self) { group in
        group.addTask { try await run(copy) }
        group.addTask {
          do { try await Task.sleep(for: timeLimit) } catch { return .wokenUp }
          return .expired
        }
        var expired = false
        while let outcome = try await group.next() {
          switch outcome {
          case .wokenUp: continue
          case .expired:
            // Cancelling the run kills the program; its account comes in the next round.
            expired = true
            group.cancelAll()
          case .ended(let status, let account):
            group.cancelAll()
            if Task.isCancelled, account.intake == .part { throw TransportError.cancelled }
            return SendmailExit(ending(status, expired: expired), intake: account.intake, words: account.words)
          }
        }
        throw TransportError.cancelled
      }
    } catch let error as TransportError {
      throw error
    } catch let error as SubprocessError {
      throw .program(path: program.string, .notStarted(ForeignText(error.description).description))
    } catch {
      throw .cancelled
    }
  }

  private func ending(_ status: TerminationStatus, expired: Bool) -> SendmailExit.Ending {
    switch status {
    case _ where expired: .timedOut
    case .exited(let status): .exited(Int(status))
    case .signaled(let signal): .killed(signal: Int(signal))
    }
  }

  private func run(_ copy: Submission) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(program), arguments: Arguments(SendmailSubmitter.arguments(for: copy.envelope, copy.notice)),
      environment: .inherit.updating([.init(stringLiteral: SendmailProgram.callerVariable): "1"]), input: .inputWriter,
      output: .discarded, error: .sequence
    ) { execution in
      async let words = Self.collect(execution.standardError)
      do {
        let intake = try await feed(copy, to: execution.standardInputWriter)
        // A program that does not have it all must be dead before its input is closed: it would take that for the end.
        if Task.isCancelled, intake == .part { await execution.teardown(using: []) }
        return Account(intake: intake, words: await words)
      } catch {
        await execution.teardown(using: [])
        throw error
      }
    }
    return .ended(result.terminationStatus, result.closureResult)
  }

  /// Writes the message with native line ends and closes the program's standard input.
  private func feed(_ copy: Submission, to writer: StandardInputWriter) async throws -> SendmailExit.Intake {
    var reader = ContentReader(copy)
    while let chunk = try reader.next() {
      if Task.isCancelled { return .part }
      // The message was surveyed: each CR stands before an LF.
      let native = chunk.filter { $0 != 0x0D }
      guard let written = try? await writer.write(native), written == native.count else { return .part }
      progress(reader.offset)
    }
    try await writer.finish()
    return .whole
  }

  /// The first words that a program says, read to their end so that it never waits for us.
  static func collect(_ output: SubprocessOutputSequence) async -> ForeignText {
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
