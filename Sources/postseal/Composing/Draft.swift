import ByteStreams
import GPGME
import MIME
import SealedMail
import SystemPackage

/// A message that is not finished, kept sealed to its author alone: recipients and subject stand inside only.
struct Draft {
  /// Where it lies.
  let path: FilePath

  /// What names it: a short random name, or the path of one that lies elsewhere.
  var name: String {
    path.removingLastComponent() == (try? Draft.folder()) ? path.stem ?? path.string : path.string
  }

  /// The field that tells what of a draft came sealed from others; no sealed message takes it along.
  ///
  /// K-9 Mail and Delta Chat write it as well.
  static let stateField = "Autocrypt-Draft-State"

  /// The folder of drafts: `$XDG_STATE_HOME/postseal/drafts`.
  ///
  /// - Throws: `Failure` 78 when the environment names no place.
  static func folder() throws(Failure) -> FilePath { try Session.stateFolder().appending("drafts") }

  /// The draft that a person names: one of the folder's, or a file.
  ///
  /// - Throws: `Failure` 66 and 78.
  static func named(_ name: String) throws(Failure) -> Draft {
    if let component = FilePath.Component("\(name).eml"), component.kind == .regular {
      let path = try folder().appending(component)
      if Folders.holdsFile(path) { return Draft(path: path) }
    }
    guard Folders.holdsFile(FilePath(name)) else {
      throw Failure(.noInput, "there is no draft `\(name)`", hint: "see them with `postseal compose --list-drafts`")
    }
    return Draft(path: FilePath(name))
  }

  /// Those of the folder, the latest first.
  ///
  /// - Throws: `Failure` 78, `StreamError`.
  static func all() throws -> [(draft: Draft, modified: Int64)] {
    let folder = try folder()
    guard Folders.exists(folder) else { return [] }
    let names = try Folder(folder).names(.files).filter { $0.extension == "eml" && !$0.string.hasPrefix(".") }
    return try names.map { name in
      let path = folder.appending(name)
      return (Draft(path: path), try ByteStore.file(path).modified ?? 0)
    }.sorted { ($0.modified, $0.draft.path.string) > ($1.modified, $1.draft.path.string) }
  }

  /// Writes a sealed message as a draft, in place of `old` where that is one of the folder's.
  ///
  /// - Throws: `Failure` 73 and 78, `StreamError`.
  static func write(_ message: SubmittableMessage, inPlaceOf old: Draft?) throws -> Draft {
    let folder = try folder()
    try Folders.createWhole(folder)
    let isOwn = old.map { $0.path.removingLastComponent() == folder } ?? false
    let path = isOwn ? old?.path ?? folder : folder.appending("\(SystemRandom.name(6)).eml")
    let file = try Output.file(path, policy: isOwn ? .replace : .neverReplace)
    _ = try message.bytes.source().copy(to: file)
    try file.finish()
    return Draft(path: path)
  }

  /// Removes it once the message was sent; a file that lies elsewhere stays.
  func remove() {
    guard let folder = try? Draft.folder(), path.removingLastComponent() == folder else { return }
    Folders.removeFile(path)
  }
}

extension Session {
  /// Keeps a message as a draft, sealed to its author alone.
  ///
  /// - Throws: `SealError`; `Failure` where nothing says who the author is; what writing throws.
  func keep(
    _ composition: Composition, signer: String?, inPlaceOf old: Draft?, with gpg: inout Context
  ) throws -> Draft {
    var composition = composition
    if composition.from == nil { composition.from = try ownMailboxes(with: &gpg).first }
    let message = try OutgoingMessage(composition.message(), circumstances: circumstances)
    var options = SealOptions(now: now)
    options.signer = try self.signer(named: signer, for: message.from.address, with: &gpg)
    var fields = [try FieldLine.structured(Draft.stateField, Self.state(of: composition))]
    if !composition.bcc.isEmpty { fields.append(try .addresses("Bcc", AddressList(composition.bcc))) }
    let sealed = try Sealer.sealKept(message, with: fields, options: options, with: &gpg)
    return try Draft.write(sealed, inPlaceOf: old)
  }

  private static func state(of composition: Composition) -> String {
    "encrypt=yes; _is-reply-to-encrypted=\(composition.origin == .sealed ? "yes" : "no")"
  }

  /// The message that a draft is.
  ///
  /// What does not say that nothing of it came sealed from others is treated as if it did.
  /// - Throws: `Failure` 20 to 23, `OpenError`, `StreamError`.
  func composition(of draft: Draft, _ expansion: ExpansionOptions, with gpg: inout Context) throws -> Composition {
    let opened = try open(try ByteStore.file(draft.path), expansion, with: &gpg)
    guard let content = opened.content else {
      throw Failure(opened.verdict.encryption.refusal ?? .other("it was not opened"), of: "the draft \(draft.name)")
    }
    let header = opened.header
    func mailboxes(_ name: String) throws(MIMEError) -> [Mailbox] {
      var found: [Mailbox] = []
      for field in header.fields where field.isNamed(name) { found += try AddressList(parsing: field.value).mailboxes }
      return found
    }
    func identities(_ name: String) -> [MessageID] {
      header.fields.filter { $0.isNamed(name) }.flatMap { MessageID.list(parsing: $0.value) }
    }
    var result = Composition()
    (result.to, result.cc, result.bcc) = (try mailboxes("To"), try mailboxes("Cc"), try mailboxes("Bcc"))
    result.from = header.from.first
    result.subject = header.fields.first { $0.isNamed("Subject") }?.text ?? ""
    (result.answers, result.references) = (identities("In-Reply-To").first, identities("References"))
    let state = header.fields.first { $0.isNamed(Draft.stateField) }?.text ?? ""
    let isOwn = state.contains("_is-reply-to-encrypted=no") || opened.verdict.encryption == .none
    result.origin = isOwn ? .clear : .sealed
    try result.take(content)
    return result
  }
}

extension Composition {
  /// Takes the text and what goes with it out of an opened draft.
  fileprivate mutating func take(_ content: OpenedContent) throws {
    let root = content.payload
    guard root.contentType.matches("multipart", "mixed") || root.isLeaf && root.contentType.matches("text", "plain")
    else {
      throw Failure(
        .malformedInput, "the draft is neither plain text nor that with attachments, and cannot be continued here",
        hint: "go on with the program that made it")
    }
    let parts = root.contentType.matches("multipart", "mixed") ? root.children.map { content.structure[$0] } : [root]
    for (index, part) in parts.enumerated() {
      let isText = index == 0 && part.isLeaf && part.contentType.matches("text", "plain")
      guard isText else {
        enclosures.append(.part(content, part))
        continue
      }
      let bytes = try part.transferEncoding.decoding(content.source(part.body))
        .readAll(limit: 16 << 20, what: "the text of the draft")
      text = TextReading(bytes, declared: part.contentType.parameters["charset"]).text.replacing("\r\n", with: "\n")
    }
  }
}
