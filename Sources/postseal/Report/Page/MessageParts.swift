import MIME
import SealedMail

/// The parts of a message: which are read as text, which are listed and saved, and which are neither.
struct MessageParts {
  /// Every part that holds something, in order; messages inside the message are parts as a whole.
  let all: [MessagePart]

  /// The text that is shown, in order.
  var texts: [MessagePart] { all.filter { $0.role == .text } }
  /// What is listed and saved, in order, numbered from 1.
  var attachments: [MessagePart] { all.filter { $0.number != nil } }

  init(of content: OpenedContent) {
    let hidden = Set(content.protection?.hiddenParts ?? [])
    self.init(of: content.structure, root: content.root, hidden: hidden, covered: content.covered)
  }

  /// - Parameters:
  ///   - root: the entity to look below.
  ///   - hidden: parts that are neither shown nor listed.
  ///   - covered: the entities that the verdict speaks of; nil for none.
  init(of structure: MessageStructure, root: Int = 0, hidden: Set<Int> = [], covered: Range<Int>? = nil) {
    let choices = PartChoice.all(in: structure)
    let texts = TextKinds.all(of: choices, in: structure)
    let shown = structure.subtree(of: root).filter {
      choices[$0].isShown && !choices[$0].isBlank && !hidden.contains($0)
    }
    var all: [MessagePart] = []
    var number = 0
    var pending = [(index: root, isSpare: false)]
    while let (index, isSpare) = pending.popLast() {
      let entity = structure[index]
      if case .multipart = entity.kind {
        pending += Self.children(of: entity, choices, texts, isSpare).reversed()
        continue
      }
      let choice = choices[index]
      let isHidden = hidden.contains(index) || choice.isControl
      let role: MessagePart.Role =
        if isHidden {
          .hidden
        } else if choice.isShown {
          isSpare ? .alternative : .text
        } else {
          // An invitation that is all of a letter is better read as it stands than not at all.
          shown.isEmpty && choice.isOtherText ? .text : .attachment
        }
      let isListed = role == .attachment || role == .text && (choice.hasName || !choice.isShown)
      if isListed { number += 1 }
      all.append(
        MessagePart(
          entity: entity, section: structure.path(of: index), role: role, number: isListed ? number : nil,
          disposition: choice.disposition, sentName: choice.name, isCovered: covered?.contains(index) ?? false,
          forwarded: entity.kind == .message ? entity.children.first.map { structure[$0].header } : nil))
    }
    self.all = all
  }

  /// The children of a multipart, each with whether another one is shown in its place.
  private static func children(
    of entity: Entity, _ choices: [PartChoice], _ texts: [TextKinds], _ isSpare: Bool
  ) -> [(index: Int, isSpare: Bool)] {
    guard !isSpare, entity.contentType.matches("multipart", "alternative") else {
      return entity.children.map { ($0, isSpare) }
    }
    // Plain text is preferred; of several others the last is the best.
    let chosen =
      entity.children.first { texts[$0] == .plain } ?? entity.children.last { texts[$0].contains(.html) }
      ?? entity.children.last { choices[$0].isShown }
    return entity.children.map { ($0, chosen != nil && $0 != chosen) }
  }
}

/// The kinds of text that an entity holds, itself or somewhere inside.
private struct TextKinds: OptionSet {
  let rawValue: Int

  static let plain = TextKinds(rawValue: 1 << 0)
  static let html = TextKinds(rawValue: 1 << 1)

  /// Those of each entity, by its place: found in one pass, because alternatives can be nested fifty levels deep around ten thousand parts.
  static func all(of choices: [PartChoice], in structure: MessageStructure) -> [TextKinds] {
    var kinds = choices.map(\.textKinds)
    // Parents come before their children.
    for index in kinds.indices.reversed() {
      if let parent = structure[index].parent { kinds[parent].formUnion(kinds[index]) }
    }
    return kinds
  }
}

extension PartChoice {
  fileprivate var textKinds: TextKinds {
    guard isShown, !isBlank else { return [] }
    return switch entity.contentType.subtype {
    case "plain": .plain
    case "html": .html
    default: []
    }
  }
}

/// What a part is fit for.
struct PartChoice {
  fileprivate let entity: Entity
  private let parent: Entity?
  private let isAttachment: Bool
  /// The type of its Content-Disposition; nil without one that can be read.
  let disposition: String?
  /// The name of a file that the sender gave it; it may hold anything.
  let name: String?

  private init(_ entity: Entity, in structure: MessageStructure) {
    self.entity = entity
    parent = entity.parent.map { structure[$0] }
    // Read once, and not kept: it can be long.
    let wish = try? entity.disposition()
    disposition = wish?.type
    isAttachment = wish?.isAttachment ?? false
    name = entity.filename(with: wish)
  }

  /// Those of all entities, by their place.
  static func all(in structure: MessageStructure) -> [PartChoice] {
    structure.entities.map { PartChoice($0, in: structure) }
  }

  /// Longer text with a name is somebody's file rather than a part of the letter.
  private static let namedLimit = 64 << 10
  /// Kinds of text that a person reads as it stands, or that can be made plain.
  private static let readable: Set<String> = [
    "plain", "html", "enriched", "markdown", "x-markdown", "x-patch", "x-diff",
  ]

  /// Kinds of text that nobody reads as they stand.
  private static let unreadable: Set<String> = ["rtf", "css", "javascript"]

  /// Whether it is text to be read in place.
  var isShown: Bool {
    guard entity.isLeaf, entity.contentType.type == "text", Self.readable.contains(entity.contentType.subtype) else {
      return false
    }
    if isAttachment { return false }
    return !hasName || entity.contentType.subtype != "html" && entity.body.count <= Self.namedLimit
  }

  /// Whether it is text of another kind, or html that has a name, which is read where there is nothing else to read.
  ///
  /// Source: RFC 2046 §4.1.4
  var isOtherText: Bool {
    entity.isLeaf && entity.contentType.type == "text" && !isShown && !isAttachment
      && !Self.unreadable.contains(entity.contentType.subtype) && entity.body.count <= Self.namedLimit
  }

  /// Whether the sender gave it the name of a file.
  var hasName: Bool { name != nil }

  /// Whether it has nothing but white space.
  var isBlank: Bool {
    guard entity.body.count <= entity.opening.count else { return false }
    var opening = String(decoding: entity.opening, as: UTF8.self)
    if entity.transferEncoding == .quotedPrintable {
      opening = opening.replacing("=20", with: "").replacing("=", with: "")
    }
    return opening.allSatisfy(\.isWhitespace)
  }

  /// Whether it only serves a layer of OpenPGP around it.
  ///
  /// Source: RFC 3156 §4, §5
  var isControl: Bool {
    guard entity.role == .part, let parent, parent.children.count == 2 else { return false }
    if entity.contentType.matches("application", "pgp-signature") {
      return entity.ordinal == 2 && parent.contentType.matches("multipart", "signed")
    }
    return entity.contentType.matches("application", "pgp-encrypted") && entity.ordinal == 1
      && parent.contentType.matches("multipart", "encrypted")
  }
}
