package import ByteStreams
package import OpenPGPPackets
import GPGME

/// Keys as they come in a file, cut into what is treated differently.
package enum KeyMaterial: Sendable {
  case certificates([Keyblock])
  /// Binary: secret keys with all that hangs on them, and nothing else.
  case secretKeys([UInt8])
  /// Binary: revocations of whole keys, and nothing that they belong to.
  case revocations([UInt8])

  /// The most certificates at once.
  private static let countLimit = 20_000

  /// Cuts what a file holds, binary or armored blocks with text around them.
  ///
  /// - Throws: `malformed` for what is no key; `limitExceeded`.
  package static func all(in bytes: [UInt8]) throws(StreamError) -> [KeyMaterial] {
    var found: [KeyMaterial] = []
    for source in Context.armoredBlocks(of: bytes) {
      let block = try source.readAll(limit: bytes.count, what: "a block of keys")
      let keys = try KeyPackets(ArraySource(block))
      if !keys.secretKeys.isEmpty { found.append(.secretKeys(keys.secretKeys)) }
      if !keys.certificates.isEmpty {
        found.append(.certificates(try Keyblock.readAll(from: ArraySource(keys.certificates), limit: countLimit)))
      }
      if !keys.secretKeys.isEmpty || !keys.certificates.isEmpty { continue }
      if try isRevocations(block) {
        found.append(.revocations(block))
      } else {
        throw .malformed("there is no key in it")
      }
    }
    return found
  }

  /// Whether signatures that revoke a whole key are all that is in it.
  ///
  /// Source: RFC 9580 §5.2.1.11
  private static func isRevocations(_ block: [UInt8]) throws(StreamError) -> Bool {
    guard try PacketTag.all(in: ArraySource(block)) == [.signature] else { return false }
    return try SignatureSummary.readAll(from: ArraySource(block)).allSatisfy { $0.type == 0x20 }
  }
}

extension PacketTag {
  /// The kinds of packets in a binary stream.
  fileprivate static func all(in source: any ByteSource) throws(StreamError) -> Set<PacketTag> {
    let walker = PacketWalker(source)
    var tags: Set<PacketTag> = []
    while let header = try walker.next() { tags.insert(header.tag) }
    return tags
  }
}
