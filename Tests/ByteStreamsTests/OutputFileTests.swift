import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ByteStreams

struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: [OutputFile.Policy.neverReplace, .replace])
  func `a file appears when it is finished, whole and for its owner alone`(policy: OutputFile.Policy) throws {
    let path = folder.appending("out")
    let file = try OutputFile(path, policy: policy)
    #expect(file.placement == .atomic)
    try file.write([1, 2])
    try file.write([3])
    #expect(try !folder.contents().contains("out"))
    try file.finish()
    #expect(try folder.contents() == ["out"])
    #expect(try folder.read("out") == [1, 2, 3])
    #expect(try path.stat().permissions == [.ownerReadWrite])
  }

  @Test func `the mode asked for is the mode it has, whatever the mask`() throws {
    let file = try OutputFile(folder.appending("out"), policy: .neverReplace, mode: 0o666)
    try file.finish()
    #expect(try folder.appending("out").stat().permissions.rawValue == 0o666)
  }

  @Test func `what is abandoned or let go of leaves nothing`() throws {
    let abandoned = try OutputFile(folder.appending("out"), policy: .replace)
    try abandoned.write([1])
    abandoned.abandon()
    abandoned.abandon()
    do {
      let dropped = try OutputFile(folder.appending("out"), policy: .replace)
      try dropped.write([1])
    }
    #expect(try folder.contents() == [])
  }

  @Test func `an existing file is not replaced unless asked, and is known before any work`() throws {
    let path = try folder.write([9], to: "out")
    #expect(throws: StreamError.exists(path: path.string)) { try OutputFile(path, policy: .neverReplace) }
    let file = try OutputFile(path, policy: .replace)
    try file.write([1])
    #expect(try folder.read("out") == [9])
    try file.finish()
    #expect(try folder.read("out") == [1])
    #expect(try folder.contents() == ["out"])
  }

  @Test(arguments: [StagedFile.Staging.unnamedWherePossible, .named])
  func `a file that appears meanwhile is not replaced`(staging: StagedFile.Staging) throws {
    let path = folder.appending("out")
    let file = try StagedFile(path, policy: .neverReplace, mode: 0o600, staging: staging)
    try folder.write([9], to: "out")
    #expect(throws: StreamError.exists(path: path.string)) { try file.publish() }
    #expect(try folder.read("out") == [9])
    #expect(try folder.contents() == ["out"])
  }

  @Test(arguments: [OutputFile.Policy.neverReplace, .replace])
  func `without files that have no name it is written beside`(policy: OutputFile.Policy) throws {
    if policy == .replace { try folder.write([9], to: "out") }
    let file = try StagedFile(folder.appending("out"), policy: policy, mode: 0o640, staging: .named)
    try DescriptorSink(FileDescriptor(rawValue: file.descriptor), subject: "test").write([1])
    #expect(try folder.contents().filter { $0.hasPrefix(".postseal-") }.count == 1)
    try file.publish()
    #expect(try folder.contents() == ["out"])
    #expect(try folder.read("out") == [1])
    #expect(try folder.appending("out").stat().permissions.rawValue == 0o640)

    let dropped = try StagedFile(folder.appending("other"), policy: policy, mode: 0o600, staging: .named)
    dropped.discard()
    #expect(try folder.contents() == ["out"])
  }

  @Test func `a symbolic link is never followed`() throws {
    let victim = try folder.write([9], to: "victim")
    let link = folder.appending("link")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: victim.string)
    #expect(throws: StreamError.exists(path: link.string)) { try OutputFile(link, policy: .neverReplace) }
    let file = try OutputFile(link, policy: .replace)
    try file.write([1])
    try file.finish()
    #expect(try folder.read("victim") == [9])
    #expect(try folder.read("link") == [1])

    try FileManager.default.removeItem(atPath: link.string)
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "nothing")
    #expect(throws: StreamError.exists(path: link.string)) { try OutputFile(link, policy: .neverReplace) }
  }

  @Test func `a folder, and a name in no folder, cannot be written`() throws {
    let path = folder.path
    #expect(throws: StreamError.system(.isDirectory, act: "write", subject: path.string)) {
      try OutputFile(path, policy: .replace)
    }
    #expect(throws: StreamError.system(.noSuchFileOrDirectory, act: "open", subject: "/no/where")) {
      try OutputFile("/no/where/out", policy: .replace)
    }
    #expect(throws: StreamError.self) { try OutputFile("", policy: .replace) }
    #expect(throws: StreamError.self) { try OutputFile("/no/where/..", policy: .replace) }
  }

  @Test func `a folder that takes the name meanwhile stays, and nothing else does`() throws {
    let file = try OutputFile(folder.appending("out"), policy: .replace)
    try folder.write([9], to: "out/file")
    #expect(throws: StreamError.self) { try file.finish() }
    #expect(try folder.contents() == ["out", "out/file"])
  }

  @Test func `a device is written directly, and being full is an error`() throws {
    let null = try OutputFile("/dev/null", policy: .neverReplace)
    #expect(null.placement == .direct)
    try null.write([1])
    try null.finish()
    let full = try OutputFile("/dev/full", policy: .replace)
    #expect(throws: StreamError.system(.noSpace, act: "write", subject: "/dev/full")) { try full.write([1]) }
  }

  @Test func `the name of a descriptor of ours stands for it`() throws {
    let (input, output) = try FileDescriptor.pipe()
    let file = try OutputFile(FilePath("/dev/fd/\(output.rawValue)"), policy: .neverReplace)
    #expect(file.placement == .direct)
    try file.write([1, 2])
    try file.finish()
    try output.close()
    #expect(try DescriptorSource(input, subject: "pipe").drain() == [1, 2])
    try input.close()
  }
}
