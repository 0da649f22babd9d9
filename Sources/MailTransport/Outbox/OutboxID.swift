import ByteStreams

/// What an entry of the outbox is called: eight characters for the message, and the number of the copy.
package struct OutboxID: Sendable, Hashable, CustomStringConvertible {
  /// What all copies of one message share.
  package let group: String
  /// 0 for the copy that its sender keeps, from 1 on for those of its recipients.
  package let part: Int

  /// The most copies that a message can have; every blind recipient has one.
  static let partLimit = 100_000

  /// A new group, which no other message has.
  package static func newGroup() -> String { SystemRandom.name(8) }

  package init(group: String, part: Int) {
    self.group = group
    self.part = part
  }

  /// Nil for what is no ID.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isGroup(parts[0]), let part = Int(parts[1]), (0..<Self.partLimit).contains(part),
      String(part) == parts[1]
    else { return nil }
    self.init(group: String(parts[0]), part: part)
  }

  /// Whether a text has the form of a group.
  package static func isGroup(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 8 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
  }

  package var description: String { "\(group)-\(part)" }

  /// The name of its file.
  var fileName: String { "\(self).eml" }

  /// The ID of a file; nil for a name that no entry has.
  init?(fileName: String) {
    guard fileName.hasSuffix(".eml") else { return nil }
    self.init(fileName.dropLast(4))
  }
}
