package import ByteStreams

extension OutboxRecord {
  /// The message of an entry's file, without the record that stands before it; all other bytes as they are.
  ///
  /// What is known of an entry is no part of its message: who opens the file, corrects the message and sends it anew would tell everybody
  /// the server, its user and the other recipients.
  ///
  /// - Throws: what reading throws.
  package static func message(in file: ByteStore) throws(StreamError) -> ByteStore {
    let opening = Array(firstField.utf8)
    guard file.count > opening.count, try file.read(0..<opening.count) == opening,
      let found = read(try file.read(0..<min(file.count, headLimit)))
    else { return file }
    return file.slice(found.count..<file.count)
  }
}
