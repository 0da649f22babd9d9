import ByteStreams
import SystemPackage

/// Where a command's message goes: standard output, or a file that appears complete or not at all.
enum Output {
  /// What happens to an existing file.
  static func policy(forced: Bool) -> OutputFile.Policy { forced ? .replace : .neverReplace }

  /// The sink for `-o PATH`; for nil and `-` standard output.
  ///
  /// - Throws: `Failure` 73.
  static func sink(to path: String?, policy: OutputFile.Policy) throws(Failure) -> any ByteSink {
    guard let path, path != "-" else { return DescriptorSink(.standardOutput, subject: "standard output") }
    return try file(FilePath(path), policy: policy)
  }

  /// A file that is to be made.
  ///
  /// - Throws: `Failure` 73.
  static func file(_ path: FilePath, policy: OutputFile.Policy) throws(Failure) -> OutputFile {
    do {
      return try OutputFile(path, policy: policy)
    } catch .system(let errno, _, _) {
      throw Failure(.cannotCreate, "cannot create \(path): \(errno.sentence)")
    } catch {
      throw Failure(error)
    }
  }
}
