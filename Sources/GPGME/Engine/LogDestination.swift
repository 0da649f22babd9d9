import ByteStreams
import CGPGME
import SystemPackage

/// Where gpg's log goes: a line of gpg.conf beats what gpgme asks for, and then what only the log says is lost.
enum LogDestination {
  /// The options of gpg.conf that send the log elsewhere.
  private static let options: Set<Substring> = ["log-file", "logger-file", "logger-fd"]
  /// The names under which gpg looks for its configuration, the most exact first; it reads one of them.
  private static let names = ["gpg.conf-2.4", "gpg.conf-2.2", "gpg.conf-2", "gpg.conf"]
  /// A configuration file is a page or two.
  private static let limit = 1 << 20

  /// True when a gpg.conf of `home` (GnuPG's own choice for nil) or of the system has such a line, or cannot be read.
  static func isDiverted(home: FilePath?) -> Bool {
    // The string belongs to gpgme and is copied.
    let usual = unsafe text(gpgme_get_dirinfo("homedir")).map { FilePath($0) }
    let folders = [home ?? Library.inheritedHome.map { FilePath($0) } ?? usual, FilePath("/etc/gnupg")]
    return folders.compactMap(\.self).contains { folder in names.contains { isDiverted(by: folder.appending($0)) } }
  }

  private static func isDiverted(by path: FilePath) -> Bool {
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
