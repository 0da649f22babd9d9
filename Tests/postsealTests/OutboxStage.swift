import Foundation
import SystemPackage
import TestSupport
import Testing

/// A stage for mail that cannot be delivered yet: Alice writes to Bob, and the way there is broken or mended.
struct OutboxStage {
  let stage: Stage

  init() throws { stage = try Stage() }

  var alice: TemporaryKeyring { stage.alice }

  /// A way that works.
  var mailbox: String { "maildir:\(stage.folder.path)/box" }
  /// One that does not, as long as its parent is missing.
  var broken: String { "maildir:\(stage.folder.path)/away/box" }

  func mendBrokenWay() throws { try stage.folder.write([], to: "away/.keep") }

  /// The command, run in the stage's folder.
  func command(_ arguments: [String]) -> ChildProcess {
    var child = postseal(arguments, keyring: alice)
    child.directory = stage.folder.path
    return child
  }

  func run(_ arguments: String...) throws -> ChildRun { try command(arguments).run() }

  /// A run of `send` of a letter that does not arrive; gives what it said.
  @discardableResult
  func fail(_ letter: Letter = Letter(), _ arguments: String...) throws -> ChildRun {
    try stage.write(letter)
    return try command(["send", "letter.eml", "--via", broken] + arguments).run()
  }

  /// A letter that is not the one that other attempts send.
  static func another() -> Letter {
    var letter = Letter()
    letter.fields = letter.fields.map { $0.name == "Message-ID" ? ($0.name, "<\(UUID().uuidString)@example.org>") : $0 }
    return letter
  }

  /// `waiting/k3f9x2ab-1.eml` and the like.
  func files() throws -> [String] {
    let home = alice.home.appending("state/postseal/outbox").string
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: home)) ?? []
    return paths.filter { $0.contains("/") }.sorted()
  }

  /// The IDs of all entries, sorted.
  func ids() throws -> [String] {
    try files().map { String($0.drop { $0 != "/" }.dropFirst().dropLast(4)) }.sorted()
  }

  /// The one message in the outbox.
  func group() throws -> String { String(try #require(try ids().first).prefix(8)) }

  /// The messages of a Maildir below the stage's folder.
  func delivered(_ folder: String = "box/new") throws -> [String] {
    try stage.folder.contents().filter { $0.hasPrefix("\(folder)/") }.map {
      String(decoding: try stage.folder.read($0), as: UTF8.self)
    }
  }

  /// The text with the random IDs of entries and Maildir files made the same, and the stage's folder as `~`.
  func plain(_ text: String) throws -> String {
    var text = text
    for group in Set(try ids().map { String($0.prefix(8)) } + seen(in: text)) {
      text = text.replacing(group, with: "aaaaaaaa")
    }
    text = text.replacing(stage.folder.path.string, with: "~").replacing(alice.home.string, with: "HOME")
    return text.replacing(#/[0-9]+\.P[0-9]+Q[0-9]+R[a-z0-9]+\.localhost/#, with: "FILE")
  }

  private func seen(in text: String) -> [String] {
    text.matches(of: #/([a-z2-9]{8})-[0-9]+/#).map { String($0.output.1) }
  }
}

/// Moves a file.
func moveItem(_ path: FilePath, to target: FilePath) throws {
  try FileManager.default.moveItem(atPath: path.string, toPath: target.string)
}

/// Replaces a file's bytes.
func write(_ bytes: [UInt8], to path: FilePath) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path.string))
}

/// Whether anything has the path.
func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }
