/// Finds cryptographic entities that are not layers of the message.
///
/// Source: RFC 9787 §4.5
enum ErrantParts {
  /// The errant entities below `start`, in order of appearance.
  ///
  /// Layers directly inside one another, such as a signed message in a signed message, are all the message's.
  static func find(in structure: MessageStructure, from start: Int) -> [CryptoStructure.Errant] {
    var found: [CryptoStructure.Errant] = []
    let envelope = layers(of: structure, from: start)
    var index = start
    let end = structure.subtree(of: start).upperBound
    while index < end {
      let entity = structure[index]
      let isLayer = envelope.contains(index)
      if !isLayer, let kind = kind(of: entity) {
        let parent = entity.role == .embedded ? entity.parent : nil
        found.append(CryptoStructure.Errant(entity: index, kind: kind, forwarded: parent))
      }
      // What lies in a ciphertext's multipart is that layer's business.
      let isClosed = entity.contentType.matches("multipart", "encrypted") || (isLayer && hidesParts(structure, index))
      index = isClosed ? structure.subtree(of: index).upperBound : index + 1
    }
    return found
  }

  /// The entities that are layers of the message.
  private static func layers(of structure: MessageStructure, from start: Int) -> Set<Int> {
    var layers: Set<Int> = []
    var next: Int? = start
    while let index = next {
      next = nil
      switch LayerReading(of: structure, at: index).root {
      case .signed(let signed):
        layers.formUnion([index, signed.container])
        next = signed.payload
      case .listWrapped(let signed, _) where index == start: layers.formUnion([index, signed.container])
      case .encrypted(let encrypted): layers.formUnion([index, encrypted.container])
      case .smime: layers.insert(index)
      case .inline where index == start, .malformed where index == start: layers.insert(index)
      case .none, .inline, .malformed, .listWrapped: break
      }
    }
    return layers
  }

  /// True for a layer that only decryption can look into: its parts are not entities of the message.
  private static func hidesParts(_ structure: MessageStructure, _ index: Int) -> Bool {
    if case .encrypted = LayerReading(of: structure, at: index).root { return true }
    return false
  }

  private static func kind(of entity: Entity) -> CryptoStructure.Errant.Kind? {
    if entity.contentType.matches("multipart", "encrypted") { return .encrypted }
    if entity.contentType.matches("multipart", "signed") {
      return entity.cryptoProtocol.map(Entity.pkcs7Signatures.contains) == true ? .smime(.detached) : .signed
    }
    if let type = entity.opaqueSMIME { return .smime(type) }
    guard let kind = entity.armor?.kind, kind.isContent else { return nil }
    return .inline(kind)
  }
}
