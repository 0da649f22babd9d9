import ByteStreams
import MIME
import TestSupport
import Testing

/// What was read and not changed is written as it came.
struct IdentityPropertyTests {
  @Test(arguments: 0..<4 as Range<UInt64>)
  func `any message is put together again from its structure, octet for octet`(batch: UInt64) throws {
    var random = SeededGenerator(seed: 5000 + batch)
    for _ in 0..<150 {
      let message = MangledMessage.make(using: &random)
      let structure = try MessageStructure.parse(message)
      #expect(assembled(0, in: structure, message) == message)
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `a sound message is signed and sealed as it is`(batch: UInt64) throws {
    var random = SplitMix64(seed: 6000 + batch)
    var parts = 0
    for _ in 0..<100 {
      let message = SoundMessage.make(using: &random)
      let structure = try MessageStructure.parse(message)
      parts += structure.entities.count
      #expect(structure.entities.allSatisfy { $0.defects == [] })
      for form in [SevenBitRewriter.Form.signed, .encrypted] {
        let rewriter = try SevenBitRewriter(structure, in: ByteStore(message), form: form)
        let rewritten = try rewriter.source().readAll(limit: 1 << 20, what: "message")
        #expect(rewritten == message, "\(form): \(text(message).debugDescription)")
      }
    }
    #expect(parts > 500)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `a mangled message that can be made ready has the parts that it had`(batch: UInt64) throws {
    var random = SeededGenerator(seed: 7000 + batch)
    var ready = 0
    for _ in 0..<300 {
      let message = MangledMessage.make(using: &random)
      let structure = try MessageStructure.parse(message)
      for form in [SevenBitRewriter.Form.signed, .encrypted] {
        guard let rewriter = try? SevenBitRewriter(structure, in: ByteStore(message), form: form) else { continue }
        ready += 1
        let again = try MessageStructure.parse(try rewriter.source().readAll(limit: 1 << 20, what: "message"))
        #expect(
          again.entities.map(\.contentType.mediaType) == structure.entities.map(\.contentType.mediaType),
          "\(form): \(text(message).debugDescription)")
        #expect(again.entities.map(\.parent) == structure.entities.map(\.parent))
      }
    }
    #expect(ready > 200)
  }

  /// The entity from its pieces: what the structure calls header, empty line, text around parts, and parts.
  private func assembled(_ index: Int, in structure: MessageStructure, _ message: [UInt8]) -> [UInt8] {
    let entity = structure[index]
    var bytes = entity.header.bytes + message[entity.header.range.upperBound..<entity.body.lowerBound]
    switch entity.kind {
    case .leaf: bytes += message[entity.body]
    case .message: bytes += entity.children.flatMap { assembled($0, in: structure, message) }
    case .multipart(let multipart):
      bytes += message[multipart.preamble]
      var position = multipart.preamble.upperBound
      for child in entity.children {
        bytes += message[position..<structure[child].range.lowerBound] + assembled(child, in: structure, message)
        position = structure[child].range.upperBound
      }
      bytes += multipart.closing.map { message[$0] } ?? []
      bytes += message[multipart.epilogue]
    }
    return bytes
  }
}
