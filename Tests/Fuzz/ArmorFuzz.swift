import ByteStreams
import OpenPGPPackets

/// Armor and packets: one result however the bytes come, and what was armored comes back.
enum ArmorFuzz {
  static func run(_ input: [UInt8]) {
    let whole = outcome { () throws(StreamError) in try Dearmored(ArraySource(input)) }
    require(whole == outcome { () throws(StreamError) in try Dearmored(CutSource(input)) }, "pieces dearmor the same")
    let chunked = outcome { () throws(StreamError) in try Dearmored(ArraySource(input), chunkSize: 7) }
    require(whole == chunked, "chunks dearmor the same")
    if case .success(let found) = whole { walk(found.bytes) }
    walk(input)
    armor(input)
  }

  /// All that comes of one armored block.
  private struct Dearmored: Equatable {
    let bytes: [UInt8]
    let kind: ArmorKind?
    let headers: [ArmorHeader]
    let leader: DearmorSource.Surrounding
    let trailer: DearmorSource.Surrounding

    init(_ source: any ByteSource, chunkSize: Int = 64 << 10) throws(StreamError) {
      let armor = DearmorSource(source, chunkSize: chunkSize)
      bytes = try armor.all()
      (kind, headers, leader, trailer) = (armor.kind, armor.headers, armor.leader, armor.trailer)
    }
  }

  private static func armor(_ input: [UInt8]) {
    let kind = ArmorKind.allCases[(input.first.map(Int.init) ?? 0) % ArmorKind.allCases.count]
    let sink = MemorySink(limit: 1 << 26, what: "armor")
    let armored = ArmorSink(kind, into: sink)
    unfailing("armor is written") {
      for piece in Cutting.pieces(of: input) { try armored.write(input.rawSpan.extracting(piece)) }
      try armored.finish()
    }
    let back = unfailing("our armor is read") { try Dearmored(CutSource(sink.bytes)) }
    let isAlone = back.leader == .nothing && back.trailer == .nothing
    require(back.bytes == input && back.kind == kind && isAlone, "what was armored comes back")
  }

  private static func walk(_ packets: [UInt8]) {
    let read = { (source: any ByteSource, extent: CiphertextSummary.Extent) in
      outcome { () throws(StreamError) in try CiphertextSummary.read(from: source, extent) }
    }
    let all = read(ArraySource(packets), .all)
    require(all == read(CutSource(packets), .all), "pieces give the same summary")
    if case .success(let whole) = all, case .success(let start) = read(ArraySource(packets), .upToContent) {
      require(whole.recipients == start.recipients && whole.content == start.content, "the start says the same")
    }
    let single = outcome { () throws(StreamError) in try SingleMessageSource(ArraySource(packets)).all() }
    require(
      isSame(single, outcome { () throws(StreamError) in try SingleMessageSource(CutSource(packets)).all() }),
      "pieces pass or fail alike")
    if case .success(let passed) = single { require(passed == packets, "one message passes as it is") }
    checkFraming(packets, single)
    keyblocks(packets)
    signatures(packets)
  }

  /// The two ways to find packets agree: what passes as one message has no second one behind it.
  private static func checkFraming(_ packets: [UInt8], _ single: Result<[UInt8], StreamError>) {
    let walker = PacketWalker(ArraySource(packets))
    var tags: [PacketTag] = []
    let walked = outcome { () throws(StreamError) in while let header = try walker.next() { tags.append(header.tag) } }
    guard case .success = walked, case .success = single else { return }
    let containers: Set<PacketTag> = [.encryptedData, .integrityProtectedData, .aeadEncryptedData]
    guard let first = tags.firstIndex(where: containers.contains) else { return }
    require(
      tags[(first + 1)...].allSatisfy { $0 == .marker || $0 == .padding }, "nothing follows the one message: \(tags)")
  }

  private static func keyblocks(_ packets: [UInt8]) {
    let keys = outcome { () throws(StreamError) in try KeyblockSummary.readAll(from: ArraySource(packets)) }
    require(
      isSame(keys, outcome { () throws(StreamError) in try KeyblockSummary.readAll(from: CutSource(packets)) }),
      "pieces give the same keys")
    let issuers: Set<KeyID> = [KeyID(0x0123_4567_89AB_CDEF), .wildcard]
    let strip = { (source: any ByteSource) in
      outcome { () throws(StreamError) in try SelfSignatureSource(source, keeping: issuers).all() }
    }
    guard case .success(let stripped) = strip(ArraySource(packets)) else { return }
    require(strip(CutSource(packets)) == .success(stripped), "pieces are stripped the same")
    require(strip(ArraySource(stripped)) == .success(stripped), "what was stripped stays")
  }

  private static func signatures(_ packets: [UInt8]) {
    let found = outcome { () throws(StreamError) in try SignatureSummary.readAll(from: ArraySource(packets)) }
    require(
      isSame(found, outcome { () throws(StreamError) in try SignatureSummary.readAll(from: CutSource(packets)) }),
      "pieces give the same signatures")
    let familiar = { (source: any ByteSource) in
      outcome { () throws(StreamError) in try FamiliarPacketSource(source).all() }
    }
    guard case .success(let left) = familiar(ArraySource(packets)) else { return }
    require(familiar(CutSource(packets)) == .success(left), "pieces leave the same packets out")
    require(familiar(ArraySource(left)) == .success(left), "what was left in stays")
  }

  private static func isSame<Value: Equatable>(
    _ left: Result<Value, StreamError>, _ right: Result<Value, StreamError>
  ) -> Bool {
    switch (left, right) {
    case (.success(let left), .success(let right)): left == right
    case (.failure, .failure): true
    default: false
    }
  }
}
