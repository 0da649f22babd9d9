import ByteStreams

/// Carries a session's bytes over a connection, in the time that each phase has.
final class IMAPDialogue {
  let stream: ServerStream
  private let timeouts: RetrievalTimeouts
  private(set) var session: IMAPSession

  /// Asks a server that has just logged us in for what it can do: nothing it said before counts.
  ///
  /// - Throws: `protocolViolation` for a server that speaks another protocol; `TransportError`.
  init(_ stream: ServerStream, _ timeouts: RetrievalTimeouts) throws(TransportError) {
    self.stream = stream
    self.timeouts = timeouts
    session = IMAPSession(host: stream.host)
    try run(.capability)
    guard !session.capabilities.isDisjoint(with: ["IMAP4REV1", "IMAP4REV2"]) else {
      throw .protocolViolation(host: stream.host, "it does not say that it speaks IMAP4rev1")
    }
  }

  /// Does a command to its end.
  ///
  /// - Parameter content: gives the octets that the command announced, piece by piece.
  /// - Throws: `TransportError`; `commandRefused` leaves the dialogue as it is, everything else ends it.
  @discardableResult
  func run(
    _ command: IMAPCommand, content: (() throws(TransportError) -> [UInt8]?)? = nil
  ) throws(TransportError) -> IMAPStatus {
    session.begin(command)
    var clock = AnswerClock(timeouts[session.phase])
    while true {
      do throws(TransportError) {
        switch session.nextStep() {
        case .send(let bytes): try stream.send(bytes, session.phase, within: timeouts[session.phase])
        case .sendContent:
          while let piece = try content?() { try stream.send(piece, .content, within: timeouts.content) }
          session.contentSent()
          clock = AnswerClock(timeouts.endOfContent)
        case .receive(let phase): session.receive(try clock.next(from: stream, phase))
        case .finished: return try session.answer()
        }
      } catch {
        if case .commandRefused = error { throw error }
        session.interrupt(error)
        throw session.interruption ?? error
      }
    }
  }

  /// Waits by IDLE until there are more messages than before, or `limit` has passed; whether there are.
  ///
  /// - Throws: `TransportError`.
  func idle(atMost limit: Duration) throws(TransportError) -> Bool {
    session.begin(.idle)
    let clock = PhaseClock(limit)
    var answer = AnswerClock(timeouts[.waiting])
    while true {
      do throws(TransportError) {
        switch session.nextStep() {
        case .send(let bytes): try stream.send(bytes, .waiting, within: timeouts[.waiting])
        case .receive(let phase):
          let isWaiting = session.stage == .waiting
          guard !isWaiting || !session.hasNews && clock.rest != nil else {
            session.leaveIdle()
            answer = AnswerClock(timeouts[.waiting])
            continue
          }
          do throws(TransportError) {
            session.receive(
              isWaiting
                ? try stream.receive(phase, within: clock.rest ?? .zero) : try answer.next(from: stream, phase))
          } catch {
            guard isWaiting, case .timedOut = error else { throw error }
            session.leaveIdle()
            answer = AnswerClock(timeouts[.waiting])
          }
        case .sendContent: session.contentSent()
        case .finished:
          _ = try session.answer()
          return session.hasNews
        }
      } catch {
        if case .commandRefused = error { throw error }
        session.interrupt(error)
        throw session.interruption ?? error
      }
    }
  }
}
