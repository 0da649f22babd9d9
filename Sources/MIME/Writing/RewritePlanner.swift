import ByteStreams

/// Decides, part by part, what of an entity passes through and what is written anew.
struct RewritePlanner {
  private let structure: MessageStructure
  private let store: ByteStore
  private let form: SevenBitRewriter.Form
  /// For each entity whether it lies in a multipart/signed, so that a change would break somebody's signature.
  private let isSealedOff: [Bool]

  init(_ structure: MessageStructure, in store: ByteStore, form: SevenBitRewriter.Form) {
    self.structure = structure
    self.store = store
    self.form = form
    var sealedOff: [Bool] = []
    for entity in structure.entities {
      let parent = entity.parent
      sealedOff.append(
        parent.map { sealedOff[$0] || structure[$0].contentType.matches("multipart", "signed") } ?? false)
    }
    isSealedOff = sealedOff
  }

  /// Whether lines may pass through: what is signed already is changed for the transport only (RFC 1847 §2.1).
  private func passes(_ scan: LineScan, in entity: Int) -> Bool {
    isSealedOff[entity] ? scan.isTransportable : scan.isSignable
  }

  /// The plan of the entity's own header, that of its body, and the encoding that its body has then.
  mutating func plan(
    _ root: Int
  ) throws(MIMEError) -> (header: RewritePlan, body: RewritePlan, encoding: ContentTransferEncoding) {
    var (header, body) = (RewritePlan(), RewritePlan())
    var position = structure[root].range.lowerBound
    var rootEncoding = structure[root].transferEncoding
    for index in structure.subtree(of: root) {
      let entity = structure[index]
      try planGap(position..<entity.range.lowerBound, before: entity, isRoot: index == root, into: &body)
      let target = try target(for: entity)
      let encoding = if let target { target.transferEncoding } else { try passingEncoding(of: entity) }
      if index == root {
        rootEncoding = encoding
        try planHeader(of: entity, encoding: encoding, into: &header)
      } else {
        try planHeader(of: entity, encoding: encoding, into: &body)
      }
      position = entity.body.lowerBound
      guard entity.isLeaf else { continue }
      if let target {
        body.append(.encoded(entity.body, from: entity.transferEncoding, to: target))
      } else {
        body.append(.range(entity.body))
      }
      position = entity.body.upperBound
    }
    try planTail(position..<structure[root].range.upperBound, of: root, into: &body)
    return (header, body, rootEncoding)
  }

  // MARK: Leaves

  /// How a leaf's body has to be encoded anew; nil when it passes through.
  private func target(for entity: Entity) throws(MIMEError) -> RewritePlan.BodyEncoding? {
    guard entity.isLeaf else { return nil }
    let isText = entity.contentType.type == "text"
    switch form {
    case .encrypted:
      guard entity.transferEncoding == .binary else { return nil }
      if isText, try !scan(entity.body).hasNUL { return nil }
      return .base64Binary
    case .signed:
      let found = try scan(entity.body)
      guard !passes(found, in: entity.index) || entity.transferEncoding == .binary && found.hasBareLF && !isText else {
        return nil
      }
      return try signedTarget(for: entity, isText: isText, found: found)
    }
  }

  private func signedTarget(
    for entity: Entity, isText: Bool, found: LineScan
  ) throws(MIMEError) -> RewritePlan.BodyEncoding {
    if case .unknown(let token) = entity.transferEncoding {
      throw .malformedEncoding("part \(structure.path(of: entity.index)) cannot be signed in the encoding \(token)")
    }
    guard !entity.contentType.isMultipart else {
      throw .malformedEncoding("part \(structure.path(of: entity.index)) is a multipart without a usable boundary")
    }
    if entity.transferEncoding == .base64 { return .base64Binary }
    if entity.transferEncoding == .quotedPrintable { return isText ? .quotedPrintableText : .quotedPrintableBinary }
    // Source: RFC 2046 §5.2: no base64 for any kind of message.
    if entity.contentType.type == "message" { return .quotedPrintableText }
    // UTF-16 and the like: their line ends are not ours to touch.
    guard isText, !found.hasNUL else { return .base64Binary }
    // Text of mostly foreign letters is not readable in quoted-printable either, and base64 is shorter.
    return found.highCount > found.count / 2 && !found.hasBareCR ? .base64Text : .quotedPrintableText
  }

  /// The encoding that an entity names when its body passes through.
  private func passingEncoding(of entity: Entity) throws(MIMEError) -> ContentTransferEncoding {
    let encoding = entity.transferEncoding
    switch form {
    // What is in there is 7-bit now. A multipart or message that claims an encoding was read without it.
    case .signed: return encoding.isIdentity || !entity.isLeaf ? .sevenBit : encoding
    case .encrypted:
      if encoding == .binary { return .eightBit }
      // A text that a person or a script wrote, without a word about its encoding.
      let isUnlabelled = entity.isLeaf && entity.contentType.type == "text" && encoding == .sevenBit
      guard isUnlabelled else { return encoding }
      return try scan(entity.body).highCount > 0 ? .eightBit : encoding
    }
  }

  private func scan(_ range: Range<Int>) throws(MIMEError) -> LineScan {
    do {
      return try LineScan(store.source(range))
    } catch {
      throw .stream(error)
    }
  }

  // MARK: Headers

  /// The header with its empty line: as received when it is sound and its encoding stays.
  private func planHeader(
    of entity: Entity, encoding: ContentTransferEncoding, into plan: inout RewritePlan
  ) throws(MIMEError) {
    let range = entity.range.lowerBound..<entity.body.lowerBound
    let isSound = form == .encrypted || passes(LineScan(entity.header.bytes), in: entity.index)
    let damage: Entity.Defects = [.missingSeparator, .mboxLine, .byteOrderMark]
    if isSound, encoding == entity.transferEncoding, entity.defects.isDisjoint(with: damage), !range.isEmpty {
      plan.append(.range(entity.header.range))
      let separator = entity.header.range.upperBound..<entity.body.lowerBound
      plan.append(try hasStrayReturn(separator, of: entity) ? .bytes([0x0D, 0x0A]) : .range(separator))
    } else {
      try checkBoundary(of: entity)
      plan.append(.bytes(Self.header(try fields(of: entity.header), encoding)))
    }
  }

  /// Refuses a multipart with the boundary of one around it: with an empty line behind its header, which it may lack, it would take the
  /// parts of that one.
  ///
  /// Source: RFC 2046 §5.1.2
  private func checkBoundary(of entity: Entity) throws(MIMEError) {
    guard case .multipart(let own) = entity.kind else { return }
    var around = entity.parent
    while let index = around {
      if case .multipart(let other) = structure[index].kind, other.boundary == own.boundary {
        throw .malformed(.boundary, text: String(decoding: own.boundary, as: UTF8.self))
      }
      around = structure[index].parent
    }
  }

  /// The fields to write again; inside encryption, where eight bits are safe, what cannot be written anew stays as it came.
  private func fields(of header: Header) throws(MIMEError) -> [FieldLine] {
    guard form == .encrypted else { return try HeaderDraft(header).fields }
    var fields: [FieldLine] = []
    for field in header.fields {
      // A boundary with eight bits would not be what its delimiters are, once it is written anew.
      if !field.isNamed("Content-Type"), let line = try? FieldLine.received(field) {
        fields.append(line)
      } else {
        fields.append(try .carried(field))
      }
    }
    return fields
  }

  /// True for an empty line with a CR that is not half of its line end.
  ///
  /// Only one that is longer than it should be can have it, or one without a body after it: its own line end can belong
  /// to the delimiter that follows, or be missing.
  private func hasStrayReturn(_ separator: Range<Int>, of entity: Entity) throws(MIMEError) -> Bool {
    guard separator.count > 2 || entity.body.isEmpty, !separator.isEmpty else { return false }
    return try scan(separator).hasBareCR
  }

  /// A header block of `fields` with the encoding that fits, and the empty line.
  static func header(_ fields: [FieldLine], _ encoding: ContentTransferEncoding) -> [UInt8] {
    var draft = HeaderDraft(fields)
    draft.remove("Content-Transfer-Encoding")
    if encoding != .sevenBit { draft.append(.transferEncoding(encoding)) }
    return draft.bytes
  }

  // MARK: Between parts

  /// What stands before an entity: nothing, a preamble with a delimiter, or a delimiter.
  private func planGap(
    _ gap: Range<Int>, before entity: Entity, isRoot: Bool, into plan: inout RewritePlan
  ) throws(MIMEError) {
    guard !isRoot, !gap.isEmpty else { return }
    if try passes(gap, in: entity.index) {
      plan.append(.range(gap))
      return
    }
    // A gap can hold the end of multiparts that closed before this part, innermost first.
    guard let parent = entity.parent, case .multipart(let own) = structure[parent].kind else {
      throw .malformedEncoding("part \(structure.path(of: entity.index)) cannot be signed: its header does not end")
    }
    for closed in multiparts(closedAfter: entity.index - 1, below: parent) {
      plan.append(.bytes(try closing(of: closed)))
    }
    let start: [UInt8] = entity.ordinal == 1 ? [] : [0x0D, 0x0A]
    plan.append(.bytes(start + Array("--\(try text(of: own.boundary))\r\n".utf8)))
  }

  /// What stands after the last part: closing delimiters and epilogues.
  private func planTail(_ tail: Range<Int>, of root: Int, into plan: inout RewritePlan) throws(MIMEError) {
    guard !tail.isEmpty else { return }
    if try passes(tail, in: root) {
      plan.append(.range(tail))
      return
    }
    let last = structure.subtree(of: root).upperBound - 1
    for closed in multiparts(closedAfter: last, below: structure[root].parent) {
      plan.append(.bytes(try closing(of: closed)))
    }
  }

  /// Preambles and epilogues are shown to nobody; what is not fit to be signed among them is dropped.
  private func passes(_ gap: Range<Int>, in entity: Int) throws(MIMEError) -> Bool {
    if form == .encrypted { return true }
    return passes(try scan(gap), in: entity)
  }

  /// The closed multiparts around `last`, innermost first, up to but without `parent`.
  private func multiparts(closedAfter last: Int, below parent: Int?) -> [Entity.Multipart] {
    var closed: [Entity.Multipart] = []
    var next: Int? = last
    while let index = next, index != parent {
      if case .multipart(let multipart) = structure[index].kind, multipart.closing != nil { closed.append(multipart) }
      next = structure[index].parent
    }
    return closed
  }

  private func closing(of multipart: Entity.Multipart) throws(MIMEError) -> [UInt8] {
    Array("\r\n--\(try text(of: multipart.boundary))--\r\n".utf8)
  }

  private func text(of boundary: [UInt8]) throws(MIMEError) -> String {
    let text = String(decoding: boundary, as: UTF8.self)
    guard boundary.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw .malformed(.boundary, text: text) }
    return text
  }
}
