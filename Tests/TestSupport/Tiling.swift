package import MIME

/// Walks a structure and lists, in order, all ranges that the message consists of.
///
/// A delimiter is what lies between a part and its neighbours, so it is checked by its content instead.
package struct Tiling {
  /// What does not fit, in the order found; empty when all does.
  package private(set) var faults: [String] = []
  private let structure: MessageStructure
  private let message: [UInt8]

  /// Checks `structure` against the message it came from.
  package init(_ structure: MessageStructure, _ message: [UInt8]) {
    self.structure = structure
    self.message = message
    expect(structure.count == message.count, "count")
    expect(structure.root.range == 0..<message.count, "root \(structure.root.range)")
    for entity in structure.entities { check(entity) }
  }

  private mutating func expect(_ holds: Bool, _ what: String) {
    if !holds { faults.append(what) }
  }

  private mutating func check(_ entity: Entity) {
    let name = "entity \(entity.index): "
    let header = entity.header.range
    let separator = header.upperBound..<max(header.upperBound, entity.body.lowerBound)
    expect(header.lowerBound == entity.range.lowerBound, name + "header start")
    expect(entity.body.upperBound == entity.range.upperBound, name + "body end")
    expect(header.upperBound <= entity.body.lowerBound, name + "header and body overlap")
    expect(message[separator].allSatisfy { $0 == 13 || $0 == 10 }, name + "separator")
    expect(Array(message[header]) == entity.header.bytes, name + "header bytes")
    var position = header.lowerBound
    for field in entity.header.fields {
      expect(field.range.lowerBound >= position, name + "field order")
      expect(Array(message[field.range]) == Array(field.raw), name + "field bytes")
      position = field.range.upperBound
    }
    expect(position <= header.upperBound, name + "field end")
    checkOpening(entity, name)
    checkChildren(entity, name)
  }

  private mutating func checkOpening(_ entity: Entity, _ name: String) {
    let opening = entity.isLeaf ? Array(message[entity.body].prefix(Entity.openingSize)) : []
    expect(entity.opening == opening, name + "opening")
    if let armor = entity.armor {
      expect(entity.body.contains(armor.offset), name + "armor offset")
      expect(message[armor.offset...].starts(with: "-----\(armor.kind.rawValue)-----".utf8), name + "armor")
    }
  }

  private mutating func checkChildren(_ entity: Entity, _ name: String) {
    for (number, child) in entity.children.enumerated() {
      expect(structure[child].parent == entity.index, name + "parent of \(child)")
      expect(structure[child].ordinal == number + 1, name + "ordinal of \(child)")
      expect(structure[child].depth == entity.depth + 1, name + "depth of \(child)")
    }
    switch entity.kind {
    case .leaf: expect(entity.children.isEmpty, name + "leaf with children")
    case .message:
      expect(entity.children.count == 1, name + "one message")
      expect(entity.children.allSatisfy { structure[$0].range == entity.body }, name + "message range")
    case .multipart(let multipart): check(entity, multipart, name)
    }
  }

  private mutating func check(_ entity: Entity, _ multipart: Entity.Multipart, _ name: String) {
    expect(multipart.preamble.lowerBound == entity.body.lowerBound, name + "preamble start")
    expect(multipart.epilogue.upperBound == entity.body.upperBound, name + "epilogue end")
    var position = multipart.preamble.upperBound
    for child in entity.children.map({ structure[$0] }) {
      checkDelimiter(position..<child.range.lowerBound, multipart, closing: "", name)
      position = child.range.upperBound
    }
    guard let closing = multipart.closing else {
      expect(position == entity.body.upperBound, name + "open end")
      expect(entity.defects.contains(.unterminated), name + "unterminated")
      return
    }
    expect(closing.lowerBound == position, name + "closing start")
    expect(closing.upperBound == multipart.epilogue.lowerBound, name + "closing end")
    checkDelimiter(closing, multipart, closing: "--", name)
  }

  private mutating func checkDelimiter(
    _ range: Range<Int>, _ multipart: Entity.Multipart, closing: String, _ name: String
  ) {
    let text = message[range].drop { $0 == 13 || $0 == 10 }
    let delimiter = Array("--".utf8) + multipart.boundary + Array(closing.utf8)
    expect(text.starts(with: delimiter), name + "delimiter")
    expect(text.dropFirst(delimiter.count).allSatisfy { [9, 10, 13, 32].contains($0) }, name + "padding")
  }
}
