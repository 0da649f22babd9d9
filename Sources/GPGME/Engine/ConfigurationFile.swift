import ByteStreams
import CGPGME
import SystemPackage

/// The lines of gpg.conf that gpgme has no way to overrule.
enum ConfigurationFile {
  /// Options that send gpg's log elsewhere: what only the log says is lost then.
  static let logOptions: Set<Substring> = ["log-file", "logger-file", "logger-fd"]
  /// Options that put a certificate into the keyring because a signature carries it.
  static let importOptions: Set<Substring> = ["auto-key-import"]

  /// The names under which gpg looks for its configuration, the most exact first; it reads one of them.
  private static let names = ["gpg.conf-2.4", "gpg.conf-2.2", "gpg.conf-2", "gpg.conf"]
  /// A configuration file is a page or two.
  private static let limit = 1 << 20

  /// True when a gpg.conf of `home` (GnuPG's own choice for nil) or of the system has a line with one of `options`, or cannot be read.
  static func hasLine(with options: Set<Substring>, home: FilePath?) -> Bool {
    // The string belongs to gpgme and is copied.
    let usual = unsafe text(gpgme_get_dirinfo("homedir")).map { FilePath($0) }
    let folders = [home ?? Library.inheritedHome.map { FilePath($0) } ?? usual, FilePath("/etc/gnupg")]
    return folders.compactMap(\.self).contains { folder in
      names.contains { hasLine(with: options, in: folder.appending($0)) }
    }
  }

  private static func hasLine(with options: Set<Substring>, in path: FilePath) -> Bool {
    do {
      let store = try ByteStore.file(path)
      let text = String(decoding: try store.read(0..<min(store.count, limit)), as: UTF8.self)
      return text.split(whereSeparator: \.isNewline).contains { line in
        line.split(whereSeparator: \.isWhitespace).first.map(options.contains) == true
      }
    } catch .system(.noSuchFileOrDirectory, _, _) {
      return false
    } catch {
      return true
    }
  }
}
