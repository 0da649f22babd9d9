import ByteStreams
import MIME
import TestSupport

/// Every byte sequence has one structure, however it comes; it tiles the message, and whatever walks it ends.
enum MessageFuzz {
  /// Entities that are looked at one by one: a message of a thousand empty parts tells no more than one of fifty.
  private static let entityLimit = 50

  static func run(_ input: [UInt8]) {
    let whole = outcome { () throws(MIMEError) in try MessageStructure.parse(input) }
    require(whole == outcome { () throws(MIMEError) in try inPieces(input) }, "pieces give the same structure")
    require(
      whole == outcome { () throws(MIMEError) in try MessageStructure.parse(CutSource(input)) },
      "a source gives the same structure")
    guard case .success(let structure) = whole else { return }
    let faults = Tiling(structure, input).faults
    require(faults.isEmpty, "the ranges tile the message: \(faults.prefix(3))")
    for entity in structure.entities.prefix(entityLimit) { look(at: entity, in: structure, input) }
    rewrite(structure, input)
  }

  private static func inPieces(_ input: [UInt8]) throws(MIMEError) -> MessageStructure {
    var parser = MessageParser()
    for piece in Cutting.pieces(of: input) { try parser.feed(input.rawSpan.extracting(piece)) }
    return try parser.finish()
  }

  private static func look(at entity: Entity, in structure: MessageStructure, _ input: [UInt8]) {
    let below = structure.subtree(of: entity.index)
    require(below.upperBound <= structure.entities.count, "a subtree lies inside")
    let path = structure.path(of: entity.index)
    require(structure.entity(at: path).map { structure.path(of: $0.index) } == path, "a number leads to an entity")
    let crypto = CryptoStructure(of: structure, at: entity.index)
    require(crypto.errant.allSatisfy { below.contains($0.entity) }, "errant parts lie below")
    require(
      zip(crypto.errant, crypto.errant.dropFirst()).allSatisfy { $0.entity < $1.entity }, "errant parts are in order")
    check(crypto.root, below)
    for layer in [HeaderProtection.Layer.signed, .encrypted] {
      let protection = HeaderProtection(of: structure, payload: entity.index, in: layer)
      _ = protection.repeats(String(decoding: entity.opening, as: UTF8.self))
      let hidden = protection.hiddenParts + protection.legacyDisplayParts
      require(hidden.allSatisfy(below.contains), "hidden parts lie below")
    }
    for index in structure.mainBody(of: entity.index) { require(below.contains(index), "the main body lies below") }
    _ = outcome { () throws(MIMEError) in try entity.disposition() }
    _ = outcome { () throws(MIMEError) in try entity.filename() }
    for field in entity.header.fields.prefix(entityLimit) {
      require(!field.text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a field's text has no control characters")
      require(entity.header.fields(named: field.name).contains(field), "a field is found by its name")
    }
    guard entity.isLeaf else { return }
    let body = Array(input[entity.body])
    let content = unfailing("a body decodes") { try entity.transferEncoding.decoding(ArraySource(body)).all() }
    _ = Charset.decode(content, named: entity.contentType.parameters["charset"])
  }

  /// Whether a message made ready has the parts that it had: nothing in a text became a delimiter.
  private static func isSame(_ structure: MessageStructure, _ bytes: [UInt8]) -> Bool {
    let again = unfailing("what was written is read") { try MessageStructure.parse(bytes) }
    return again.entities.map(\.contentType.mediaType) == structure.entities.map(\.contentType.mediaType)
      && again.entities.map(\.parent) == structure.entities.map(\.parent)
  }

  private static func check(_ root: CryptoStructure.Root, _ below: Range<Int>) {
    let entities: [Int] =
      switch root {
      case .none: []
      case .encrypted(let layer): [layer.container, layer.ciphertext]
      case .signed(let layer): [layer.container, layer.payload, layer.signature]
      case .listWrapped(let layer, let footers): [layer.container, layer.payload, layer.signature] + footers
      case .inline(let inline): [inline.entity]
      case .smime(_, let entity), .malformed(_, let entity): [entity]
      }
    require(entities.allSatisfy(below.contains), "a layer's parts lie below")
  }

  /// What is made ready for signing or sealing is the same each time, and has the lines it must have.
  private static func rewrite(_ structure: MessageStructure, _ input: [UInt8]) {
    let store = ByteStore(input)
    for form in [SevenBitRewriter.Form.signed, .encrypted] {
      let made = outcome { () throws(MIMEError) in try SevenBitRewriter(structure, in: store, form: form) }
      guard case .success(let rewriter) = made else { continue }
      let bytes = unfailing("what was planned can be written") { try rewriter.source().all() }
      require(unfailing("and again") { try rewriter.source().all() } == bytes, "a rewriter gives the same bytes twice")
      let scan = unfailing("it can be scanned") { try LineScan(ArraySource(bytes)) }
      require(isSame(structure, bytes), "the \(form) form has the structure of the message")
      require(!scan.hasBareLF, "line ends in the \(form) form are CRLF: \(scan)")
      guard form == .signed else { continue }
      require(scan.highCount == 0 && !scan.hasNUL && !scan.hasLongLine, "what is signed passes every mail system")
      require(!scan.hasBareCR, "what is signed has no bare CR: \(scan)")
      guard !structure.entities.contains(where: { $0.contentType.matches("multipart", "signed") }) else { continue }
      require(!scan.hasTrailingBlank && !scan.hasFromLine, "what is signed has no line that others change")
    }
  }
}
