package import ByteStreams
package import SystemPackage

/// A Maildir to be read: the messages of `cur` and `new`; its subfolders (`.Sent` and the like) are mailboxes of their own.
///
/// Source: https://cr.yp.to/proto/maildir.html
package struct Maildir: Sendable {
  private let new: Folder
  private let current: Folder
  private let files: [(name: MaildirFileName, isNew: Bool)]

  /// Whether there is a Maildir.
  package static func exists(at path: FilePath) -> Bool {
    Folders.exists(path.appending("cur")) && Folders.exists(path.appending("new"))
  }

  /// Lists the messages, in the order of their delivery as far as their names tell it.
  ///
  /// No message is opened, and none is moved out of `new`.
  /// - Throws: `system`.
  package init(_ path: FilePath) throws(StreamError) {
    let (new, current) = (try Folder(path.appending("new")), try Folder(path.appending("cur")))
    var files = try Self.files(in: new).map { (name: $0, isNew: true) }
    // The way of a message is from `new` to `cur`: in this order none is missed, though one may be met twice.
    files += try Self.files(in: current).map { (name: $0, isNew: false) }
    files.sort { $0.name < $1.name }
    self.files = files.enumerated().filter { index, file in
      let others = [index - 1, index + 1].filter(files.indices.contains)
      guard others.contains(where: { files[$0].name.base == file.name.base }) else { return true }
      return (file.isNew ? new : current).contains(file.name.component)
    }.map(\.element)
    (self.new, self.current) = (new, current)
  }

  /// How many messages there are.
  package var count: Int { files.count }

  /// The message at `index`.
  package subscript(index: Int) -> StoredMessage {
    let (name, isNew) = files[index]
    return StoredMessage(
      number: index + 1, name: name.component.string, place: .file(isNew ? new : current, name, isNew: isNew))
  }

  /// The number of the message that somebody calls by its file's name, with or without flags; nil when there is none.
  package func number(named name: String) -> Int? {
    files.firstIndex { $0.name.component.string == name || String(decoding: $0.name.base, as: UTF8.self) == name }
      .map { $0 + 1 }
  }

  /// Names that start with a dot are not messages.
  private static func files(in folder: Folder) throws(StreamError) -> [MaildirFileName] {
    try folder.names(.files).map(MaildirFileName.init).filter { $0.base.first != UInt8(ascii: ".") }
  }
}
