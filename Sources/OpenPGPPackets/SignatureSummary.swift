package import ByteStreams

/// What a signature shows without being checked: how it was made, and who it claims to be from.
///
/// Nothing of it is authenticated: it serves to name a signature that cannot be checked.
///
/// Source: RFC 9580 §5.2
package struct SignatureSummary: Equatable, Sendable {
  /// The version: 4 for nearly all, 6 for the newest, 5 for GnuPG's own, 3 for ancient ones; 0 for an empty packet.
  package let version: UInt8
  /// What it is over; 0 is a binary document, 1 a text; nil where the version does not let it be read.
  package private(set) var type: UInt8?
  package private(set) var algorithm: PublicKeyAlgorithm?
  package private(set) var hash: HashAlgorithm?
  /// The key that it claims to be made by.
  package private(set) var issuer: KeyID?
  /// All keys that it names as its maker, where it names several.
  private(set) var issuers: Set<KeyID> = []
  /// When it says it was made, in seconds since 1970.
  package private(set) var created: UInt32?
  /// Whether it says that its key's owner reads AEAD-encrypted packets as GnuPG writes them.
  ///
  /// Source: draft-koch-librepgp §5.2.3.24 and §5.2.3.25: features with the bit 2, or a list of AEAD algorithms
  package private(set) var offersAEAD = false

  /// Whether it revokes a whole key.
  ///
  /// Source: RFC 9580 §5.2.1.11
  var revokesKey: Bool { type == 0x20 }

  /// The most signatures of one stream.
  private static let countLimit = 1000
  /// As many octets of each as hold the fields and the subpackets that matter; a count of subpackets has 16 bits but in version 6.
  private static let bodyLimit = 1 << 17

  /// Reads all signatures of a binary stream; whatever else is there is passed over.
  ///
  /// - Throws: `malformed` when it is no OpenPGP, or is cut off; `limitExceeded`.
  package static func readAll(from source: any ByteSource) throws(StreamError) -> [SignatureSummary] {
    let walker = PacketWalker(source)
    var found: [SignatureSummary] = []
    while let header = try walker.next() {
      guard header.tag == .signature else { continue }
      guard found.count < countLimit else { throw .limitExceeded(limit: countLimit, what: "signatures at once") }
      found.append(SignatureSummary(packet: try walker.body(first: bodyLimit)))
    }
    return found
  }

  /// True when a binary stream is nothing but signatures over binary documents, and at least one.
  package static func areBinary(_ source: any ByteSource) -> Bool {
    let walker = PacketWalker(source)
    var count = 0
    do throws(StreamError) {
      while let header = try walker.next() {
        if header.tag == .marker || header.tag == .padding { continue }
        count += 1
        guard header.tag == .signature, count <= countLimit else { return false }
        guard SignatureSummary(packet: try walker.body(first: bodyLimit)).type == 0 else { return false }
      }
    } catch {
      return false
    }
    return count > 0
  }

  /// The one signature that a binary stream consists of, when it revokes a key.
  ///
  /// Nil for anything else.
  package static func keyRevocation(_ source: any ByteSource) -> SignatureSummary? {
    let walker = PacketWalker(source)
    do throws(StreamError) {
      guard try walker.next()?.tag == .signature else { return nil }
      let summary = SignatureSummary(packet: try walker.body(first: bodyLimit))
      let isLast = try walker.next() == nil
      return isLast && summary.revokesKey ? summary : nil
    } catch {
      return nil
    }
  }

  /// Reads a packet's body.
  init(packet: [UInt8]) {
    version = packet.first ?? 0
    switch version {
    case 2, 3: readOld(packet)
    case 4, 5: read(packet, countOctets: 2)
    case 6: read(packet, countOctets: 4)
    default: break
    }
  }

  private mutating func readOld(_ packet: [UInt8]) {
    guard packet.count > 16 else { return }
    type = packet[2]
    created = UInt32(Self.number(packet[3..<7]))
    issuer = KeyID(Self.number(packet[7..<15]))
    issuers = [KeyID(Self.number(packet[7..<15]))]
    algorithm = PublicKeyAlgorithm(rawValue: packet[15])
    hash = HashAlgorithm(rawValue: packet[16])
  }

  private mutating func read(_ packet: [UInt8], countOctets: Int) {
    guard packet.count > 3 else { return }
    type = packet[1]
    algorithm = PublicKeyAlgorithm(rawValue: packet[2])
    hash = HashAlgorithm(rawValue: packet[3])
    // The hashed subpackets first, then the others, which anybody could have added.
    var rest = packet.dropFirst(4)
    for isHashed in [true, false] {
      guard rest.count >= countOctets else { return }
      let count = Int(Self.number(rest.prefix(countOctets)))
      rest = rest.dropFirst(countOctets)
      readSubpackets(rest.prefix(count), isHashed: isHashed)
      rest = rest.dropFirst(count)
    }
  }

  /// Takes what is not known yet.
  ///
  /// Source: RFC 9580 §5.2.3.7
  private mutating func readSubpackets(_ area: ArraySlice<UInt8>, isHashed: Bool) {
    var rest = area
    while let first = rest.first {
      let octets = first < 192 ? 1 : first < 255 ? 2 : 5
      guard rest.count >= octets else { return }
      let digits = rest.prefix(octets)
      let count =
        switch octets {
        case 1: Int(first)
        case 2: (Int(first) - 192) << 8 + Int(digits[digits.startIndex + 1]) + 192
        default: Int(Self.number(digits.dropFirst()))
        }
      rest = rest.dropFirst(octets)
      guard count > 0, rest.count >= count else { return }
      take(rest.prefix(count), isHashed: isHashed)
      rest = rest.dropFirst(count)
    }
  }

  private mutating func take(_ subpacket: ArraySlice<UInt8>, isHashed: Bool) {
    let body = subpacket.dropFirst()
    switch (subpacket.first.map { $0 & 0x7F }, body.count) {
    case (2, 4): created = created ?? UInt32(Self.number(body))
    case (16, 8):
      issuer = issuer ?? KeyID(Self.number(body))
      issuers.insert(KeyID(Self.number(body)))
    case (33, 1...):
      // A version octet stands before the fingerprint.
      guard let named = KeyID(fingerprint: Array(body.dropFirst())) else { return }
      issuer = named
      issuers.insert(named)
    case (30, 1...) where isHashed: offersAEAD = offersAEAD || Self.number(body.prefix(1)) & 2 != 0
    case (34, 1...) where isHashed: offersAEAD = true
    default: break
    }
  }

  /// A big-endian number of at most eight octets.
  private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 {
    octets.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
