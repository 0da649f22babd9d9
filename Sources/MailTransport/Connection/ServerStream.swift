/// A connection as two calls that wait: for dialogues in which we and the server take turns.
final class ServerStream {
  /// What errors call the server.
  let host: String
  private let connection: CurlConnection
  private let stop: StopFlag

  init(_ connection: CurlConnection, host: String, stop: StopFlag) {
    self.connection = connection
    self.host = host
    self.stop = stop
  }

  /// The TLS version as people write it; nil without TLS, or when it cannot be known.
  var tlsVersion: String? { connection.tlsVersion }

  /// Sends all of it.
  ///
  /// - Parameter limit: how long the server may take to take the next piece.
  /// - Throws: `timedOut`, `connectionLost`, `cancelled`.
  func send(_ bytes: [UInt8], _ phase: DialoguePhase, within limit: Duration) throws(TransportError) {
    connection.give(bytes)
    var clock = PhaseClock(limit)
    while true {
      switch connection.flush() {
      case .everything: return
      case .ended: throw .connectionLost(host: host, phase: phase)
      case .part(let count):
        if count > 0 { clock.restart() }
        // Not for reading: what the server says meanwhile would end this wait at once, again and again.
        try pause(.writing, clock, phase)
      }
    }
  }

  /// The next bytes, at least one.
  ///
  /// - Parameter limit: how long the server may be silent.
  /// - Throws: `timedOut`, `connectionLost`, `cancelled`.
  func receive(_ phase: DialoguePhase, within limit: Duration) throws(TransportError) -> [UInt8] {
    let clock = PhaseClock(limit)
    while true {
      switch connection.receive() {
      case .bytes(let bytes): return bytes
      case .ended: throw .connectionLost(host: host, phase: phase)
      case .nothingYet: try pause(.reading, clock, phase)
      }
    }
  }

  private func pause(
    _ interest: CurlConnection.Interest, _ clock: PhaseClock, _ phase: DialoguePhase
  ) throws(TransportError) {
    if stop.isSet { throw .cancelled }
    guard let rest = clock.rest else { throw .timedOut(host: host, phase: phase) }
    connection.wait(for: interest, atMost: rest)
  }
}
