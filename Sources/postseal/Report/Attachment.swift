import MIME

/// A part of a message that is listed and saved rather than read.
struct Attachment {
  /// Its number in the list, from 1, as `extract` takes it.
  let number: Int
  let entity: Entity
  /// The name the sender gave, as received; nil for none.
  let proposedName: String?

  /// The name it is saved under.
  var name: AttachmentName { AttachmentName(proposedName, number: number) }

  /// Whether `entity` is an attachment: a leaf that asks to be one, has a name, or is no text.
  static func isOne(_ entity: Entity) -> Bool {
    guard entity.isLeaf else { return false }
    if (try? entity.disposition())?.isAttachment == true { return true }
    return (try? entity.filename()) != nil || entity.contentType.type != "text"
  }

  /// The attachments of `structure`, in order.
  static func all(in structure: MessageStructure) -> [Attachment] {
    structure.entities.filter(isOne).enumerated().map { index, entity in
      Attachment(number: index + 1, entity: entity, proposedName: try? entity.filename())
    }
  }
}
