import ByteStreams
import MIME
import OpenPGPPackets

/// Goes through the parts of a message and notes what is remarkable; every part's bytes are read at most a few times.
struct Inspector {
  private let structure: MessageStructure
  private let store: ByteStore
  private(set) var findings: [[Inspection.Finding]]
  /// Leaves that were told with their multipart.
  private var told: Set<Int> = []

  /// Octets of a text that is searched for blocks, and of a part that is read as a signature or keys.
  private static let textLimit = 16 << 20

  init(_ structure: MessageStructure, in store: ByteStore) {
    self.structure = structure
    self.store = store
    findings = Array(repeating: [], count: structure.entities.count)
  }

  mutating func run() throws {
    try noteEnvelope()
    for entity in structure.entities {
      noteMarks(of: entity)
      if entity.isLeaf, !told.contains(entity.index) { try noteContent(of: entity) }
      findings[entity.index] += entity.defects.words.map(Inspection.Finding.defect)
    }
  }

  // MARK: Layers

  /// Notes the layers from the root down, as far as they are not encrypted, and what stands beside them.
  ///
  /// It ends: every step goes down the tree.
  private mutating func noteEnvelope() throws {
    var start = 0
    while true {
      let crypto = CryptoStructure(of: structure, at: start)
      try note(crypto, at: start)
      if case .signed(let layer) = crypto.root {
        start = layer.payload
        continue
      }
      for errant in crypto.errant where errant.entity != start { try note(errant) }
      return
    }
  }

  private mutating func note(_ errant: CryptoStructure.Errant) throws {
    switch errant.kind {
    case .encrypted, .signed: try note(CryptoStructure(of: structure, at: errant.entity), at: errant.entity)
    case .smime(let kind): findings[errant.entity].append(.smime(kind))
    // A block is found with the text that it stands in.
    case .inline: break
    }
    findings[errant.entity].append(.errant)
  }

  /// Notes the layer at `start`, with the parts that belong to it.
  private mutating func note(_ crypto: CryptoStructure, at start: Int) throws {
    switch crypto.root {
    case .encrypted(let layer):
      told.insert(layer.ciphertext)
      findings[layer.container].append(try ciphertext(in: structure[layer.ciphertext], .mime))
    case .signed(let layer): try note(layer)
    case .listWrapped(let layer, _):
      findings[start].append(.mailingList)
      try note(layer)
    case .smime(let kind, let entity): findings[entity].append(.smime(kind))
    case .malformed(let reason, let entity): findings[entity].append(.malformed(reason.sentence))
    case .inline, .none: break
    }
    findings[start] += crypto.repairs.map { .repaired($0.sentence) }
  }

  private mutating func note(_ layer: CryptoStructure.Signed) throws {
    told.insert(layer.signature)
    findings[layer.container].append(
      try read(structure[layer.signature]) { source throws(StreamError) in
        .signed(try SignatureSummary.readAll(from: source), .mime)
      })
  }

  private func ciphertext(in leaf: Entity, _ form: Inspection.Form) throws -> Inspection.Finding {
    try read(leaf) { source throws(StreamError) in .encrypted(try CiphertextSummary.read(from: source), form) }
  }

  // MARK: Leaves

  private mutating func noteContent(of leaf: Entity) throws {
    let index = leaf.index
    if leaf.isTNEF { findings[index].append(.tnef) }
    if leaf.holdsText { findings[index] += try blocks(in: leaf) }
    switch leaf.armor?.kind {
    case .publicKey, .privateKey: findings[index].append(try keys(in: leaf))
    case .message where !leaf.holdsText: findings[index].append(try ciphertext(in: leaf, .block))
    case _ where leaf.contentType.matches("application", "pgp-keys"): findings[index].append(try keys(in: leaf))
    case _ where leaf.contentType.matches("application", "pgp-signature"):
      findings[index].append(
        try read(leaf) { source throws(StreamError) in .signature(try SignatureSummary.readAll(from: source)) })
    case nil where leaf.hasOpenPGPName:
      // A file without armor may be anything; only what can be read as a ciphertext is called one.
      if case .encrypted(let summary, let form) = try ciphertext(in: leaf, .block), summary.isEncrypted {
        findings[index].append(.encrypted(summary, form))
      }
    default: break
    }
  }

  /// The blocks in a text, quoted ones too.
  private func blocks(in leaf: Entity) throws -> [Inspection.Finding] {
    guard leaf.body.count <= Self.textLimit else { return [] }
    let text = try leaf.transferEncoding.decoding(store.source(leaf.body)).readAll(
      limit: Self.textLimit, what: "a text")
    return try InlineBlocks(in: text).blocks.map { block in
      try block.kind == .message
        ? Self.read(ArraySource(block.text)) { source throws(StreamError) in
          .encrypted(try CiphertextSummary.read(from: source), .block)
        }
        : Self.read(ArraySource(Self.signature(of: block.text))) { source throws(StreamError) in
          .signed(try SignatureSummary.readAll(from: source), .block)
        }
    }
  }

  /// The armored signature of a cleartext signed text, which is the last block in it.
  private static func signature(of text: [UInt8]) -> [UInt8] {
    let begin = Array(ArmorKind.signature.beginLine.utf8)
    var start = text.count
    while let lineFeed = text[..<max(0, start - 1)].lastIndex(of: UInt8(ascii: "\n")) {
      start = lineFeed + 1
      if text[start...].starts(with: begin) { return Array(text[start...]) }
    }
    return []
  }

  private func keys(in leaf: Entity) throws -> Inspection.Finding {
    guard leaf.body.count <= Self.textLimit else { return .unreadable("the keys are larger than any sound ones") }
    return try read(leaf) { source throws(StreamError) in .keys(try KeyblockSummary.readAll(from: source)) }
  }

  /// Reads the packets that a leaf holds; why not, when they cannot be read.
  private func read(
    _ leaf: Entity, _ body: (any ByteSource) throws(StreamError) -> Inspection.Finding
  ) throws(StreamError) -> Inspection.Finding {
    try Self.read(leaf.transferEncoding.decoding(store.source(leaf.body)), body)
  }

  private static func read(
    _ source: any ByteSource, _ body: (any ByteSource) throws(StreamError) -> Inspection.Finding
  ) throws(StreamError) -> Inspection.Finding {
    do throws(StreamError) {
      return try body(DearmorSource(source))
    } catch {
      switch error {
      case .malformed(let how): return .unreadable(how)
      case .limitExceeded(let limit, let what): return .unreadable("it has more than \(limit) \(what)")
      default: throw error
      }
    }
  }

  // MARK: Marks

  private mutating func noteMarks(of entity: Entity) {
    let parameters = entity.contentType.parameters
    let mark: Inspection.HeaderMark? =
      switch parameters["hp"]?.lowercased() {
      case "cipher": .cipher
      case "clear": .clear
      default: parameters["protected-headers"]?.lowercased() == "v1" ? .v1 : nil
      }
    if let mark { findings[entity.index].append(.headerProtection(mark)) }
    if parameters["hp-legacy-display"] == "1" { findings[entity.index].append(.headerProtection(.legacyDisplay)) }
  }
}
