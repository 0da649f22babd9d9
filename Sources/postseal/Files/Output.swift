import ByteStreams
import SystemPackage

/// Where a command's message goes: standard output, or a file that appears complete or not at all.
enum Output {
  /// What happens to an existing file.
  static func policy(forced: Bool) -> OutputFile.Policy { forced ? .replace : .neverReplace }

  /// The sink for `-o PATH`; for nil and `-` standard output.
  ///
  /// - Throws: `StreamError`.
  static func sink(to path: String?, policy: OutputFile.Policy) throws(StreamError) -> any ByteSink {
    guard let path, path != "-" else { return DescriptorSink(.standardOutput, subject: "standard output") }
    return try OutputFile(FilePath(path), policy: policy)
  }
}
