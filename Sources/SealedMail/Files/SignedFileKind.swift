package import ByteStreams
import MIME
import OpenPGPPackets

/// What a file that should carry a signature is, by its packets and armor alone.
package enum SignedFileKind: Sendable, Equatable {
  /// Signatures and nothing else: they are about another file.
  case detached
  /// A signed text or other content, with its signature in the same file.
  case embedded
  /// An encrypted file: who signed it can be seen only inside.
  case encrypted
  /// No signature at all.
  case unsigned

  /// Looks at `store`.
  ///
  /// - Throws: `OpenError.stream` when it cannot be read.
  package init(of store: ByteStore) throws(OpenError) {
    do {
      self = try Self.read(store)
    } catch {
      throw OpenError(error)
    }
  }

  private static func read(_ store: ByteStore) throws -> SignedFileKind {
    let armor = DearmorSource(store.source())
    do throws(StreamError) {
      // A message of old begins with its signatures, too.
      let summary = try CiphertextSummary.read(from: armor, .all)
      switch summary.content {
      case .encrypted: return .encrypted
      case .clear(.signature): return summary.followers?.allSatisfy { $0 == .signature } == true ? .detached : .embedded
      case .clear(.onePassSignature), .clear(.compressedData): return .embedded
      // What is damaged is a signature that cannot be read.
      case .nothing, .clear: return armor.kind == .signature ? .detached : .unsigned
      }
    } catch {
      guard case .malformed = error else { throw error }
      if armor.kind == .signature { return .detached }
      return try holdsSignedText(store) ? .embedded : .unsigned
    }
  }

  /// Whether a text holds one that is signed in the clear.
  private static func holdsSignedText(_ store: ByteStore) throws(StreamError) -> Bool {
    guard store.count <= FileVerifier.textLimit else { return false }
    return InlineBlocks(in: try store.read(0..<store.count)).blocks.contains { $0.kind == .signedMessage }
  }
}
