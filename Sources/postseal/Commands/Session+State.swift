import MailState
import SystemPackage

extension Session {
  /// The folder of what lasts between runs: `$XDG_STATE_HOME/postseal`, else `~/.local/state/postseal`.
  ///
  /// Source: XDG Base Directory Specification 0.8
  ///
  /// - Throws: `Failure` 78 without a home.
  func stateFolder() throws(Failure) -> FilePath {
    if let folder = Environment.value("XDG_STATE_HOME"), folder.hasPrefix("/") {
      return FilePath(folder).appending("postseal")
    }
    guard let home = Environment.value("HOME") else {
      throw Failure(.configuration, "nobody says where state is kept", hint: "set HOME or XDG_STATE_HOME")
    }
    return FilePath(home).appending(".local").appending("state").appending("postseal")
  }
}
