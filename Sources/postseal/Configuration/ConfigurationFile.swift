import SystemPackage
import TOMLKit

/// The configuration file: where it is, and how it becomes a `Configuration`.
enum ConfigurationFile {
  /// More than any hand-written file needs; a bound so that a device or a mistake cannot fill the memory.
  private static let sizeLimit = 1 << 20

  /// Reads the file named by `--config`, else the user's own if there is one, else gives the default values.
  ///
  /// - Throws: `Failure` 78 when it is unreadable or says something wrong; every fault is named with its line.
  static func load(named path: String?) throws(Failure) -> Configuration {
    if let path { return try read(path) }
    guard let path = defaultPath() else { return Configuration() }
    do {
      return try parse(text(of: path), file: path)
    } catch let errno as Errno where errno == .noSuchFileOrDirectory || errno == .notDirectory {
      return Configuration()
    } catch {
      throw unreadable(path, error)
    }
  }

  /// The configuration that `text` writes down; `file` names it in errors.
  ///
  /// - Throws: `Failure` 78.
  static func parse(_ text: String, file: String) throws(Failure) -> Configuration {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw Failure(.configuration, "\(file):\(error.source.begin.line): \(error.description)")
    } catch {
      throw Failure(.configuration, "\(file): it is not TOML")
    }
    var reader = ConfigurationReader(file: file, lines: ConfigurationLines(text))
    let configuration = reader.configuration(table)
    guard reader.problems.isEmpty else {
      throw Failure(.configuration, sentences: reader.problems, hints: ["correct the file, or use another with `--config FILE`"])
    }
    return configuration
  }

  private static func read(_ path: String) throws(Failure) -> Configuration {
    do {
      return try parse(text(of: path), file: path)
    } catch {
      throw unreadable(path, error)
    }
  }

  private static func unreadable(_ path: String, _ error: any Error) -> Failure {
    switch error {
    case let failure as Failure: failure
    case let errno as Errno: Failure(.configuration, "cannot read the configuration \(path): \(errno.sentence)")
    default: Failure(.configuration, "cannot read the configuration \(path)")
    }
  }

  private static func defaultPath() -> String? {
    if let folder = Environment.value("XDG_CONFIG_HOME"), folder.hasPrefix("/") { return folder + "/postseal/config.toml" }
    return Environment.value("HOME").map { $0 + "/.config/postseal/config.toml" }
  }

  private static func text(of path: String) throws -> String {
    let descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
    return try descriptor.closeAfter {
      var bytes: [UInt8] = []
      let block = 65536
      while true {
        // The array's own room, of exactly the size the call is told.
        let part = try unsafe [UInt8](unsafeUninitializedCapacity: block) { buffer, count in
          count = try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if part.isEmpty { break }
        bytes += part
        guard bytes.count <= sizeLimit else {
          throw Failure(.configuration, "the configuration \(path) is larger than \(ByteCount(sizeLimit))")
        }
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Failure(.configuration, "the configuration \(path) is not UTF-8")
      }
      return text
    }
  }
}
