package import ByteStreams
package import GPGME
import OpenPGPPackets
import SealedMail

/// An engine that does what the packets of a message say in clear, so that thousands of shapes can be opened without gpg.
///
/// What it gave is kept, to be held against the verdict.
package struct ScriptedEngine: OpeningEngine {
  package let configuration = EngineConfiguration()
  /// The contents, as they were to be verified, over which it called a signature good; in the order of the calls.
  package private(set) var verified: [[UInt8]] = []
  /// The plaintexts of ciphertexts that it called whole, and whether a good signature was inside.
  package private(set) var opened: [(plaintext: [UInt8], isSigned: Bool)] = []
  private let signer: Certificate?
  private let now: Int64
  private let rule: Rule

  /// When a signature is good.
  package enum Rule: Sendable {
    /// When it carries the checksum of what it is over.
    case checksum
    /// When its last octet is even: for a fuzzer, which cannot guess checksums.
    case lastOctet
  }

  /// What becomes of a ciphertext; the bits stand before the plaintext in its packet.
  package struct Fate: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A good signature is inside.
    package static let signed = Fate(rawValue: 1)
    /// A bad signature is inside.
    package static let badlySigned = Fate(rawValue: 2)
    /// All plaintext is delivered, and then the integrity check fails.
    package static let altered = Fate(rawValue: 4)
    /// There is no secret key.
    package static let locked = Fate(rawValue: 8)
  }

  /// - Parameters:
  ///   - signer: whose every good or bad signature is.
  ///   - now: when every signature was made.
  package init(signer: Certificate?, now: Int64, rule: Rule = .checksum) {
    self.signer = signer
    self.now = now
    self.rule = rule
  }

  // MARK: What it reads

  /// A ciphertext in binary packets.
  package static func ciphertext(of plaintext: [UInt8], _ fate: Fate = []) -> [UInt8] {
    packet(.integrityProtectedData, [1, fate.rawValue] + plaintext)
  }

  /// A detached signature over `content` in binary packets; over content with CRLF at its line ends, as signatures in mail are.
  package static func signature(over content: [UInt8]) -> [UInt8] {
    packet(.signature, [4, 0, 22, 10, 0, 0, 0, 0] + checksum(content))
  }

  private static func packet(_ tag: PacketTag, _ body: [UInt8]) -> [UInt8] {
    [0xC0 | tag.rawValue, 0xFF] + (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (24 - 8 * $0)) } + body
  }

  private static func checksum(_ content: [UInt8]) -> [UInt8] {
    let sum = content.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return (0..<8).map { UInt8(truncatingIfNeeded: sum >> (56 - 8 * $0)) }
  }

  // MARK: What it does

  package mutating func decrypt(
    _ ciphertext: any ByteSource, sessionKey: SessionKeyUse, into sink: any ByteSink
  ) throws(GPGMEError) -> DecryptionReport {
    let containers: Set<PacketTag> = [.encryptedData, .integrityProtectedData, .aeadEncryptedData]
    let found = try reading(.decrypt) { () throws(StreamError) in
      try packets(of: ciphertext) { containers.contains($0) }
    }
    guard let body = found.first, body.count > 1 else { throw GPGMEError(.decrypt, cause: .noData) }
    let fate = Fate(rawValue: body[1])
    if fate.contains(.locked) { throw GPGMEError(.decrypt, cause: .noSecretKey(recipients: [])) }
    let plaintext = Array(body.dropFirst(2))
    try reading(.decrypt) { () throws(StreamError) in
      for start in stride(from: 0, to: plaintext.count, by: 100) {
        try sink.write(plaintext.rawSpan.extracting(start..<min(start + 100, plaintext.count)))
      }
    }
    if fate.contains(.altered) { throw GPGMEError(.decrypt, cause: .integrity(.altered)) }
    opened.append((plaintext, fate.contains(.signed)))
    let statuses: [SignatureReport.Status] =
      (fate.contains(.signed) ? [.good] : []) + (fate.contains(.badlySigned) ? [.bad] : [])
    return DecryptionReport(
      recipients: [], opening: .secretKey, cipherName: "AES256.CFB", plaintextLength: plaintext.count, sessionKey: nil,
      signatures: statuses.map(report))
  }

  package mutating func verifyDetached(
    _ signature: any ByteSource, over content: any ByteSource
  ) throws(GPGMEError) -> [SignatureReport] {
    let content = try reading(.verify) { () throws(StreamError) in
      try content.readAll(limit: 1 << 28, what: "content")
    }
    let found = try reading(.verify) { () throws(StreamError) in try packets(of: signature) { $0 == .signature } }
    return found.map { judge($0, over: content) }
  }

  package mutating func verifyCleartext(
    _ text: any ByteSource, into sink: any ByteSink
  ) throws(GPGMEError) -> [SignatureReport] {
    let bytes = try reading(.verify) { () throws(StreamError) in try text.readAll(limit: 1 << 28, what: "text") }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }),
      let end = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN PGP SIGNATURE-----") }), start < end
    else { throw GPGMEError(.verify, cause: .noData) }
    let content = Array(lines[(start + 1)..<end].joined(separator: "\n").utf8)
    let armor = Array(lines[end...].joined(separator: "\n").utf8)
    try reading(.verify) { () throws(StreamError) in try sink.write(content.rawSpan) }
    return try verifyDetached(DearmorSource(ArraySource(armor)), over: ArraySource(content))
  }

  private mutating func judge(_ signature: [UInt8], over content: [UInt8]) -> SignatureReport {
    let isGood =
      switch rule {
      case .checksum: signature.suffix(8).elementsEqual(Self.checksum(content))
      case .lastOctet: signature.last.map { $0 & 1 == 0 } ?? false
      }
    if isGood { verified.append(content) }
    return report(isGood ? .good : .bad)
  }

  private func report(_ status: SignatureReport.Status) -> SignatureReport {
    SignatureReport(
      status: status, claimedKeyID: signer?.keyID, fingerprint: signer?.fingerprint, certificate: signer, created: now,
      expires: nil, hashName: "SHA512", algorithmName: "EdDSA", validity: .full)
  }

  private func packets(
    of source: any ByteSource, _ isWanted: (PacketTag) -> Bool
  ) throws(StreamError) -> [[UInt8]] {
    let walker = PacketWalker(source)
    var bodies: [[UInt8]] = []
    while let header = try walker.next() {
      if isWanted(header.tag) { bodies.append(try walker.body(first: 1 << 28)) }
    }
    return bodies
  }

  private func reading<Value>(
    _ operation: GPGMEError.Operation, _ body: () throws(StreamError) -> Value
  ) throws(GPGMEError) -> Value {
    do throws(StreamError) { return try body() } catch { throw GPGMEError(operation, cause: .stream(error)) }
  }
}
