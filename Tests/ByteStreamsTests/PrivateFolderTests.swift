import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ByteStreams

/// Folders for what other programs open by its path.
@Suite struct PrivateFolderTests {
  private let base: TemporaryFolder

  init() throws { base = try TemporaryFolder() }

  private func mode(_ path: FilePath) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int)
  }

  @Test func `only its owner can enter it, or read what is in it`() throws {
    let folder = try PrivateFolder(in: base.path, prefix: "letters")
    try folder.write(Array("secret".utf8), to: "letter.eml")
    #expect(try mode(folder.path) == 0o700)
    #expect(try mode(folder.path.appending("letter.eml")) == 0o600)
    #expect(try folder.read("letter.eml", limit: 10, what: "it") == Array("secret".utf8))
    #expect(throws: StreamError.limitExceeded(limit: 5, what: "it")) {
      try folder.read("letter.eml", limit: 5, what: "it")
    }
  }

  @Test func `it goes with all that others left in it`() throws {
    var folder: PrivateFolder? = try PrivateFolder(in: base.path, prefix: "letters")
    let path = try #require(folder?.path)
    try base.write([1], to: "\(path.lastComponent?.string ?? "")/sub/.letter.eml.swp")
    folder = nil
    #expect(try base.contents() == [])
  }

  @Test func `a sweep takes what nobody holds, and nothing else`() throws {
    let held = try PrivateFolder(in: base.path, prefix: "letters")
    let own = "letters-\(getuid())-"
    try base.write([1], to: "\(own)stale/letter.eml")
    try base.write([1], to: "elsewhere/letter.eml")
    try base.write([1], to: "letters-\(getuid() + 1)-x/letter.eml")
    try FileManager.default.createSymbolicLink(
      atPath: base.appending("\(own)link").string, withDestinationPath: base.appending("elsewhere").string)
    PrivateFolder.sweep(base.path, prefix: "letters")
    let left = Set(try FileManager.default.contentsOfDirectory(atPath: base.path.string))
    let name = try #require(held.path.lastComponent?.string)
    #expect(left == [name, "elsewhere", "letters-\(getuid() + 1)-x", "\(own)link"])
    #expect(try base.contents().contains("elsewhere/letter.eml"))
  }

  @Test func `what is left for somebody to find is swept by nobody`() throws {
    var folder: PrivateFolder? = try PrivateFolder(in: base.path, prefix: "letters")
    try folder?.write([1], to: "letter.eml")
    let place = try #require(folder?.leave(as: "left"))
    folder = nil
    PrivateFolder.sweep(base.path, prefix: "letters")
    #expect(try readFile(place.appending("letter.eml")) == [1])
  }

  @Test func `what has been put in the place of its file is not read`() throws {
    let folder = try PrivateFolder(in: base.path, prefix: "letters")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path.appending("letter.eml").string, withDestinationPath: "/etc/passwd")
    #expect(throws: StreamError.self) { try folder.read("letter.eml", limit: 1 << 20, what: "it") }
  }
}
