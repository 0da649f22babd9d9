extension ByteSource {
  /// Passes everything to `sink` in chunks of 64 KiB and returns how many bytes that were; does not finish the sink.
  @discardableResult
  package func copy(to sink: any ByteSink) throws(StreamError) -> Int {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    var total = 0
    while true {
      let count = try read(into: &chunk)
      if count == 0 { return total }
      try sink.write(chunk, 0..<count)
      total += count
    }
  }

  /// Everything to the end of the stream.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that are accepted.
  ///   - what: names the limit for the user.
  /// - Throws: `limitExceeded` when more than `limit` bytes come.
  package func readAll(limit: Int, what: String) throws(StreamError) -> [UInt8] {
    let sink = MemorySink(limit: limit, what: what)
    try copy(to: sink)
    return sink.bytes
  }

  /// Fills `array`, whose count is not changed, from its start; returns how many bytes were put there, 0 only at the end.
  package func read(into array: inout [UInt8]) throws(StreamError) -> Int {
    try array.withMutableRawSpan { bytes throws(StreamError) in try read(into: &bytes) }
  }
}
