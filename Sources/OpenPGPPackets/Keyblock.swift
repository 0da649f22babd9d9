package import ByteStreams

/// One certificate as packets, in memory: cut and joined by packet headers alone.
///
/// It has the primary key, user IDs and subkeys, each with the signatures behind it; pictures, what a keyring notes for itself and
/// whatever else stands there is left out. Nothing is checked and nothing trusted: that is gpg's part.
///
/// Source: RFC 9580 §10.1
package struct Keyblock: Sendable, Equatable {
  /// A key or a user ID, and the signatures behind it.
  fileprivate struct Component: Sendable, Equatable {
    let tag: PacketTag
    let body: [UInt8]
    var signatures: [[UInt8]] = []
  }

  private var primary: Component
  private var userIDComponents: [Component] = []
  private var subkeys: [Component] = []

  /// The most certificates of one answer.
  package static let countLimit = 20
  /// The most user IDs of one certificate: gpg compares each with each.
  package static let userIDLimit = 1000
  /// The most signatures on one key or user ID that its owner may have made: gpg checks each, and keeps some that are not good.
  package static let signatureLimit = 1000
  /// The most bytes of one packet; the largest public keys have some kilobytes.
  private static let packetLimit = 1 << 20

  /// Reads all certificates of a binary stream; secret keys are passed over.
  ///
  /// - Parameter limit: the most certificates.
  /// - Throws: `malformed` when it is no OpenPGP, or has too many user IDs; `limitExceeded` for more than that, or one enormous packet.
  package static func readAll(
    from source: any ByteSource, limit: Int = countLimit
  ) throws(StreamError) -> [Keyblock] {
    let walker = PacketWalker(source)
    var blocks: [Keyblock] = []
    // What signatures belong to that come now; nil where they are passed over. By itself, so that each costs the same.
    var open: Component?
    var isInBlock = false
    func close() {
      guard let component = open else { return }
      open = nil
      switch component.tag {
      case .publicKey: blocks.append(Keyblock(primary: component))
      case .userID: blocks[blocks.count - 1].userIDComponents.append(component)
      default: blocks[blocks.count - 1].subkeys.append(component)
      }
    }
    while let header = try walker.next() {
      switch header.tag {
      case .publicKey:
        close()
        guard blocks.count < limit else { throw .limitExceeded(limit: limit, what: "certificates at once") }
        open = Component(tag: header.tag, body: try packet(walker))
        isInBlock = true
      case .userID where isInBlock, .publicSubkey where isInBlock:
        close()
        guard blocks[blocks.count - 1].userIDComponents.count < userIDLimit || header.tag != .userID else {
          throw .malformed("a certificate has more than \(userIDLimit) user IDs")
        }
        open = Component(tag: header.tag, body: try packet(walker))
      case .signature:
        if open != nil { open?.signatures.append(try packet(walker)) }
      case .trust, .marker, .padding: continue
      case .secretKey:
        close()
        isInBlock = false
      default: close()
      }
    }
    close()
    return blocks
  }

  private static func packet(_ walker: PacketWalker) throws(StreamError) -> [UInt8] {
    try walker.body(limit: packetLimit, what: "one packet of a certificate")
  }

  private init(primary: Component) {
    self.primary = primary
  }

  private var components: [Component] { [primary] + userIDComponents + subkeys }

  /// The body of the primary key's packet, which its fingerprint is a hash of.
  package var primaryKey: [UInt8] { primary.body }

  /// The user IDs as they stand there: any bytes.
  package var userIDs: [[UInt8]] { userIDComponents.map(\.body) }

  /// All packets, binary, their headers in today's format.
  package var bytes: [UInt8] {
    var result: [UInt8] = []
    for component in components {
      result += component.tag.packet(component.body)
      for signature in component.signatures { result += PacketTag.signature.packet(signature) }
    }
    return result
  }

  /// The same without the signatures that others than `issuer` made, but for revocations of the whole key.
  ///
  /// - Throws: `malformed` when too many are left, `limitExceeded`.
  package func signed(by issuer: KeyID) throws(StreamError) -> Keyblock {
    let own = try Keyblock.readAll(from: SelfSignatureSource(ArraySource(bytes), keeping: [issuer]))[0]
    try own.checkCount()
    return own
  }

  /// Checks that gpg has not too much work with it.
  ///
  /// - Throws: `malformed`.
  package func checkCount() throws(StreamError) {
    guard components.allSatisfy({ $0.signatures.count <= Self.signatureLimit }) else {
      throw .malformed("a part of a certificate has more than \(Self.signatureLimit) signatures")
    }
  }

  /// The same with those user IDs alone that `isKept` says.
  package func keepingUserIDs(_ isKept: ([UInt8]) -> Bool) -> Keyblock {
    var result = self
    result.userIDComponents.removeAll { !isKept($0.body) }
    return result
  }

  /// This certificate and what another copy of it has beyond it; nil when they have different primary keys.
  package func merged(with other: Keyblock) -> Keyblock? {
    guard other.primary.body == primary.body else { return nil }
    var result = self
    result.primary = Self.union([primary], [other.primary])[0]
    result.userIDComponents = Self.union(userIDComponents, other.userIDComponents)
    result.subkeys = Self.union(subkeys, other.subkeys)
    return result
  }

  private static func union(_ own: [Component], _ other: [Component]) -> [Component] {
    var result: [Component] = []
    var places: [[UInt8]: Int] = [:]
    for component in own + other {
      guard let place = places[component.body] else {
        places[component.body] = result.count
        result.append(component)
        continue
      }
      var seen = Set(result[place].signatures)
      result[place].signatures += component.signatures.filter { seen.insert($0).inserted }
    }
    return result
  }
}
