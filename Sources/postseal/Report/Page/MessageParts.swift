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
    self.init(
      of: content.structure, root: content.root, hidden: Set(content.hiddenParts), covered: content.covered)
  }

  /// - Parameters:
  ///   - root: the entity to look below.
  ///   - hidden: parts that are neither shown nor listed.
  ///   - covered: the entities that the verdict speaks of; nil for none.
  init(of structure: MessageStructure, root: Int = 0, hidden: Set<Int> = [], covered: Range<Int>? = nil) {
    var all: [MessagePart] = []
    var number = 0
    var pending = [(index: root, isSpare: false)]
    while let (index, isSpare) = pending.popLast() {
      let entity = structure[index]
      if case .multipart = entity.kind {
        pending += Self.children(of: entity, in: structure, isSpare).reversed()
        continue
      }
      let choice = PartChoice(entity, in: structure)
      let isHidden = hidden.contains(index) || choice.isControl
      let role: MessagePart.Role =
        if isHidden { .hidden } else if choice.isShown { isSpare ? .alternative : .text } else { .attachment }
      let isListed = role == .attachment || role == .text && choice.hasName
      if isListed { number += 1 }
      all.append(
        MessagePart(
          entity: entity, section: structure.path(of: index), role: role, number: isListed ? number : nil,
          isCovered: covered?.contains(index) ?? false,
          forwarded: entity.kind == .message ? entity.children.first.map { structure[$0].header } : nil))
    }
    self.all = all
  }

  /// The children of a multipart, each with whether another one is shown in its place.
  private static func children(
    of entity: Entity, in structure: MessageStructure, _ isSpare: Bool
  ) -> [(index: Int, isSpare: Bool)] {
    guard !isSpare, entity.contentType.matches("multipart", "alternative") else {
      return entity.children.map { ($0, isSpare) }
    }
    // Plain text is preferred; of several others the last is the best.
    let chosen =
      entity.children.first { holdsText("plain", at: $0, in: structure) && !holdsText("html", at: $0, in: structure) }
      ?? entity.children.last { holdsText("html", at: $0, in: structure) }
      ?? entity.children.last { PartChoice(structure[$0], in: structure).isShown }
    return entity.children.map { ($0, chosen != nil && $0 != chosen) }
  }

  private static func holdsText(_ subtype: String, at index: Int, in structure: MessageStructure) -> Bool {
    structure.subtree(of: index).contains {
      let entity = structure[$0]
      guard entity.contentType.matches("text", subtype) else { return false }
      let choice = PartChoice(entity, in: structure)
      return choice.isShown && !choice.isBlank
    }
  }
}

/// What a part is fit for.
struct PartChoice {
  private let entity: Entity
  private let structure: MessageStructure

  init(_ entity: Entity, in structure: MessageStructure) {
    self.entity = entity
    self.structure = structure
  }

  /// Longer text with a name is somebody's file rather than a part of the letter.
  private static let namedLimit = 64 << 10
  /// Kinds of text that a person reads as it stands, or that can be made plain.
  private static let readable: Set<String> = [
    "plain", "html", "enriched", "markdown", "x-markdown", "x-patch", "x-diff",
  ]

  /// Whether it is text to be read in place.
  var isShown: Bool {
    guard entity.isLeaf, entity.contentType.type == "text", Self.readable.contains(entity.contentType.subtype) else {
      return false
    }
    if (try? entity.disposition())?.isAttachment ?? false { return false }
    return !hasName || entity.contentType.subtype != "html" && entity.body.count <= Self.namedLimit
  }

  /// Whether the sender gave it the name of a file.
  var hasName: Bool { (try? entity.filename()) != nil }

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
    guard entity.role == .part, let parent = entity.parent.map({ structure[$0] }), parent.children.count == 2 else {
      return false
    }
    if entity.contentType.matches("application", "pgp-signature") {
      return entity.ordinal == 2 && parent.contentType.matches("multipart", "signed")
    }
    return entity.contentType.matches("application", "pgp-encrypted") && entity.ordinal == 1
      && parent.contentType.matches("multipart", "encrypted")
  }
}
