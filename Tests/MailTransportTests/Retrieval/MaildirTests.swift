import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MaildirTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["cur", "new", "tmp"] { try makeFolder("mail/\(name)") }
  }

  private var path: FilePath { folder.appending("mail") }

  private func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.appending(name).string, withIntermediateDirectories: true)
  }

  private func names() throws -> [String] {
    let maildir = try Maildir(path)
    return (0..<maildir.count).map { maildir[$0].name }
  }

  @Test func `messages come in the order of their delivery, whatever folder and flags`() throws {
    for name in ["cur/10.b:2,S", "new/9.a", "cur/9.b:2,", "cur/x.no-time", "new/10.a"] {
      try folder.write(Array(name.utf8), to: "mail/\(name)")
    }
    #expect(try names() == ["x.no-time", "9.a", "9.b:2,", "10.a", "10.b:2,S"])
    let maildir = try Maildir(path)
    #expect(try maildir[1].bytes().read(0..<7) == Array("new/9.a".utf8))
    #expect(maildir.number(named: "10.b") == 5 && maildir.number(named: "10.b:2,S") == 5)
    #expect(maildir.number(named: "11") == nil)
  }

  @Test func `subfolders, dot files and what is being delivered are no messages`() throws {
    for name in [".Sent/cur/1.a:2,", "cur/.hidden", "tmp/2.a", "cur/folder/3.a"] {
      try folder.write([], to: "mail/\(name)")
    }
    #expect(try names() == [])
  }

  @Test func `links, FIFOs, and what has vanished are failures of one message, and are not opened`() throws {
    let outside = try folder.write(Array("secret".utf8), to: "outside")
    let manager = FileManager.default
    let current = path.appending("cur").string
    try manager.createSymbolicLink(atPath: current + "/1.link:2,", withDestinationPath: outside.string)
    try manager.createSymbolicLink(atPath: current + "/2.dangling:2,", withDestinationPath: "/nonexistent")
    try ChildProcess("mkfifo", [current + "/3.fifo:2,"], environment: testEnvironment).run().succeeded()
    try folder.write([], to: "mail/new/4.gone")
    let maildir = try Maildir(path)
    try manager.removeItem(atPath: folder.appending("mail/new/4.gone").string)
    let codes = (0..<maildir.count).map { index -> Errno? in
      do throws(StreamError) { _ = try maildir[index].bytes() } catch .system(let errno, _, _) { return errno } catch {}
      return nil
    }
    #expect(
      codes == [.tooManySymbolicLinkLevels, .tooManySymbolicLinkLevels, .invalidArgument, .noSuchFileOrDirectory])
  }

  @Test func `a message that moved while it was listed is listed once, and two of one name twice`() throws {
    try folder.write([], to: "mail/new/1.a")
    try folder.write([], to: "mail/cur/1.a:2,S")
    #expect(try names().count == 2)
  }

  @Test(arguments: [
    ("1.a:2,S", "1.a", "S"), ("1.a:2,", "1.a", ""), ("1.a:2,SRFSaz!", "1.a", "FRSaz"), ("1.a:1,x", "1.a", ""),
    ("1.a", "1.a", ""), ("1.a:2,S:2,T", "1.a", "ST"),
  ])
  func `a name has a base and flags`(name: String, base: String, flags: String) throws {
    let parsed = MaildirFileName(try #require(FilePath.Component(name)))
    #expect(parsed.safeBase == base)
    #expect(parsed.flags == flags)
  }

  @Test func `a hostile name is replaced by one that can do no harm, and different ones by different ones`() throws {
    let hostile: [[UInt8]] = [
      Array("1.\u{1B}[31m".utf8), [0x31, 0xFF], [0x31, 0xFE], Array(repeating: 0x61, count: 201), Array("1 2".utf8),
      Array(":2,S".utf8), Array("1.ü".utf8),
    ]
    let bases = try hostile.map { bytes in
      let name: FilePath.Component? = unsafe (bytes + [0]).withUnsafeBufferPointer { buffer in
        unsafe buffer.withMemoryRebound(to: CInterop.PlatformChar.self) { text in
          unsafe text.baseAddress.flatMap { unsafe FilePath.Component(platformString: $0) }
        }
      }
      return MaildirFileName(try #require(name)).safeBase
    }
    #expect(Set(bases).count == hostile.count)
    #expect(bases.allSatisfy { $0.hasPrefix("postseal-") && $0.utf8.count == 73 })
  }

  @Test func `an archive is made for its owner alone, and is continued`() throws {
    let archive = try MaildirArchive(folder.appending("opened"))
    #expect(
      try folder.contents().filter { $0.hasPrefix("opened") } == ["opened", "opened/cur", "opened/new", "opened/tmp"])
    let mode = try FileManager.default.attributesOfItem(atPath: folder.appending("opened").string)[.posixPermissions]
    #expect(mode as? Int == 0o700)
    #expect(archive.claim("1.a") == .free && archive.claim("1.a") == .isTaken)
    archive.release("1.a")
    #expect(archive.claim("1.a") == .free)
    let delivery = Delivery(base: "1.a", flags: "S", isNamedByContent: false)
    let file = try archive.draft(for: delivery)
    try file.write(Array("text".utf8))
    let rest = try archive.finish(file, as: delivery, at: 1_000_000_000)
    #expect(rest == nil)
    #expect(try folder.read("opened/cur/1.a:2,S") == Array("text".utf8))
    #expect(try ByteStore.file(folder.appending("opened/cur/1.a:2,S")).modified == 1_000_000_000)
    #expect(throws: MailboxProblem.inUse) { _ = try MaildirArchive(folder.appending("opened")) }
    extendLifetime(archive)
  }

  @Test func `a message is delivered once, with its flags and its time`() throws {
    let archive = try MaildirArchive(folder.appending("fetched"))
    func deliver(_ base: String, _ flags: String?) throws -> Bool {
      let delivery = Delivery(base: base, flags: flags, isNamedByContent: false)
      return try archive.deliver(ArraySource(Array("text".utf8)), as: delivery, at: 1_000_000_000)
    }
    #expect(try deliver("1.a", "FS"))
    #expect(try !deliver("1.a", nil))
    #expect(try deliver("2.a", nil))
    #expect(
      try folder.contents().filter { $0.hasSuffix("a") || $0.contains(":") }
        == ["fetched/cur/1.a:2,FS", "fetched/new/2.a"])
    #expect(try ByteStore.file(folder.appending("fetched/new/2.a")).modified == 1_000_000_000)
  }

  @Test func `a folder of other things is no archive, and is not touched`() throws {
    for name in ["files/letter.txt", "folders/letters/1"] { try folder.write([], to: name) }
    let before = try folder.contents()
    for name in ["files", "folders"] {
      #expect(throws: MailboxProblem.notMaildir) { _ = try MaildirArchive(folder.appending(name)) }
    }
    #expect(try folder.contents() == before)
  }
}
