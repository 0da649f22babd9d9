import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ByteStreams

@Suite struct LockedFileTests {
  private let folder: TemporaryFolder
  private var path: FilePath { folder.appending("box") }

  init() throws { folder = try TemporaryFolder() }

  private func isLocked(_ subject: String) -> StreamError { FileLock.isHeld(subject) }

  @Test func `both locks are held for as long as the object lives`() throws {
    do {
      let file = try LockedFile(path, within: 0)
      #expect(try folder.contents() == ["box", "box.lock"])
      #expect(try folder.read("box.lock").starts(with: Array("\(getpid())\npostseal".utf8)))
      #expect(throws: isLocked(path.string)) { try LockedFile(path, within: 0) }
      #expect(throws: isLocked(path.string)) { try ByteStore.lockedFile(path, within: 0) }
      extendLifetime(file)
    }
    #expect(try folder.contents() == ["box"])
    _ = try LockedFile(path, within: 0)
  }

  @Test func `who reads keeps those out who write, not those who read`() throws {
    try folder.write([1], to: "box")
    let store = try ByteStore.lockedFile(path, within: 0)
    _ = try ByteStore.lockedFile(path, within: 0)
    #expect(throws: isLocked(path.string)) { try LockedFile(path, within: 0.1) }
    #expect(try store.read(0..<1) == [1])
  }

  @Test func `a file that is closed meanwhile takes no lock away`() throws {
    let file = try LockedFile(path, within: 0)
    _ = try ByteStore.file(path)
    #expect(throws: isLocked(path.string)) { try ByteStore.lockedFile(path, within: 0) }
    extendLifetime(file)
  }

  @Test func `a lock file tells from its first moment whose it is, wherever a run is killed`() async throws {
    let path = path
    let locking = Task.detached { for _ in 0..<500 { _ = try LockedFile(path, within: 60) } }
    var texts: [[UInt8]] = []
    for _ in 0..<2000 {
      if let text = try? folder.read("box.lock") { texts.append(text) }
      await Task.yield()
    }
    try await locking.value
    #expect(texts.allSatisfy { $0.starts(with: Array("\(getpid())\npostseal".utf8)) })
  }

  @Test func `a lock file of somebody else is respected, and removed after five minutes`() throws {
    try folder.write(Array("1\n".utf8), to: "box.lock")
    #expect(throws: isLocked(path.string + ".lock")) { try LockedFile(path, within: 0.1) }
    #expect(try folder.contents() == ["box", "box.lock"])
    let old = Date(timeIntervalSinceNow: -301)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path.string + ".lock")
    _ = try LockedFile(path, within: 0)
    #expect(try folder.contents() == ["box"])
  }

  @Test func `a lock file of ours is removed at once when its process is gone, if it was one of this machine`() throws {
    let text: String
    do {
      let file = try LockedFile(path, within: 0)
      text = String(decoding: try folder.read("box.lock"), as: UTF8.self)
      extendLifetime(file)
    }
    let gone = try ChildProcess("sh", ["-c", "echo $$"], environment: testEnvironment).run().text.dropLast()
    let left = text.replacing("\(getpid())\n", with: "\(gone)\n")
    for elsewhere in [left.replacing("postseal ", with: "postseal 1"), "\(gone)\n"] {
      try folder.write(Array(elsewhere.utf8), to: "box.lock")
      #expect(throws: isLocked(path.string + ".lock")) { try LockedFile(path, within: 0) }
    }
    try folder.write(Array(left.utf8), to: "box.lock")
    _ = try LockedFile(path, within: 0)
    #expect(try folder.contents() == ["box"])
  }

  @Test func `a lock that somebody else broke is left to them`() throws {
    do {
      let file = try LockedFile(path, within: 0)
      try FileManager.default.removeItem(atPath: path.string + ".lock")
      try folder.write(Array("1\n".utf8), to: "box.lock")
      extendLifetime(file)
    }
    #expect(try folder.contents() == ["box", "box.lock"])
  }

  @Test func `bytes go to the end, are changed one by one, and are cut off`() throws {
    try folder.write(Array("one".utf8), to: "box")
    let file = try LockedFile(path, within: 0)
    try file.write(Array("two".utf8))
    try file.overwrite(0x54, at: 3)
    #expect(try folder.read("box") == Array("oneTwo".utf8))
    try file.truncate(to: 2)
    try file.write(Array("!".utf8))
    try file.finish()
    #expect(try folder.read("box") == Array("on!".utf8) && file.end == 3)
  }

  @Test func `a link leads to the file and its lock`() throws {
    try folder.write([], to: "deep/box")
    try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: "deep/box")
    let file = try LockedFile(path, within: 0)
    #expect(try folder.contents() == ["box", "deep", "deep/box", "deep/box.lock"])
    extendLifetime(file)
  }

  @Test func `a FIFO is not waited for`() throws {
    try ChildProcess("mkfifo", [path.string], environment: testEnvironment).run().succeeded()
    #expect(throws: StreamError.system(.invalidArgument, act: "open", subject: path.string)) {
      try LockedFile(path, within: 0)
    }
  }

  @Test(.enabled(if: optionalTool("python3"), "needs python3"), arguments: ["lockf", "dot"])
  func `another program's lock is respected`(kind: String) throws {
    try folder.write([], to: "box")
    let script = """
      import fcntl, os, sys, time
      box = open(sys.argv[1], 'r+')
      if sys.argv[2] == 'lockf': fcntl.lockf(box, fcntl.LOCK_EX)
      else: os.open(sys.argv[1] + '.lock', os.O_CREAT | os.O_EXCL)
      print('locked', flush=True)
      time.sleep(1)
      if sys.argv[2] == 'dot': os.unlink(sys.argv[1] + '.lock')
      """
    let ready = folder.appending("ready")
    let command = "python3 -c \"$1\" \"$2\" \"$3\" > '\(ready.string)' &"
    try ChildProcess("sh", ["-c", command, "sh", script, path.string, kind], environment: testEnvironment).run()
      .succeeded()
    while (try? folder.read("ready"))?.isEmpty ?? true { usleep(10_000) }
    #expect(throws: isLocked(path.string + (kind == "dot" ? ".lock" : ""))) { try LockedFile(path, within: 0) }
    _ = try LockedFile(path, within: 30)
  }
}
