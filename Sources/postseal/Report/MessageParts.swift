import MIME

/// The parts of a message that are read as text, and those that are listed and saved.
struct MessageParts {
  /// The text that is shown, in order.
  let texts: [Entity]
  /// The rest, in order, numbered from 1.
  let attachments: [Attachment]

  /// - Parameters:
  ///   - root: the entity to look below.
  ///   - hidden: parts that are neither shown nor listed.
  init(of structure: MessageStructure, root: Int = 0, hidden: [Int] = []) {
    var texts: [Entity] = []
    var others: [Entity] = []
    var pending = [root]
    while let index = pending.popLast() {
      let entity = structure.entities[index]
      switch entity.kind {
      case _ where hidden.contains(index): break
      case .multipart where entity.contentType.matches("multipart", "alternative"):
        pending += Self.alternatives(entity, in: structure).reversed()
      case .multipart: pending += entity.children.reversed()
      case .leaf where Self.isText(entity): texts.append(entity)
      case .leaf, .message: others.append(entity)
      }
    }
    self.texts = texts
    attachments = others.enumerated().map { Attachment(number: $0 + 1, entity: $1) }
  }

  /// Of alternatives the plain text alone, when there is one; else all of them.
  private static func alternatives(_ entity: Entity, in structure: MessageStructure) -> [Int] {
    entity.children.first { isText(structure.entities[$0]) }.map { [$0] } ?? entity.children
  }

  /// Plain text that is not sent as a file.
  private static func isText(_ entity: Entity) -> Bool {
    guard entity.isLeaf, entity.contentType.matches("text", "plain") else { return false }
    let asFile = (try? entity.disposition())?.isAttachment ?? false
    return !asFile && (try? entity.filename()) ?? nil == nil
  }
}

/// A part of a message that is listed and saved rather than read.
struct Attachment {
  /// Its number in the list, from 1, as `extract` takes it.
  let number: Int
  let entity: Entity

  /// The name it is saved under, made of the one that the sender gave.
  var name: AttachmentName { AttachmentName((try? entity.filename()) ?? fallback, number: number) }

  /// About how many bytes it has when it is saved.
  var size: Int {
    // Base64 has three bytes in four characters, and lines of 76 of them before each CR LF.
    entity.transferEncoding == .base64
      ? (entity.body.count - 2 * (entity.body.count / 78)) * 3 / 4 : entity.body.count
  }

  private var fallback: String? {
    switch entity.contentType.mediaType {
    case "message/rfc822": "message-\(number).eml"
    case "text/html": "text-\(number).html"
    default: nil
    }
  }
}
