import Foundation
import SystemPackage
import TestSupport
import Testing

/// A stage for those who write messages: a home of their own, and a folder in memory that shows what editors leave.
struct ComposeStage {
  let stage: Stage
  let memory: MemoryFolder

  init() throws {
    stage = try Stage()
    memory = try MemoryFolder()
    try stage.folder.write([], to: "box/new/.keep")
  }

  var folder: TemporaryFolder { stage.folder }

  /// `compose` with the stage's home and memory.
  func compose(_ arguments: [String], keyring: TemporaryKeyring? = nil) -> ChildProcess {
    command(["compose"] + arguments, keyring: keyring)
  }

  /// Any command there.
  func command(_ arguments: [String], keyring: TemporaryKeyring? = nil) -> ChildProcess {
    var child = postseal(arguments, keyring: keyring ?? stage.alice)
    child.directory = folder.path
    child.environment["HOME"] = folder.path.string
    child.environment["XDG_STATE_HOME"] = folder.appending("state").string
    child.environment["XDG_RUNTIME_DIR"] = memory.path.string
    return child
  }

  /// The same with an editor, which is a shell script that gets the file as `$1`.
  func edit(_ script: String, _ arguments: String..., keyring: TemporaryKeyring? = nil) throws -> ChildProcess {
    let path = try folder.write(Array(script.utf8), to: "editor.sh")
    var child = compose(["--edit"] + arguments, keyring: keyring)
    child.environment["VISUAL"] = "sh \(path)"
    return child
  }

  var via: [String] { ["--via", "maildir:\(folder.path)/box"] }

  /// The messages that were delivered.
  func delivered() throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("box/new/") && $0 != "box/new/.keep" }.map {
      String(decoding: try folder.read($0), as: UTF8.self)
    }
  }

  /// The names of the drafts.
  func drafts() throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("state/postseal/drafts/") }.compactMap { FilePath($0).stem }
  }

  /// What is in a sealed message, for a person who can open it.
  func opened(_ name: String, by keyring: TemporaryKeyring? = nil) throws -> String {
    try command(["decrypt", name], keyring: keyring).run().succeeded().text
  }

  /// The one draft, opened.
  func openedDraft(by keyring: TemporaryKeyring? = nil) throws -> String {
    let name = try #require(try drafts().first)
    return try opened("state/postseal/drafts/\(name).eml", by: keyring)
  }
}

/// A folder in memory that goes away with the value.
final class MemoryFolder: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath("/dev/shm/ps-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(
      atPath: path.string, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  /// Everything in it.
  func contents() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path.string).sorted() }
}
