import ByteStreams
import GPGME
import MIME
import OpenPGPPackets

/// The way from the root of a message, or of one part of it, through its cryptographic layers to the payload.
///
/// Source: RFC 9787 §4.1
struct EnvelopeWalk {
  let options: OpenOptions
  /// The part that is judged alone; nil for the whole message.
  let part: PartNumber?
  /// The structure that holds the innermost layer reached.
  var structure: MessageStructure
  /// The entity reached: the payload, once the walk is over.
  var root = 0
  /// The bytes of `structure`.
  var bytes: OpenedContent.Bytes
  var encryption = EncryptionFinding.none
  /// What gpg said about each signature, in the order met; none from outside a layer of encryption.
  var signatures: [SignatureReport] = []
  /// Why a signature layer gave no report at all.
  var malformedSignatures: [String] = []
  var coverage = Coverage.whole
  var layers: [VerdictLayer] = []
  var warnings: [VerdictWarning] = []
  /// What the entity that came out of the encryption says of its header fields; nil where it says nothing.
  ///
  /// A mail server that encrypts what came in clear says it there, whatever the message was signed with before.
  private(set) var sealedProtection: HeaderProtection?
  /// Whether the payload lies within that entity.
  private(set) var isWithinSealed = false
  /// True when a part below the payload's root carries a signature of its own.
  private(set) var holdsSignedPart = false
  /// How many layers of signature were met so far.
  private var signatureLayers = 0
  /// How many layers of encryption were opened so far, those around this part included.
  var encryptionLayers = 0

  /// What the signatures met are about.
  enum Coverage: Equatable {
    /// All of the message.
    case whole
    /// The text of one armored block: neither header fields nor attachments.
    case block
    /// One part in a mailing list's wrapper.
    case listPart(payload: Int, others: [Int])
  }

  /// The walk through a whole message.
  init(_ received: MessageStructure, in store: ByteStore, options: OpenOptions) {
    self.options = options
    part = nil
    structure = received
    bytes = .held(store)
    warnings = received.root.defects.intersection(.byteOrderMark).words.map(VerdictWarning.repaired)
  }

  /// The walk through one part of what another walk reached, as if the part were all there is.
  ///
  /// - Throws: `OpenError.noSuchPart`.
  init(_ part: PartNumber, of whole: EnvelopeWalk) throws {
    guard let entity = whole.structure.entity(at: part.section) else { throw OpenError.noSuchPart(part) }
    options = whole.options
    self.part = part
    structure = whole.structure
    bytes = whole.bytes
    encryptionLayers = whole.encryptionLayers
    // A forwarded message is a message, whatever it came in.
    root = entity.kind == .message ? entity.children.first ?? entity.index : entity.index
  }

  /// False when a layer of encryption was refused, so that there is no content.
  var isOpened: Bool {
    if case .refused = encryption { return false }
    return true
  }

  /// What vouches for the payload's header; nil when nothing does, a failed signature included.
  var protectedLayer: HeaderProtection.Layer? {
    guard isOpened, coverage == .whole else { return nil }
    if encryption == .whole { return .encrypted }
    return isSigned ? .signed : nil
  }

  /// Whether a signature holds that was met.
  var isSigned: Bool { policy.isMet(byAnyOf: signatures) }

  /// What a signature must be to count.
  var policy: SignaturePolicy { SignaturePolicy(now: options.now, subject: .message) }

  /// Notes what came out of an encryption, where the walk stands now.
  mutating func noteSealed() {
    let protection = HeaderProtection(of: structure, payload: root, in: .encrypted)
    isWithinSealed = protection.scheme == .none
    if !isWithinSealed { sealedProtection = protection }
  }

  /// Notes that the walk goes on within what it met.
  mutating func noteWithin() { isWithinSealed = true }

  /// Peels layer after layer.
  ///
  /// It ends: every step goes down the tree or opens one of few layers of encryption.
  mutating func run(with engine: inout some OpeningEngine & ~Copyable) throws {
    while true {
      let crypto = CryptoStructure(of: structure, at: root)
      warnings += crypto.repairs.map { .repaired($0.sentence) }
      if case .none = crypto.root {} else { noteAmbiguity(of: structure[root]) }
      switch crypto.root {
      case .encrypted(let layer):
        guard try decrypt(layer, with: &engine) else { return }
      case .signed(let layer):
        guard signatureLayers < options.signatureLayers else {
          throw OpenError.tooManySignatures(limit: options.signatureLayers)
        }
        signatureLayers += 1
        try verify(layer, with: &engine)
      case .listWrapped(let layer, _) where isSigned:
        // Lists add what they add outside of every signature: this is a signed part that somebody else's message holds.
        let part = CryptoStructure.Errant(entity: layer.container, kind: .signed, forwarded: nil)
        return note([part] + crypto.errant)
      case .listWrapped(let layer, let others):
        try verifyListed(layer, others, with: &engine)
        return note(crypto.errant)
      case .malformed(let reason, let entity):
        takeMalformed(reason, entity)
        return note(crypto.errant)
      case .smime(let kind, let entity):
        layers.append(VerdictLayer(.smime, section: structure.path(of: entity)))
        warnings.append(.smime(kind))
        return note(crypto.errant)
      case .inline, .none:
        guard try openBlock(with: &engine) else {
          // A part that was asked for and not opened is not errant beside itself.
          if isOpened { note(crypto.errant) }
          return
        }
      }
    }
  }

  /// Warns when the header that makes an entity a layer can be read in another way, by which other programs may show other text.
  ///
  /// mutt takes the last of several Content-Type fields: the signed text for us, and for it what stands before the first delimiter.
  private mutating func noteAmbiguity(of entity: Entity) {
    let ambiguous = entity.defects.intersection([.repeatedContentType, .missingSeparator, .encodedMultipart])
    warnings += ambiguous.words.map { .repaired($0) }
  }

  private mutating func takeMalformed(_ reason: CryptoStructure.Malformation, _ entity: Int) {
    layers.append(VerdictLayer(.malformed, section: structure.path(of: entity)))
    if structure[entity].contentType.matches("multipart", "encrypted") {
      encryption = .refused(.other(reason.sentence))
    } else {
      malformedSignatures.append(reason.sentence)
    }
  }

  private mutating func note(_ errant: [CryptoStructure.Errant]) {
    for part in errant {
      if part.kind == .signed { holdsSignedPart = true }
      let section = structure.path(of: part.forwarded ?? part.entity)
      warnings.append(.errantPart(section: section, kind: part.kind, isForwarded: part.forwarded != nil))
    }
    for index in structure.subtree(of: root) where structure[index].isTNEF {
      warnings.append(.tnef(section: structure.path(of: index)))
    }
  }
}
