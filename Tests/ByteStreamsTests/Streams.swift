import ByteStreams

extension ByteSource {
  /// Everything, asked for `step` bytes at a time.
  func drain(step: Int = 1000) throws -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: step)
    while true {
      let count = try read(into: &buffer)
      if count == 0 { return result }
      result += buffer[..<count]
    }
  }
}

extension [UInt8] {
  init(_ text: String) {
    self = Array(text.utf8)
  }
}
