package import ByteStreams

/// One message of a mailbox, found and not yet read.
package struct StoredMessage: Sendable {
  /// Its place in the mailbox, from 1 on.
  package let number: Int
  /// What reports call it: its file's name in a Maildir, its number elsewhere; raw text, unsafe for a terminal.
  package let name: String
  private let place: Place

  /// Where its bytes are.
  enum Place: Sendable {
    case file(Folder, MaildirFileName, isNew: Bool)
    case range(MboxEntry, of: ByteStore)
  }

  init(number: Int, name: String, place: Place) {
    self.number = number
    self.name = name
    self.place = place
  }

  /// A message that is in no mailbox.
  package init(single bytes: ByteStore, name: String, number: Int = 1) {
    let entry = MboxEntry(range: 0..<bytes.count, delivered: bytes.modified)
    self.init(number: number, name: name, place: .range(entry, of: bytes))
  }

  /// Its bytes, without the `From ` line and the empty line that an mbox puts around it.
  ///
  /// - Throws: `system`: ENOENT when it was moved or removed meanwhile, ELOOP for a symbolic link, EINVAL for what is no regular file.
  package func bytes() throws(StreamError) -> ByteStore {
    switch place {
    case .file(let folder, let name, _): try folder.open(name.component)
    case .range(let entry, let store): store.slice(entry.range)
    }
  }

  /// How a copy of it is delivered elsewhere, the same each time it is asked.
  ///
  /// - Throws: as `bytes()`.
  package func delivery() throws(StreamError) -> Delivery {
    switch place {
    case .file(_, let name, let isNew):
      return Delivery(base: name.safeBase, flags: isNew ? nil : name.flags, isNamedByContent: false)
    case .range(let entry, let store):
      let facts = try MboxFacts(of: store.slice(entry.range))
      return Delivery(
        base: "postseal-\(facts.hash)", flags: facts.flags, isNamedByContent: true, sender: entry.sender,
        isQuoted: entry.isQuoted)
    }
  }

  /// When it was delivered, in seconds since 1970; nil where nothing tells.
  ///
  /// - Parameter bytes: what `bytes()` gave.
  package func delivered(_ bytes: ByteStore) -> Int64? {
    switch place {
    case .file: bytes.modified
    case .range(let entry, _): entry.delivered
    }
  }
}
