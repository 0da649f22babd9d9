package import ByteStreams

/// The messages of a mailbox, one after the other in its order.
package struct StoredMessages: Sendable {
  private var place: Place

  private enum Place: Sendable {
    case maildir(Maildir, next: Int)
    case mbox(MboxReader)
    case single(StoredMessage?)
  }

  package init(_ maildir: Maildir) { place = .maildir(maildir, next: 0) }
  package init(_ mbox: MboxReader) { place = .mbox(mbox) }
  package init(_ message: StoredMessage) { place = .single(message) }

  /// The next message; nil after the last.
  ///
  /// - Throws: `system`, `changed`: of an mbox, whose rest can then not be read.
  package mutating func next() throws(StreamError) -> StoredMessage? {
    switch place {
    case .maildir(let maildir, let index):
      guard index < maildir.count else { return nil }
      place = .maildir(maildir, next: index + 1)
      return maildir[index]
    case .mbox(var reader):
      let message = try reader.nextMessage()
      place = .mbox(reader)
      return message
    case .single(let message):
      place = .single(nil)
      return message
    }
  }

  /// How many messages are left; an mbox is read for it, to its end.
  ///
  /// - Throws: `system`, `changed`.
  package func count() throws(StreamError) -> Int {
    if case .maildir(let maildir, let next) = place { return maildir.count - next }
    var rest = self
    var count = 0
    while try rest.next() != nil { count += 1 }
    return count
  }

  /// The message that somebody calls by its number, or in a Maildir by its file's name; nil when there is none.
  ///
  /// - Throws: `system`, `changed`.
  package func message(called name: String) throws(StreamError) -> StoredMessage? {
    if case .maildir(let maildir, _) = place {
      guard let number = Int(name) ?? maildir.number(named: name), number >= 1, number <= maildir.count else {
        return nil
      }
      return maildir[number - 1]
    }
    var rest = self
    while let message = try rest.next() {
      if message.name == name { return message }
    }
    return nil
  }
}
