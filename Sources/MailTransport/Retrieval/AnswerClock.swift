/// How long the whole of an answer may take, however often something of it comes.
///
/// A server that sends one byte whenever it is about to be given up would keep us for ever. It has ten times the time-out, since some
/// say from time to time that they are still at work, and what its bytes take on the slowest line.
struct AnswerClock {
  /// So many bytes come in a second on the slowest line.
  private static let slowest = 100

  private let limit: Duration
  private let start = ContinuousClock.now
  private var count = 0

  /// - Parameter limit: how long the server may be silent.
  init(_ limit: Duration) {
    self.limit = limit
  }

  /// The next bytes, at least one.
  ///
  /// - Throws: `timedOut`, `connectionLost`, `cancelled`.
  mutating func next(from stream: ServerStream, _ phase: DialoguePhase) throws(TransportError) -> [UInt8] {
    let rest = limit * 10 + .seconds(count / Self.slowest) - (ContinuousClock.now - start)
    guard rest > .zero else { throw .timedOut(host: stream.host, phase: phase) }
    let bytes = try stream.receive(phase, within: min(limit, rest))
    count += bytes.count
    return bytes
  }
}
