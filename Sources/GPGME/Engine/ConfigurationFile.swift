import ByteStreams
import CGPGME
import SystemPackage

/// What GnuPG's configuration files say, as far as gpgme has no way to overrule it.
enum ConfigurationFile {
  /// Options that send gpg's log elsewhere: what only the log says is lost then.
  static let logOptions: Set<Substring> = ["log-file", "logger-file", "logger-fd"]
  /// Options that put a certificate into the keyring because a signature carries it.
  static let importOptions: Set<Substring> = ["auto-key-import"]

  /// The names under which gpg looks for its configuration, the most exact first; it reads one of them.
  private static let names = ["gpg.conf-2.4", "gpg.conf-2.2", "gpg.conf-2", "gpg.conf"]
  /// A configuration file is a page or two.
  private static let limit = 1 << 20

  /// A line that sets an option.
  struct Line {
    let file: FilePath
    /// Counted from 1.
    let number: Int
    let option: String
    /// What stands behind the option, without the blanks around it; may be empty.
    let value: String
  }

  /// True when a gpg.conf of `home` (GnuPG's own choice for nil) or of the system has a line with one of `options`, or cannot be read.
  static func hasLine(with options: Set<Substring>, home: FilePath?) -> Bool {
    paths(names, home: home).contains { path in
      guard let lines = lines(of: path) else { return true }
      return lines.contains { options.contains($0.option[...]) }
    }
  }

  /// Every line of the files of gpg of `home` and of the system, in their order.
  static func lines(home: FilePath?) -> [Line] { paths(names, home: home).flatMap { lines(of: $0) ?? [] } }

  /// The value of an option of gpg-agent, from the last line that sets it; nil without one.
  static func agentValue(of option: String, home: FilePath?) -> String? {
    paths(["gpg-agent.conf"], home: home).reversed().lazy
      .compactMap { lines(of: $0)?.last { $0.option == option }?.value }.first
  }

  private static func paths(_ names: [String], home: FilePath?) -> [FilePath] {
    // The string belongs to gpgme and is copied.
    let usual = unsafe text(gpgme_get_dirinfo("homedir")).map { FilePath($0) }
    let folders = [FilePath("/etc/gnupg"), home ?? Library.inheritedHome.map { FilePath($0) } ?? usual]
    return folders.compactMap(\.self).flatMap { folder in names.map { folder.appending($0) } }
  }

  /// The lines of a file that set something, none when there is no such file; nil when it cannot be read.
  private static func lines(of path: FilePath) -> [Line]? {
    do {
      let store = try ByteStore.file(path)
      let text = String(decoding: try store.read(0..<min(store.count, limit)), as: UTF8.self)
      return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
        (index, line) in
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard let option = words.first, !option.hasPrefix("#") else { return nil }
        let value = words.count > 1 ? words[1].reversed().drop(while: \.isWhitespace).reversed() : []
        return Line(file: path, number: index + 1, option: String(option), value: String(value))
      }
    } catch .system(.noSuchFileOrDirectory, _, _) {
      return []
    } catch {
      return nil
    }
  }
}
