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
      switch try CiphertextSummary.read(from: armor).content {
      case .encrypted: return .encrypted
      case .clear(.signature): return try isSignaturesOnly(store) ? .detached : .embedded
      case .clear(.onePassSignature), .clear(.compressedData): return .embedded
      case .nothing, .clear: return armor.kind == .signature ? .detached : .unsigned
      }
    } catch {
      guard case .malformed = error else { throw error }
      // What is damaged is a signature that cannot be read.
      if armor.kind == .signature { return .detached }
      return try !armor.isOtherText && holdsSignedText(store) ? .embedded : .unsigned
    }
  }

  /// Whether nothing follows the signatures at the start: a message of old begins with its signatures, too.
  private static func isSignaturesOnly(_ store: ByteStore) throws(StreamError) -> Bool {
    do throws(StreamError) {
      let summary = try CiphertextSummary.read(from: DearmorSource(store.source()), .all)
      return summary.followers?.allSatisfy { $0 == .signature } == true
    } catch {
      guard case .malformed = error else { throw error }
      return true
    }
  }

  /// Whether a text holds one that is signed in the clear.
  private static func holdsSignedText(_ store: ByteStore) throws(StreamError) -> Bool {
    guard store.count <= FileVerifier.textLimit else {
      throw .limitExceeded(limit: FileVerifier.textLimit, what: "a text with a signature in the clear")
    }
    return InlineBlocks(in: try store.read(0..<store.count)).blocks.contains { $0.kind == .signedMessage }
  }
}
