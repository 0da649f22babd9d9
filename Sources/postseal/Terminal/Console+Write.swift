import SystemPackage

extension Console {
  /// Writes all of `text` to a standard stream.
  ///
  /// - Throws: `Failure` with 141 when its reader went away, else with 74.
  static func write(_ text: String, to descriptor: Int32) throws(Failure) {
    do {
      _ = try FileDescriptor(rawValue: descriptor).writeAll(text.utf8)
    } catch {
      throw Failure(
        writing: descriptor == 1 ? "standard output" : "standard error", failedWith: error as? Errno ?? .ioError)
    }
  }
}
