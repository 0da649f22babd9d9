import ByteStreams
import MIME
import SealedMail
import SystemPackage

/// What goes with the text of a message.
enum Enclosure: Sendable {
  /// A file of the author's, by the path as they gave it.
  case file(path: String, name: String, type: ContentType)
  /// A message that is forwarded: as it came, or opened.
  case message(Forwarded)
  /// A part of a draft.
  case part(OpenedContent, Entity)

  /// A message within the message.
  enum Forwarded: Sendable {
    case received(ByteStore, subject: String)
    case opened(OpenedMessage, OpenedContent)
  }

  /// The file at `path`, as it is attached.
  ///
  /// - Throws: `Failure` 66 for what is no file that can be read.
  static func file(_ path: String, types: MediaTypes) throws(Failure) -> Enclosure {
    let location = Self.location(of: path)
    guard let name = location.lastComponent?.string, Folders.holdsFile(location) else {
      let cause = Folders.hasName(location) ? "it is no file" : "no such file or directory"
      throw Failure(.noInput, "cannot attach \(path.isEmpty ? "a file without a name" : path): \(cause)")
    }
    do { _ = try ReadableFile.open(location) } catch { throw Failure(error) }
    return .file(path: path, name: name, type: types.type(ofFile: name))
  }

  /// The path where a person means it: `~/` is their home.
  private static func location(of path: String) -> FilePath {
    guard path.hasPrefix("~/"), let home = Environment.value("HOME") else { return FilePath(path) }
    return FilePath(home).pushing(FilePath(String(path.dropFirst(2))))
  }

  /// The part of the message that it becomes.
  ///
  /// - Throws: `MIMEError` for a name that cannot be written.
  func part() throws -> ComposedMessage.Part {
    switch self {
    case .file(let path, let name, let type):
      let location = Self.location(of: path)
      return try .file(name, type) { try ByteStore.file(location).source() }
    case .message(.received(let store, _)): return .message { store.source() }
    case .message(.opened(let opened, let content)):
      return .message {
        // Received plaintext reaches no disk, and so much of it is rare.
        let sink = MemorySink(limit: Self.forwardLimit, what: "the opened message")
        try content.write(restoring: opened.header.shown(without: Self.keptFields), into: sink)
        return ArraySource(sink.bytes)
      }
    case .part(let content, let entity): return .entity { try content.source(entity.range) }
    }
  }

  private static let forwardLimit = 64 << 20
  /// What only the sender's own copy of a message tells.
  static let keptFields = ["Bcc", "Resent-Bcc", Draft.stateField]

  /// What it is, for its author.
  var words: String {
    switch self {
    case .file(let path, _, _): return TerminalText.visible(path)
    case .message(.received(_, let subject)): return "forwarded message \"\(TerminalText.visible(subject))\""
    case .message(.opened(let opened, _)):
      let subject = opened.header.fields.first { $0.isNamed("Subject") }?.text ?? ""
      return "forwarded message \"\(TerminalText.visible(subject))\", opened"
    case .part(_, let entity):
      let name = (try? entity.filename()) ?? entity.contentType.mediaType
      return "\(TerminalText.visible(name)) (\(ByteCount(entity.body.count)))"
    }
  }
}
