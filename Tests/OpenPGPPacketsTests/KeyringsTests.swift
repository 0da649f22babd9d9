import ByteStreams
import Foundation
import OpenPGPPackets
import TestSupport
import Testing

struct KeyringsTests {
  private static let folder = "\(Repository.keyrings)"
  static let files =
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?
    .filter { $0.hasSuffix(".asc") }.sorted() ?? []

  @Test func `there are keyrings to read`() {
    #expect(!Self.files.isEmpty)
  }

  @Test(arguments: files)
  func `every keyring that GnuPG armored is read, and armored the same`(file: String) throws {
    let text = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(file)")))
    let source = DearmorSource(ArraySource(text))
    let bytes = try source.drain()
    let isSecret = file.hasSuffix(".sec.asc")
    #expect(source.kind == (isSecret ? .privateKey : .publicKey))
    #expect(source.trailer == .nothing)
    let keys = try KeyblockSummary.readAll(from: ArraySource(bytes))
    #expect(keys.count == 1)
    #expect(keys.first?.isSecret == isSecret)
    #expect(keys.first?.userIDs.isEmpty == false)
    #expect(try armored(bytes, isSecret ? .privateKey : .publicKey).filter { $0 != 13 } == text.filter { $0 != 13 })
  }
}
