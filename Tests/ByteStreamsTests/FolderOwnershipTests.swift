import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ByteStreams

@Suite struct FolderOwnershipTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [(0o700, true), (0o755, true), (0o770, false), (0o702, false), (0o1777, false)])
  func `a folder is its owner's alone where nobody else may write to it`(mode: Int, isOwn: Bool) throws {
    let path = folder.appending("state")
    try Folders.create(path)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.string)
    if isOwn {
      try Folders.requireOwn(path)
    } else {
      #expect(throws: StreamError.exposed(path: path.string, .writable(mode: CInterop.Mode(mode)))) {
        try Folders.requireOwn(path)
      }
    }
  }

  @Test func `what is not there is nobody's, and a file is no folder`() throws {
    try Folders.requireOwn(folder.appending("none"))
    let file = try folder.write([], to: "file")
    #expect(throws: StreamError.system(.notDirectory, act: "open", subject: file.string)) {
      try Folders.requireOwn(file)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
  func `a folder of another user is refused`() throws {
    let path = folder.appending("state")
    try Folders.create(path)
    // The C string lives for the length of the call.
    #expect(unsafe chown(path.string, 4711, 0) == 0)
    #expect(throws: StreamError.exposed(path: path.string, .foreign(owner: 4711))) { try Folders.requireOwn(path) }
  }

  @Test func `a folder that belongs to somebody else is refused, whoever asks`() throws {
    // Of root's own folders every system has some; to root they are its own, unless others may write to them.
    let path: FilePath = geteuid() == 0 ? "/tmp" : "/usr"
    #expect(throws: StreamError.self) { try Folders.requireOwn(path) }
  }
}
