import MailState
import SystemPackage

extension Session {
  /// Where lasts what is kept between runs: `$XDG_STATE_HOME/postseal`, by default `~/.local/state/postseal`.
  ///
  /// - Throws: `Failure` 78 when the environment names no place.
  ///
  /// Source: XDG Base Directory Specification
  static func stateFolder() throws(Failure) -> FilePath {
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

extension Failure {
  /// The failure of reading or keeping what lasts between runs.
  init(_ error: MailStateError) {
    switch error {
    case .file(let cause): self.init(cause)
    case .corrupted(let path):
      self.init(
        .malformedInput, "cannot use \(path): it is no database of postseal, or a broken one",
        hint: "move it away; `postseal autocrypt collect` makes a new one from your mail")
    case .newer(let path):
      self.init(
        .configuration, "cannot use \(path): a newer postseal wrote it", hint: "use that version of postseal here too")
    case .busy(let path):
      self.init(
        .tryAgain, "cannot use \(path): another postseal is at work on it", hint: "try again when that has ended")
    case .failed(let path, let reason): self.init(.inputOutput, "cannot use \(path): \(reason)")
    }
  }
}
