import ByteStreams
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
    let isOptional = path == nil
    guard let path = self.path(named: path) else { return Configuration() }
    let content: String
    do {
      content = try text(of: path)
    } catch .system(.noSuchFileOrDirectory, _, _) where isOptional, .system(.notDirectory, _, _) where isOptional {
      return Configuration()
    } catch {
      let cause = Failure(error).sentences.joined(separator: "; ")
      throw Failure(.configuration, "cannot use the configuration \(path): \(cause)")
    }
    return try parse(content, file: path)
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
      throw Failure(
        .configuration, sentences: reader.problems, hints: ["correct the file, or use another with `--config FILE`"])
    }
    return configuration
  }

  /// The file that `--config` names, else where the user's own would be; nil without a home.
  static func path(named path: String?) -> String? { path ?? defaultPath() }

  private static func defaultPath() -> String? {
    if let folder = Environment.value("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
      return folder + "/postseal/config.toml"
    }
    return Environment.value("HOME").map { $0 + "/.config/postseal/config.toml" }
  }

  /// What a file says, as text.
  ///
  /// - Throws: `StreamError`.
  static func text(of path: String) throws(StreamError) -> String {
    let bytes = try ReadableFile.open(FilePath(path)).source().readAll(limit: sizeLimit, what: "the configuration")
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("it is not UTF-8") }
    return text
  }
}
