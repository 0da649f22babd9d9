import Foundation
import SystemPackage
import TestSupport
import Testing

/// A stage for fetching: a home with its state, and a Maildir that mail comes into.
struct FetchStage {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var box: String { folder.appending("box").string }

  func command(_ arguments: [String], keyring: TemporaryKeyring? = nil) -> ChildProcess {
    var child = postseal(arguments, keyring: keyring)
    child.directory = folder.path
    child.environment["HOME"] = folder.path.string
    child.environment["XDG_STATE_HOME"] = folder.appending("state").string
    child.environment["XDG_CONFIG_HOME"] = folder.appending("config").string
    return child
  }

  func run(_ arguments: String...) throws -> ChildRun { try command(arguments).run() }

  /// `fetch` from a scripted POP3 server into the Maildir.
  func fetch(_ script: POP3Script, _ arguments: String...) throws -> ChildRun {
    try command(["fetch", "--from", url(script), "--into", "box"] + arguments).run()
  }

  func url(_ script: POP3Script) -> String { "pop3://127.0.0.1:\(script.server.port)" }

  /// Every message that somebody may see, sorted.
  func delivered(_ folder: String = "box") throws -> [String] {
    try names(folder).map { String(decoding: try self.folder.read($0), as: UTF8.self) }.sorted()
  }

  func names(_ folder: String = "box") throws -> [String] {
    try self.folder.contents().filter { $0.hasPrefix("\(folder)/new/") || $0.hasPrefix("\(folder)/cur/") }
  }

  /// What is left in `tmp`.
  func leftovers() throws -> [String] { try folder.contents().filter { $0.hasPrefix("box/tmp/") } }

  /// The text with the server's name and the stage's folder made the same.
  func plain(_ text: String, _ script: POP3Script) -> String {
    text.replacing("127.0.0.1:\(script.server.port)", with: "SERVER").replacing(folder.path.string, with: "~")
  }

  static let messages = [
    (id: "a", text: "Subject: one\r\n\r\n.\r\ntext\r\n"), (id: "../../b", text: "Subject: two\r\n\r\nmore\r\n"),
  ]
}
