import ByteStreams
import MIME

/// Carries a session's bytes over a connection, in the time that each phase has.
struct SMTPDialogue {
  let connection: CurlConnection
  let timeouts: SMTPTimeouts
  let copies: [Submission]
  let stop: StopFlag
  /// Told how many octets of all messages have gone.
  let progress: (Int) -> Void

  /// Runs the session to its end.
  func run(_ session: inout SMTPSession) {
    while true {
      switch session.nextStep() {
      case .send(let bytes): send(bytes, &session)
      case .sendContent(let copy): sendContent(of: copy, &session)
      case .receive: listen(&session)
      case .finished: return
      }
    }
  }

  private func send(_ bytes: [UInt8], _ session: inout SMTPSession) {
    connection.give(bytes)
    var clock = PhaseClock(timeouts[session.phase])
    while true {
      switch connection.flush() {
      case .everything: return
      case .ended: return lose(&session)
      case .part(let count):
        if count > 0 { clock.restart() }
        // A server may answer before it has heard all.
        guard take(&session), session.stage != .ended, pause(.readingOrWriting, clock, &session) else { return }
      }
    }
  }

  private func sendContent(of copy: Int, _ session: inout SMTPSession) {
    let before = copies[..<copy].reduce(0) { $0 + $1.message.bytes.count }
    var reader = ContentReader(copies[copy])
    var stuffer = DotStuffer(lines: copies[copy].message.lines)
    do throws(TransportError) {
      while let chunk = try reader.next() {
        send(try transparent(copy) { () throws(ContentProblem) in try stuffer.take(chunk) }, &session)
        // The server may have refused while the message was on its way.
        guard session.stage != .ended, take(&session), session.stage != .ended else { return }
        progress(before + reader.offset)
      }
      send(try transparent(copy) { () throws(ContentProblem) in try stuffer.finish() }, &session)
      session.contentSent()
    } catch {
      // The connection is closed without an end of data, so that the server drops what it has.
      session.interrupt(error)
    }
  }

  private func transparent(
    _ copy: Int, _ body: () throws(ContentProblem) -> [UInt8]
  ) throws(TransportError) -> [UInt8] {
    do throws(ContentProblem) { return try body() } catch { throw .content(error, label: copies[copy].label) }
  }

  private func listen(_ session: inout SMTPSession) {
    let clock = PhaseClock(timeouts[session.phase])
    while true {
      switch connection.receive() {
      case .bytes(let bytes): return session.receive(bytes)
      case .ended: return lose(&session)
      case .nothingYet: guard pause(.reading, clock, &session) else { return }
      }
    }
  }

  /// Takes what has come, without waiting; false when the connection has ended.
  private func take(_ session: inout SMTPSession) -> Bool {
    while session.stage != .ended {
      switch connection.receive() {
      case .bytes(let bytes): session.receive(bytes)
      case .nothingYet: return true
      case .ended:
        lose(&session)
        return false
      }
    }
    return true
  }

  /// Waits a little; false when the time is over or the task was cancelled.
  private func pause(
    _ interest: CurlConnection.Interest, _ clock: PhaseClock, _ session: inout SMTPSession
  ) -> Bool {
    if stop.isSet {
      session.interrupt(.cancelled)
      return false
    }
    guard let rest = clock.rest else {
      session.interrupt(.timedOut(host: session.host, phase: session.phase))
      return false
    }
    connection.wait(for: interest, atMost: rest)
    return true
  }

  private func lose(_ session: inout SMTPSession) {
    session.interrupt(.connectionLost(host: session.host, phase: session.phase))
  }
}
