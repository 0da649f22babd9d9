/// Where OpenPGP stands in one message: its outermost cryptographic layer, and all cryptographic parts that give the
/// message nothing because they are not at the root.
///
/// Pure: it judges shapes, not keys. Nothing here says that a ciphertext opens or that a signature is good.
///
/// Source: RFC 9787 §4
package struct CryptoStructure: Equatable, Sendable {
  /// The layer that covers the whole message.
  package let root: Root
  /// Harm that was seen and read as what was meant.
  package let repairs: [Repair]
  /// The cryptographic entities that are not layers of the root, in order of appearance.
  package let errant: [Errant]

  /// The layer that covers the whole message.
  package enum Root: Equatable, Sendable {
    /// None: the message is neither encrypted nor signed as a whole.
    case none
    /// PGP/MIME encryption; what lies beside the ciphertext is not part of the message.
    case encrypted(Encrypted)
    /// A PGP/MIME signature over one payload.
    case signed(Signed)
    /// A mailing list's wrapper around a PGP/MIME signature: the signature covers one part, not the message; `footers`
    /// are the parts that the list added.
    case listWrapped(Signed, footers: [Int])
    /// A text that holds an armored block; the block is to be opened apart, and what is around it is unsigned.
    case inline(Inline)
    /// S/MIME, which is named and not checked.
    case smime(SMIME, entity: Int)
    /// PGP/MIME by its media type, but not by its shape; nothing can be opened or verified.
    case malformed(Malformation, entity: Int)
  }

  /// The parts of a PGP/MIME encrypted layer.
  ///
  /// Source: RFC 3156 §4
  package struct Encrypted: Equatable, Sendable {
    /// The multipart.
    package let container: Int
    /// The leaf whose decoded body is the OpenPGP message, armored as a rule.
    package let ciphertext: Int
  }

  /// The parts of a PGP/MIME signed layer.
  ///
  /// Source: RFC 3156 §5
  package struct Signed: Equatable, Sendable {
    /// The multipart.
    package let container: Int
    /// The entity whose `range` is what was signed, with line ends turned into CRLF.
    package let payload: Int
    /// The leaf whose decoded body is the detached signature.
    package let signature: Int
    /// The `micalg` parameter in lower case, such as "pgp-sha256"; a hint only, nil when it is missing.
    package let micalg: String?
  }

  /// An armored block in the text of a leaf.
  package struct Inline: Equatable, Sendable {
    /// The leaf.
    package let entity: Int
    /// What the first armor head line announces; nil for an application/pgp body without one.
    package let kind: ArmorMark.Kind?
  }

  /// The kinds of S/MIME layers.
  package enum SMIME: Hashable, Sendable {
    /// application/pkcs7-mime, with its `smime-type` in lower case, or else what its first octets amount to.
    case opaque(type: String?)
    /// multipart/signed with a PKCS #7 signature.
    case detached
  }

  /// Why something that calls itself PGP/MIME is not.
  package enum Malformation: Equatable, Sendable {
    /// The `protocol` parameter names something unknown.
    case unknownProtocol(String)
    /// The part with `Version: 1` is missing.
    case missingControl
    /// The control part names another version.
    case unknownVersion
    /// There is no part that could be the ciphertext.
    case missingCiphertext
    /// More than one part could be the ciphertext.
    case severalCiphertexts
    /// A signed layer has not two parts.
    case partCount(Int)
    /// The second part is not a signature.
    case missingSignature
    /// A multipart without a usable boundary.
    case unreadable
    /// A signed layer with several Content-Type fields: who takes another one than the first sees other parts.
    case severalTypes
  }

  /// Harm that was seen and read as what was meant.
  package enum Repair: Equatable, Sendable {
    /// The `protocol` parameter is missing.
    case missingProtocol
    /// The control part's `Version: 1` is missing.
    case missingVersion
    /// The control part does not stand first.
    case reordered
    /// The encrypted layer holds further parts, which belong to nobody and must not be shown as the message's.
    case extraParts([Int])
    /// The ciphertext or the signature has another media type than the standard's.
    case relabelled(Int)
    /// The layer's own multipart became a multipart/mixed, as Exchange rewrites it.
    case mixed
    /// The layer is the only content of a multipart/mixed that somebody put around it.
    case wrapped
    /// The closing delimiter is missing.
    case unterminated
  }

  /// A cryptographic entity that is not a layer of the root.
  package struct Errant: Equatable, Sendable {
    /// The entity.
    package let entity: Int
    /// What it is.
    package let kind: Kind
    /// The message/rfc822 entity that holds it as its whole message; nil for a part of something.
    package let forwarded: Int?

    /// The kinds of errant entities.
    package enum Kind: Hashable, Sendable {
      case encrypted
      case signed
      case inline(ArmorMark.Kind)
      case smime(SMIME)
    }

    package init(entity: Int, kind: Kind, forwarded: Int?) {
      self.entity = entity
      self.kind = kind
      self.forwarded = forwarded
    }
  }

  /// Judges the shape of a message, or of the payload at `start` of a layer already peeled off.
  package init(of structure: MessageStructure, at start: Int = 0) {
    let reading = LayerReading(of: structure, at: start)
    root = reading.root
    repairs = reading.repairs
    errant = ErrantParts.find(in: structure, from: start)
  }
}
