import ByteStreams
import Synchronization
import Testing

@Suite struct PumpedSourceTests {
  @Test func `what is pushed on the one side is pulled on the other`() throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let source = try PumpedSource { (sink) throws(StreamError) in
      for start in stride(from: 0, to: bytes.count, by: 7919) {
        try sink.write(Array(bytes[start..<min(start + 7919, bytes.count)]))
      }
    }
    #expect(try source.readAll(limit: 2_000_000, what: "test") == bytes)
  }

  @Test func `work that pushes nothing is an empty stream`() throws {
    let source = try PumpedSource { _ in }
    #expect(try source.readAll(limit: 1, what: "test") == [])
  }

  @Test func `an error of the work comes after the bytes before it`() throws {
    let source = try PumpedSource { (sink) throws(StreamError) in
      try sink.write([1, 2, 3])
      throw .malformed("broken")
    }
    let sink = MemorySink(limit: 10, what: "test")
    #expect(throws: StreamError.malformed("broken")) { try source.copy(to: sink) }
    #expect(sink.bytes == [1, 2, 3])
  }

  @Test func `letting go of the source stops the work`() throws {
    let ending = Ending()
    do {
      let source = try PumpedSource { (sink) throws(StreamError) in
        do throws(StreamError) {
          while true { try sink.write([UInt8](repeating: 0, count: 65_536)) }
        } catch {
          ending.error.withLock { $0 = error }
          throw error
        }
      }
      var buffer = [UInt8](repeating: 0, count: 16)
      _ = try buffer.withMutableRawSpan { (span) throws(StreamError) in try source.read(into: &span) }
    }
    // The source's end waits for the thread, so what it left behind is there now.
    #expect(ending.error.withLock { $0 } != nil)
  }

  private final class Ending: Sendable {
    let error = Mutex<StreamError?>(nil)
  }
}
