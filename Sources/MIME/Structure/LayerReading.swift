/// The cryptographic layer at one entity, and what had to be repaired to see it.
struct LayerReading {
  private(set) var root = CryptoStructure.Root.none
  private(set) var repairs: [CryptoStructure.Repair] = []
  private let structure: MessageStructure

  /// Reads the layer whose outermost entity is at `index`.
  init(of structure: MessageStructure, at index: Int) {
    self.structure = structure
    let entity = structure[index]
    switch (entity.contentType.type, entity.contentType.subtype) {
    case ("multipart", "encrypted"): root = readEncrypted(entity)
    case ("multipart", "signed"): root = readSigned(entity)
    // mutt takes the last Content-Type field: what is signed for us would be the text before the first delimiter for it.
    case ("multipart", "mixed") where !entity.defects.contains(.repeatedContentType):
      root =
        readExchange(entity) ?? readMixedSignature(entity) ?? readWrapped(entity) ?? readListWrapper(entity) ?? .none
    case ("application", "pgp") where entity.isLeaf:
      // QUIRK: application/pgp, from before PGP/MIME. CryptoStructureTests.swift
      root = .inline(CryptoStructure.Inline(entity: index, kind: entity.armor?.kind))
    case ("text", _):
      guard let kind = entity.armor?.kind, kind.isContent else { break }
      root = .inline(CryptoStructure.Inline(entity: index, kind: kind))
    default:
      if let type = entity.opaqueSMIME { root = .smime(type, entity: index) }
    }
  }

  private func children(_ entity: Entity) -> [Entity] { entity.children.map { structure[$0] } }

  // MARK: Encrypted

  private mutating func readEncrypted(_ entity: Entity) -> CryptoStructure.Root {
    switch entity.cryptoProtocol {
    case "application/pgp-encrypted": break
    case nil: repairs.append(.missingProtocol)
    case let name?: return .malformed(.unknownProtocol(name), entity: entity.index)
    }
    guard case .multipart = entity.kind else { return .malformed(.unreadable, entity: entity.index) }
    let parts = children(entity)
    guard let control = parts.first(where: \.isControlPart) else {
      return .malformed(.missingControl, entity: entity.index)
    }
    switch control.controlVersion {
    case .one: break
    case .missing: repairs.append(.missingVersion)
    case .other: return .malformed(.unknownVersion, entity: entity.index)
    }
    let others = parts.filter { $0.index != control.index }
    let candidates = ciphertexts(among: others)
    guard let ciphertext = candidates.first else { return .malformed(.missingCiphertext, entity: entity.index) }
    guard candidates.count == 1 else { return .malformed(.severalCiphertexts, entity: entity.index) }
    if parts.first?.index != control.index { repairs.append(.reordered) }
    if !ciphertext.contentType.matches("application", "octet-stream") { repairs.append(.relabelled(ciphertext.index)) }
    // QUIRK: virus scanners and gateways add parts of their own. CryptoStructureTests.swift
    let extra = others.map(\.index).filter { $0 != ciphertext.index }
    if !extra.isEmpty { repairs.append(.extraParts(extra)) }
    noteEnd(of: entity)
    return .encrypted(CryptoStructure.Encrypted(container: entity.index, ciphertext: ciphertext.index))
  }

  /// The parts that could be the ciphertext: the armored ones, else those of the right type, else the only one.
  private func ciphertexts(among parts: [Entity]) -> [Entity] {
    let leaves = parts.filter(\.isLeaf)
    let armored = leaves.filter { $0.armor?.kind == .message }
    if !armored.isEmpty { return armored }
    let typed = leaves.filter { $0.contentType.matches("application", "octet-stream") }
    if !typed.isEmpty { return typed }
    return parts.count == 1 ? leaves : []
  }

  /// What Exchange makes of multipart/encrypted: a multipart/mixed of an empty text and the two parts.
  private mutating func readExchange(_ entity: Entity) -> CryptoStructure.Root? {
    // QUIRK: Exchange's IMAP and journaling rewrite the outermost type. CryptoStructureTests.swift
    let parts = children(entity)
    let controls = parts.filter { $0.isControlPart && $0.controlVersion == .one }
    let ciphertexts = parts.filter { $0.isLeaf && $0.contentType.matches("application", "octet-stream") }
    guard controls.count == 1, ciphertexts.count == 1, let ciphertext = ciphertexts.first,
      parts.allSatisfy({ $0.isControlPart || $0.index == ciphertext.index || $0.isEmptyText })
    else { return nil }
    repairs.append(.mixed)
    noteEnd(of: entity)
    return .encrypted(CryptoStructure.Encrypted(container: entity.index, ciphertext: ciphertext.index))
  }

  // MARK: Signed

  private mutating func readSigned(_ entity: Entity) -> CryptoStructure.Root {
    let name = entity.cryptoProtocol
    if let name, name != "application/pgp-signature" {
      let isPKCS7 = Entity.pkcs7Signatures.contains(name)
      return isPKCS7
        ? .smime(.detached, entity: entity.index) : .malformed(.unknownProtocol(name), entity: entity.index)
    }
    guard case .multipart = entity.kind else { return .malformed(.unreadable, entity: entity.index) }
    guard !entity.defects.contains(.repeatedContentType) else { return .malformed(.severalTypes, entity: entity.index) }
    let parts = children(entity)
    guard parts.count == 2, let payload = parts.first, let signature = parts.last else {
      return .malformed(.partCount(parts.count), entity: entity.index)
    }
    if !signature.contentType.matches("application", "pgp-signature") || !signature.isLeaf {
      if name == nil, signature.isPKCS7Signature {
        return .smime(.detached, entity: entity.index)
      }
      guard signature.armor?.kind == .signature else { return .malformed(.missingSignature, entity: entity.index) }
      repairs.append(.relabelled(signature.index))
    }
    if name == nil { repairs.append(.missingProtocol) }
    noteEnd(of: entity)
    return .signed(
      CryptoStructure.Signed(
        container: entity.index, payload: payload.index, signature: signature.index,
        micalg: entity.contentType.parameters["micalg"]?.asciiLowercased))
  }

  /// A signed layer whose multipart/signed was turned into multipart/mixed.
  private mutating func readMixedSignature(_ entity: Entity) -> CryptoStructure.Root? {
    // QUIRK: Exchange and some gateways rewrite the outermost type. CryptoStructureTests.swift
    let parts = children(entity)
    guard parts.count == 2, parts[1].isLeaf, parts[1].contentType.matches("application", "pgp-signature") else {
      return nil
    }
    repairs.append(.mixed)
    noteEnd(of: entity)
    return .signed(
      CryptoStructure.Signed(
        container: entity.index, payload: parts[0].index, signature: parts[1].index, micalg: nil))
  }

  // MARK: Wrappers

  /// A multipart/mixed in which nothing stands but one layer of PGP/MIME and empty texts.
  private mutating func readWrapped(_ entity: Entity) -> CryptoStructure.Root? {
    // QUIRK: gateways that take every message apart wrap what they put together again. CryptoStructureTests.swift
    let parts = children(entity).filter { !$0.isEmptyText }
    guard parts.count == 1, let only = parts.first, only.isCryptoMultipart else { return nil }
    let inner = LayerReading(of: structure, at: only.index)
    switch inner.root {
    case .encrypted, .signed: break
    default: return nil
    }
    repairs += [.wrapped] + inner.repairs
    return inner.root
  }

  /// A mailing list's wrapper: the signed message, and plain texts before or behind it that the list added.
  private mutating func readListWrapper(_ entity: Entity) -> CryptoStructure.Root? {
    let parts = children(entity)
    let others = parts.filter { !$0.contentType.matches("multipart", "signed") }
    guard (2...3).contains(parts.count), parts.count == others.count + 1,
      others.allSatisfy({ $0.isLeaf && $0.contentType.matches("text", "plain") && $0.armor == nil }),
      let signed = parts.first(where: { $0.contentType.matches("multipart", "signed") })
    else { return nil }
    let inner = LayerReading(of: structure, at: signed.index)
    guard case .signed(let layer) = inner.root else { return nil }
    repairs += inner.repairs
    return .listWrapped(layer, footers: others.map(\.index))
  }

  private mutating func noteEnd(of entity: Entity) {
    if entity.defects.contains(.unterminated) { repairs.append(.unterminated) }
  }
}
