import ByteStreams

extension Fingerprint {
  /// The fingerprint of a key, from the body of its packet; nil for versions before 4 and for ones to come.
  ///
  /// Source: RFC 9580 §5.5.4
  package init?(keyPacket body: [UInt8]) {
    let count = UInt32(truncatingIfNeeded: body.count)
    let digits = (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    let digest: [UInt8]
    switch body.first {
    case 4: digest = Digest.sha1([0x99] + digits.suffix(2) + body)
    case 5: digest = Digest.sha256([0x9A] + digits + body)
    case 6: digest = Digest.sha256([0x9B] + digits + body)
    default: return nil
    }
    self.init(digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
  }
}
