import ByteStreams
import MailState
import SystemPackage

extension Session {
  /// Where lasts what is kept between runs: `$XDG_STATE_HOME/postseal`, by default `~/.local/state/postseal`.
  ///
  /// - Throws: `Failure` 78 when the environment names no place, or one that others could change.
  ///
  /// Source: XDG Base Directory Specification
  static func stateFolder() throws(Failure) -> FilePath {
    let folder = try stateFolderAsNamed()
    do throws(StreamError) { try Folders.requireOwn(folder) } catch .exposed(let path, let exposure) {
      throw Failure(.exposed(path: path, exposure))
    } catch {
      // Whoever uses it tells what is wrong with it.
    }
    return folder
  }

  private static func stateFolderAsNamed() throws(Failure) -> FilePath {
    // A relative path is to be passed over, by the same specification.
    if let folder = Environment.value("XDG_STATE_HOME"), folder.hasPrefix("/") {
      return FilePath(folder).appending("postseal")
    }
    guard let home = Environment.value("HOME") else {
      throw Failure(
        .configuration, "no place for what is kept between runs: neither XDG_STATE_HOME nor HOME is set",
        hint: "set HOME to your home folder")
    }
    return FilePath(home).appending(".local/state/postseal")
  }

  /// What is kept there; nil where nothing was kept yet.
  ///
  /// - Throws: `MailStateError`, `Failure` 78.
  static func state() throws -> StateDatabase? { try StateDatabase.openExisting(in: try stateFolder()) }
}
