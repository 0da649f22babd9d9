/// A connection read line by line, for the few lines of a login.
struct LineStream {
  let stream: ServerStream
  let limit: Duration
  /// Of all lines together.
  private let clock: PhaseClock
  private var pending: [UInt8] = []

  /// The most bytes of a line and of all that is not read yet: more is no answer to a login.
  private static let longestLine = 16 * 1024

  init(_ stream: ServerStream, within limit: Duration) {
    self.stream = stream
    self.limit = limit
    clock = PhaseClock(limit)
  }

  func send(_ line: String) throws(TransportError) {
    try stream.send(Array(line.utf8) + [0x0D, 0x0A], .connecting, within: limit)
  }

  /// The next line without its end.
  ///
  /// - Throws: `TransportError`.
  mutating func next() throws(TransportError) -> [UInt8] {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        defer { pending.removeFirst(end + 1) }
        return Array(pending[..<end].filter { $0 != 0x0D })
      }
      guard pending.count < Self.longestLine else {
        throw .protocolViolation(host: stream.host, "a line without an end")
      }
      guard let rest = clock.rest else { throw .timedOut(host: stream.host, phase: .connecting) }
      pending += try stream.receive(.connecting, within: rest)
    }
  }
}
