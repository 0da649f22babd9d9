import ByteStreams

/// Passes a stream on and tells how far it was read.
final class CountingSource: ByteSource {
  private let source: any ByteSource
  private let progress: (Int) -> Void
  private var count = 0

  init(_ source: any ByteSource, progress: @escaping (Int) -> Void) {
    self.source = source
    self.progress = progress
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let read = try source.read(into: &buffer)
    count += read
    progress(count)
    return read
  }
}
