import ByteStreams
import GPGME
import HTMLText
import MIME
import OpenPGPPackets

extension EnvelopeWalk {
  /// Opens the armored block that the entity reached consists of, or the one that was asked for; false when the walk ends here.
  ///
  /// Of a whole message only a block that is all of its text is opened. A ciphertext among other text stays closed: opened beside text
  /// of somebody else it would be sent on with it.
  ///
  /// Source: RFC 9787 §6.2.3
  mutating func openBlock(with engine: inout some OpeningEngine & ~Copyable) throws -> Bool {
    let leaf = structure[root]
    guard leaf.isLeaf, leaf.body.count <= options.holdLimit else { return false }
    if leaf.holdsText { return try openText(leaf, with: &engine) }
    // Another leaf holds OpenPGP data or does not; it is looked at only when it was asked for.
    let ciphertext = EncryptedLayer.Ciphertext(bytes: bytes, range: leaf.body, encoding: leaf.transferEncoding)
    guard part != nil else { return false }
    let sight = try ciphertext.sight()
    guard case .packets(let summary) = sight, summary.isEncrypted else { return false }
    coverage = .block
    return try decrypt(
      ciphertext, seen: sight, in: .encrypted, at: structure.path(of: root), depth: leaf.depth,
      header: try header(ofFile: leaf), with: &engine)
  }

  private mutating func openText(
    _ leaf: Entity, with engine: inout some OpeningEngine & ~Copyable
  ) throws -> Bool {
    let found = InlineBlocks(in: try decodedText(of: leaf))
    guard !found.blocks.isEmpty else { return false }
    let section = structure.path(of: root)
    guard let block = try chosen(from: found) else {
      warnings.append(.inlineBlock(section: section, count: found.blocks.count))
      return false
    }
    coverage = .block
    if found.only == nil { warnings.append(.textAroundBlock) }
    let text = ByteStore(block.text)
    let ciphertext = EncryptedLayer.Ciphertext(bytes: .held(text), range: 0..<text.count, encoding: .sevenBit)
    guard block.kind == .message else {
      try verify(block, of: leaf, with: &engine)
      return false
    }
    let sight = try ciphertext.sight()
    if case .packets(let summary) = sight, case .clear = summary.content {
      try verify(block, of: leaf, with: &engine)
    } else {
      _ = try decrypt(
        ciphertext, seen: sight, in: .inlineEncrypted, at: section, depth: leaf.depth,
        header: header(ofTextIn: leaf, try ciphertext.charset()), with: &engine)
    }
    return false
  }

  /// The block to open; nil when there is more in the text, and nobody said which one is meant.
  ///
  /// - Throws: `OpenError.noSuchPart`, `.severalBlocks`.
  private func chosen(from found: InlineBlocks) throws(OpenError) -> InlineBlocks.Block? {
    // What html hides is no text, but it is there.
    guard let part else { return structure[root].contentType.matches("text", "html") ? nil : found.only }
    if let number = part.block {
      guard found.blocks.indices.contains(number - 1) else { throw .noSuchPart(part) }
      return found.blocks[number - 1]
    }
    guard found.blocks.count == 1 else { throw .severalBlocks(section: part.section, count: found.blocks.count) }
    return found.blocks[0]
  }

  /// Verifies a block that is signed and not encrypted; its text becomes the content when a signature holds.
  private mutating func verify(
    _ block: InlineBlocks.Block, of leaf: Entity, with engine: inout some OpeningEngine & ~Copyable
  ) throws {
    let collector = try PlaintextCollector(
      options, depth: leaf.depth, expansionLimit: options.expansionLimit(for: block.text.count),
      header: header(ofTextIn: leaf, nil))
    let reports = try Self.judged { () throws(GPGMEError) in
      try engine.verifyCleartext(ArraySource(block.text), into: collector)
    }
    if reports?.isEmpty ?? true { malformedSignatures.append(reports == nil ? Self.unreadable : Self.missing) }
    let isMet = policy.isMet(byAnyOf: reports ?? [])
    layers.append(VerdictLayer(.inlineSigned, section: structure.path(of: root), counts: isMet))
    signatures += reports ?? []
    guard isMet, let text = try collector.plaintext() else { return }
    structure = try collector.structure()
    root = 0
    bytes = .held(text)
  }

  // MARK: What a leaf holds

  /// How many octets of html are searched for blocks: each line of it can take hundreds of them in memory.
  private static let htmlLimit = 1 << 20

  /// The text as people see it: of html what its tags make of it.
  private func decodedText(of leaf: Entity) throws(StreamError) -> [UInt8] {
    let decoded = try leaf.transferEncoding.decoding(bytes.source(leaf.body))
      .readAll(limit: options.holdLimit, what: "a text")
    guard leaf.contentType.matches("text", "html") else { return decoded }
    // QUIRK: programs that write html only put the block into pre, or end its lines with br. BlockTests.swift
    let html = Charset.decode(Array(decoded.prefix(Self.htmlLimit)), named: leaf.contentType.parameters["charset"]).text
    var text: [UInt8] = []
    for line in HTMLDocument(parsing: html).paragraphs {
      text += line.first.utf8
      text += line.text.utf8
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// The header of the text that a block in `leaf` holds.
  private func header(ofTextIn leaf: Entity, _ named: String?) -> [UInt8] {
    // QUIRK: old programs wrapped a whole entity in application/pgp. OpenerTests.swift
    if leaf.contentType.parameters["format"]?.lowercased() == "mime", !leaf.contentType.matches("text", "plain") {
      return []
    }
    let outside = leaf.contentType.parameters["charset"].flatMap { $0.lowercased() == "us-ascii" ? nil : $0 }
    let charset = [named, outside].compactMap(\.self).first { Charset(named: $0) != nil } ?? "utf-8"
    return Array("Content-Type: text/plain; charset=\"\(charset)\"\r\n\r\n".utf8)
  }

  /// The header of the file that an encrypted attachment holds; of the ciphertext of a mangled PGP/MIME message none.
  private func header(ofFile leaf: Entity) throws -> [UInt8] {
    if let parent = leaf.parent, structure[parent].contentType.matches("multipart", "encrypted") { return [] }
    let name = try leaf.filename() ?? ""
    let bare = leaf.hasOpenPGPName ? String(name.dropLast(4)) : name
    let type = try FieldLine.structured("Content-Type", "application/octet-stream")
    // A name that cannot be written again is none.
    let named = try? FieldLine.parameterized("Content-Disposition", "attachment", ["filename": bare])
    let disposition = try named ?? FieldLine.structured("Content-Disposition", "attachment")
    return type.bytes + disposition.bytes + Array("\r\n".utf8)
  }
}

extension Entity {
  /// True for a leaf whose body is text with blocks in it: any text, and the type that came before PGP/MIME.
  var holdsText: Bool { contentType.type == "text" || contentType.matches("application", "pgp") }

  /// True for a file with one of the endings, of four characters each, that OpenPGP data has.
  var hasOpenPGPName: Bool {
    guard let name = (try? filename())?.lowercased() else { return false }
    return [".asc", ".pgp", ".gpg"].contains { name.hasSuffix($0) }
  }
}

extension EncryptedLayer.Ciphertext {
  /// The charset that the armor names.
  fileprivate func charset() throws(StreamError) -> String? {
    let armor = try dearmored()
    do throws(StreamError) { try armor.start() } catch .malformed { return nil }
    return armor.headers.first { $0.name.lowercased() == "charset" }?.value
  }
}
