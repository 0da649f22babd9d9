import ByteStreams
import TestSupport
import Testing

/// Tar archives in memory, and the program tar as their judge.
@Suite struct TarArchiveTests {
  private static let archive = TarArchive(
    [
      .init(name: "folder/a.txt", bytes: Array("one\n".utf8)),
      .init(name: "folder/empty", bytes: []),
      .init(name: "b.bin", bytes: (0..<1024).map { UInt8(truncatingIfNeeded: $0) }),
    ], date: 1_735_689_600)

  private func tar(_ arguments: String..., in folder: TemporaryFolder, stdin: [UInt8] = []) throws -> ChildRun {
    var child = ChildProcess("tar", arguments, environment: testEnvironment)
    child.directory = folder.path
    child.stdin = .pipe(stdin)
    return try child.run().succeeded()
  }

  @Test func `what is written is read`() throws {
    let bytes = Self.archive.bytes
    #expect(bytes.count % 512 == 0)
    #expect(try TarArchive(reading: bytes) == Self.archive)
  }

  @Test func `tar unpacks what is written`() throws {
    let folder = try TemporaryFolder()
    _ = try tar("-x", in: folder, stdin: Self.archive.bytes)
    for file in Self.archive.files { #expect(try folder.read(file.name) == file.bytes) }
  }

  @Test(arguments: ["ustar", "gnu", "v7"])
  func `the files that tar packs are read, and its folders and links are not`(format: String) throws {
    let folder = try TemporaryFolder()
    for file in Self.archive.files { try folder.write(file.bytes, to: file.name) }
    var link = ChildProcess("ln", ["-s", "/etc/passwd", "folder/link"], environment: testEnvironment)
    link.directory = folder.path
    try link.run().succeeded()
    let packed = try tar("-c", "-f", "-", "--format=\(format)", "--sort=name", "folder", "b.bin", in: folder).stdout
    #expect(try TarArchive(reading: packed).files == Self.archive.files)
  }

  @Test func `an archive that is cut anywhere is malformed`() throws {
    let bytes = Self.archive.bytes
    // Of the two blocks that end it the second one says nothing.
    for count in stride(from: 0, through: bytes.count - 1024, by: 256) {
      #expect(throws: StreamError.self) { try TarArchive(reading: Array(bytes.prefix(count))) }
    }
  }

  @Test func `what is no archive, or one with a changed header, is malformed`() throws {
    #expect(throws: StreamError.malformed("it is no tar archive")) {
      try TarArchive(reading: Array(repeating: UInt8(ascii: "x"), count: 2048))
    }
    var bytes = Self.archive.bytes
    bytes[3] ^= 1
    #expect(throws: StreamError.malformed("it is no tar archive")) { try TarArchive(reading: bytes) }
  }
}
