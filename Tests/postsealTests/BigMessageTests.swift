import SystemPackage
import TestSupport
import Testing

/// Memory stays flat whatever the size of a message.
@Suite struct BigMessageTests {
  /// More than every bound on what may be held in memory, and than the peak that is allowed.
  private static let attachment = 57 * 800_000
  private static let allowedPeak = 64 << 20

  @Test(.enabled(if: testsEverything, "takes half a minute; POSTSEAL_REQUIRE_ALL=1 runs it"))
  func `a message bigger than memory may grow is sealed and opened in flat memory`() throws {
    let folder = try TemporaryFolder()
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    let clear = try writeMessage(to: folder).string
    let sealed = folder.appending("sealed.eml").string
    let opened = folder.appending("opened.eml").string

    let sealing = try postseal(["encrypt", "-o", sealed, clear], keyring: keyring).run().succeeded()
    #expect(sealing.peakMemory > 0 && sealing.peakMemory < Self.allowedPeak)
    let opening = try postseal(["decrypt", "-o", opened, sealed], keyring: keyring).run().succeeded()
    #expect(opening.peakMemory > 0 && opening.peakMemory < Self.allowedPeak)
  }

  /// A letter with an attachment of zeros, written piece by piece.
  private func writeMessage(to folder: TemporaryFolder) throws -> FilePath {
    var letter = Letter()
    letter.attachments = [("film.bin", "application/octet-stream", [])]
    let end = Array("--=_letter--\n".utf8)
    let path = try folder.write(letter.bytes().dropLast(end.count), to: "clear.eml")
    let file = try FileDescriptor.open(path, .writeOnly, options: .append)
    defer { try? file.close() }
    let lines = Array((String(repeating: "A", count: 76) + "\n").utf8)
    let piece = Array(repeatElement(lines, count: 800).joined())
    for _ in 0..<1000 { try file.writeAll(piece) }
    try file.writeAll(end)
    return path
  }
}
