import ByteStreams
import MIME
import OpenPGPPackets

extension IncomingMessage {
  /// Whether the message is encrypted as a whole, as far as that can be seen without a key.
  ///
  /// Nothing is believed for its media type: the packets have to say that a ciphertext for certificates is all there is, with no text
  /// before, beside or after it. What is encrypted in a form that is not sound counts as not encrypted, so that it is sealed once more.
  ///
  /// Source: RFC 3156 §4, RFC 9580 §10.3, RFC 8551 §3.2
  /// - Throws: `SealError.stream` when the message cannot be read.
  package func isEncrypted() throws(SealError) -> Bool {
    let shape = CryptoStructure(of: structure)
    switch shape.root {
    case .encrypted(let layer):
      guard layer.container == 0, shape.repairs.isEmpty, isBare(structure.root),
        let control = structure.root.children.first,
        // `Version: 1` and its line end, and no letter behind it.
        structure[control].body.count <= 64
      else { return false }
      return try isCiphertext(structure[layer.ciphertext])
    case .inline(let inline) where inline.kind == .message && inline.entity == 0:
      return try isCiphertext(structure.root)
    case .smime(.opaque, entity: 0):
      return structure.root.cmsType.map { ["enveloped-data", "authenveloped-data"].contains($0) } ?? false
    case .none, .signed, .listWrapped, .inline, .smime, .malformed:
      return false
    }
  }

  /// Whether a multipart has no text of its own but a sentence for old mail programs.
  private func isBare(_ entity: Entity) -> Bool {
    guard case .multipart(let multipart) = entity.kind else { return false }
    return multipart.preamble.count <= 200 && multipart.epilogue.count <= 4
  }

  /// More armor headers than any program writes, which stand there in clear.
  private static let armorHeaderLimit = 5

  /// Whether the leaf holds one OpenPGP message, encrypted for certificates with integrity protection, and nothing else.
  private func isCiphertext(_ leaf: Entity) throws(SealError) -> Bool {
    guard leaf.isLeaf else { return false }
    let armor = DearmorSource(leaf.transferEncoding.decoding(store.source(leaf.body)))
    do throws(StreamError) {
      let summary = try CiphertextSummary.read(from: armor, .all)
      return summary.isEncrypted && summary.problems.isEmpty && summary.followers == []
        && summary.passphraseCount == 0 && !summary.recipients.isEmpty
        && armor.leader == .nothing && armor.trailer == .nothing && armor.headers.count <= Self.armorHeaderLimit
    } catch .malformed, .limitExceeded {
      return false
    } catch {
      throw .stream(error)
    }
  }
}
