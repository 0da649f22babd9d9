import Foundation
import SystemPackage
import TestSupport
import Testing

/// The recipes of `Documentation/mailservers.md` for programs that deliver one user's mail, each with that program.
@Suite struct FilterRecipeTests {
  private let stage: Stage
  private let guide: Guide

  init() throws {
    stage = try Stage()
    guide = try Guide("mailservers.md")
    for name in ["new", "cur", "tmp"] { try stage.folder.write([], to: "box/\(name)/.keep") }
    let keys = "[keys]\n\"bob@example.org\" = \"\(Identity.bob.hexFingerprint)\"\n"
    try stage.folder.write(Array(keys.utf8), to: "config/postseal/config.toml")
    try breakFilter(false)
  }

  /// Lets the filter find its keyring, or not: these programs give it an environment of their own.
  private func breakFilter(_ isBroken: Bool) throws {
    let home = isBroken ? stage.folder.appending("nowhere") : stage.alice.home
    let wrapper = """
      #!/bin/sh
      export GNUPGHOME=\(home) XDG_CONFIG_HOME=\(stage.folder.path)/config
      exec \(postsealBinary) "$@"

      """
    let path = try stage.folder.write(Array(wrapper.utf8), to: "filter")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
  }

  /// Delivers a message in clear by a program that obeys a recipe of the guide.
  private func deliver(by program: String, _ head: String = "") throws -> ChildRun {
    let recipe = try guide.block(program).replacing("/usr/bin/postseal", with: stage.folder.appending("filter").string)
    let file = try stage.folder.write(Array("\(head)\(recipe)".utf8), to: "recipe")
    // maildrop obeys nothing that others may read.
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.string)
    var child = ChildProcess(program, ["./recipe"], environment: testEnvironment)
    child.directory = stage.folder.path
    child.stdin = .file(Letter().bytes())
    return try child.run()
  }

  private func delivered() throws -> [String] {
    try stage.folder.contents().filter { $0.hasPrefix("box/") && !$0.hasSuffix("/.keep") }
      .filter { $0.split(separator: "/").count == 3 }.map { String(decoding: try stage.folder.read($0), as: UTF8.self) }
  }

  private func expectSealed(_ run: ChildRun) throws {
    #expect(run.status == 0, "\(run.text)\(run.stderr)")
    let messages = try delivered()
    #expect(messages.count == 1)
    let sealed = try #require(messages.first)
    #expect(sealed.contains("multipart/encrypted") && !sealed.contains("Budget") && !sealed.contains("figures"))
    let bob = try Stage.bob()
    var opening = stage.command("decrypt", keyring: bob)
    opening.stdin = .file(Array(sealed.utf8))
    #expect(try opening.run().succeeded().text.contains("Subject: Budget"))
  }

  @Test(.enabled(if: optionalTool("maildrop"), "needs maildrop"))
  func `maildrop delivers mail sealed, and none in clear when the filter fails`() throws {
    let head = "DEFAULT=\"\(stage.folder.path)/box\"\n"
    try expectSealed(try deliver(by: "maildrop", head))
    try breakFilter(true)
    #expect(try deliver(by: "maildrop", head).status == 75)
    #expect(try delivered().count == 1)
  }

  @Test(.enabled(if: optionalTool("procmail"), "needs procmail"))
  func `procmail delivers mail sealed, and none in clear when the filter fails`() throws {
    let head = "DEFAULT=\(stage.folder.path)/box/\n"
    try expectSealed(try deliver(by: "procmail", head))
    try breakFilter(true)
    #expect(try deliver(by: "procmail", head).status == 75)
    #expect(try delivered().count == 1)
  }
}
