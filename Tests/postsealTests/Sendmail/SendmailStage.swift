import Foundation
import SystemPackage
import TestSupport

/// A stage for programs that send by us: a configuration with an account of alice's, a Maildir that takes the mail, and an outbox.
struct SendmailStage {
  let stage: Stage
  var folder: TemporaryFolder { stage.folder }

  /// What no test's mail may show outside of its encryption.
  static let secret = "canary-of-the-plaintext"

  /// - Parameters:
  ///   - account: further lines of alice's account.
  ///   - top: lines before it.
  init(account: String = "", top: String = "") throws {
    stage = try Stage()
    try folder.write([], to: "box/new/.keep")
    try configure(account: account, top: top)
  }

  /// Writes the configuration.
  func configure(account: String = "", top: String = "") throws {
    let text = """
      default-account = "home"
      \(top)
      [account.home]
      from = ["Alice Example <alice@example.org>"]
      submit = "maildir:\(folder.path)/box"
      \(account)
      """
    try folder.write(Array(text.utf8), to: "config/postseal/config.toml")
  }

  /// The environment in which mail programs run: ours, where the configuration and the keys are found.
  func environment(_ keyring: TemporaryKeyring? = nil) -> [String: String] {
    var environment = testEnvironment
    environment["GNUPGHOME"] = (keyring ?? stage.alice).home.string
    environment["XDG_CONFIG_HOME"] = folder.appending("config").string
    environment["XDG_STATE_HOME"] = folder.appending("state").string
    environment["HOME"] = folder.path.string
    return environment
  }

  /// `postseal sendmail` with these arguments and this message on its standard input.
  func send(_ arguments: [String], _ message: some Sequence<UInt8>, keyring: TemporaryKeyring? = nil) throws -> ChildRun
  {
    try run(postsealBinary.string, ["sendmail"] + arguments, message, keyring: keyring)
  }

  /// The same with a text.
  func send(_ arguments: String..., text: String, keyring: TemporaryKeyring? = nil) throws -> ChildRun {
    try send(arguments, text.utf8, keyring: keyring)
  }

  /// Another program, or ours by another name.
  func run(
    _ program: String, _ arguments: [String], _ message: some Sequence<UInt8> = [], keyring: TemporaryKeyring? = nil
  ) throws -> ChildRun {
    var child = ChildProcess(program, arguments, environment: environment(keyring))
    child.stdin = .pipe(Array(message))
    child.directory = folder.path
    return try child.run()
  }

  /// Our program under another name, by a link.
  func link(_ name: String) throws -> String {
    try folder.write([], to: "bin/.keep")
    let path = folder.appending("bin/\(name)").string
    if !FileManager.default.fileExists(atPath: path) {
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: postsealBinary.string)
    }
    return path
  }

  /// A message from alice with the secret in its text.
  func letter(to: String? = "bob@example.org", _ fields: String...) -> String {
    (["From: alice@example.org"] + [to.map { "To: \($0)" }].compactMap(\.self) + fields + ["Subject: Budget"])
      .joined(separator: "\n") + "\n\n\(Self.secret)\n"
  }

  /// The messages that were delivered, in their order, and those whom each envelope names.
  func delivered() throws -> [(text: String, recipients: [String])] {
    try folder.contents().filter { $0.hasPrefix("box/new/") && $0 != "box/new/.keep" }.map { name in
      let text = String(decoding: try folder.read(name), as: UTF8.self)
      let recipients = text.split(separator: "\r\n").filter { $0.hasPrefix("Delivered-To: ") }
      return (text, recipients.map { String($0.dropFirst(14)) })
    }
  }

  /// The files of the outbox, with their folders.
  func outbox() throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("state/postseal/outbox/") && $0.hasSuffix(".eml") }
      .map { String($0.dropFirst(22)) }
  }

  /// Whether the secret stands readable in any file beside `message`s of the test's own.
  func leaks() throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("state/") || $0.hasPrefix("box/") }.filter {
      guard let bytes = try? folder.read($0) else { return false }
      let text = String(decoding: bytes, as: UTF8.self)
      return text.contains(Self.secret) || text.contains("Budget")
    }
  }

  /// What the one refused message in the outbox was, byte for byte, as its owner takes it out.
  func keptMessage(keyring: TemporaryKeyring? = nil) throws -> [UInt8] {
    let name = try outbox().first { $0.hasPrefix("held/") } ?? "none"
    try folder.write([], to: "out/.keep")
    let out = folder.appending("out").string
    try run(
      postsealBinary.string,
      ["extract", folder.appending("state/postseal/outbox/\(name)").string, "--to", out], keyring: keyring
    ).succeeded()
    return try folder.read("out/message.eml")
  }
}
