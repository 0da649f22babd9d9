import ByteStreams
import GPGME
import MIME
import SealedMail
import Synchronization
import SystemPackage

/// Where a message lies while its author edits it: a file of mode 0600 in a folder of its own, in memory where the system has that.
///
/// Whatever ends the run, the folder is gone afterwards, with all that an editor left in it; what was written is kept as a draft, or
/// where that cannot be, left in a folder that is named.
final class Workplace: Sendable {
  private struct State: Sendable {
    /// What the editor was given, without comments.
    var given: String
    let base: Composition
    /// The message as it was read after the editor ended; nil while one is open.
    var settled: Composition?
    var isOver = false
  }

  /// What became of a text that was not sent.
  enum Rescue {
    case kept(Draft)
    /// It could not be sealed, for this reason, and lies in clear in this file.
    case left(FilePath, Failure)
    /// Nobody wrote anything.
    case nothing
  }

  private let session: Session
  private let signer: String?
  /// The draft that is continued.
  let draft: Draft?
  private let folder: PrivateFolder
  private let state: Mutex<State>

  private static let prefix = "postseal-compose"
  private static let leftPrefix = "postseal-unsent"
  // Editors know by this ending that it is mail.
  private static let file: FilePath.Component = "letter.eml"
  /// More text than anybody writes; what is larger is attached.
  private static let sizeLimit = 16 << 20

  /// What the editor is to open.
  var path: FilePath { folder.path.appending(Self.file) }
  /// Where the editor may lay what else it needs.
  var folderPath: FilePath { folder.path }

  /// Makes the folder, and removes those of runs that were killed.
  ///
  /// - Parameter disk: whether text that came sealed from others may lie on a disk.
  /// - Throws: `Failure` 73 where that would have to be and is not allowed, `StreamError`.
  init(
    _ session: Session, _ composition: Composition, signer: String?, draft: Draft?, disk: DiskPermission
  ) throws {
    let memory = MemoryFileSystem.first()
    let base = try Self.base(for: composition.origin, disk: disk, memory: memory)
    for folder in Set([base, Spool.defaultDirectory]) { PrivateFolder.sweep(folder, prefix: Self.prefix) }
    folder = try PrivateFolder(in: base, prefix: Self.prefix)
    if memory == nil { session.console.note("no memory file system here; the text lies in \(base) while you edit it") }
    self.session = session
    self.signer = signer
    self.draft = draft
    state = Mutex(State(given: "", base: composition))
  }

  /// Where the folder is made.
  ///
  /// - Throws: `Failure` 73 where text that came sealed from others would have to lie on a disk, and must not.
  static func base(
    for origin: Answer.Origin, disk: DiskPermission, memory: FilePath?
  ) throws(Failure) -> FilePath {
    if memory == nil, origin == .sealed, disk == .ownTextOnly { throw .noMemoryFolder }
    return memory ?? Spool.defaultDirectory
  }

  /// Gives the editor a text, with comments in front.
  func give(_ text: String, _ comments: [String]) throws(StreamError) {
    state.withLock {
      $0.given = LetterTemplate.uncommented(text)
      $0.settled = nil
    }
    try folder.write(Array(LetterTemplate.commented(text, comments).utf8), to: Self.file)
  }

  /// What the editor left; nil when that is what it was given.
  ///
  /// - Throws: `Failure` 65 for what is no text in UTF-8, `StreamError`.
  func edited() throws -> String? {
    let bytes = try folder.read(Self.file, limit: Self.sizeLimit, what: "the text")
    let text = try Composition.text(bytes, of: "the text")
    let given = state.withLock { $0.given }
    return LetterTemplate.uncommented(text).withoutEnd == given.withoutEnd ? nil : text
  }

  /// What is kept, should the run end now.
  func remember(_ composition: Composition) {
    state.withLock { $0.settled = composition }
  }

  /// Keeps what there is as a draft and ends; only the first call does something, and every other one waits for it.
  @discardableResult
  func rescue() -> Rescue {
    state.withLock { state in
      guard !state.isOver else { return .nothing }
      state.isOver = true
      do {
        guard let composition = try state.settled ?? Self.latest(in: folder, state) else {
          folder.remove()
          return .nothing
        }
        // The session's own connection ends with whatever was asked to stop.
        let engine = EngineConfiguration(
          home: session.engine.home, passphrases: .neverAsk, cancellation: CancellationToken())
        var gpg = try Context.open(engine)
        let kept = try session.keep(composition, signer: signer, inPlaceOf: draft, with: &gpg)
        folder.remove()
        return .kept(kept)
      } catch {
        let cause = Failure(error) ?? Failure(.systemError, "\(error)")
        guard let place = folder.leave(as: Self.leftPrefix) else { return .nothing }
        return .left(place.appending(Self.file), cause)
      }
    }
  }

  /// Ends without keeping anything.
  func close() {
    state.withLock { $0.isOver = true }
    folder.remove()
  }

  /// What the file says now, as well as it can be read; nil when there is none, or when it says what the editor was given.
  private static func latest(in folder: PrivateFolder, _ state: State) throws -> Composition? {
    guard folder.contains(file) else { return nil }
    let bytes = try folder.read(file, limit: sizeLimit, what: "the text")
    let text = LetterTemplate.uncommented(TerminalText.lines(of: bytes))
    if text.withoutEnd == state.given.withoutEnd || text.withoutEnd.isEmpty { return nil }
    if let composition = try? LetterTemplate.read(text, base: state.base, types: .ofSystem()) { return composition }
    // Fields and all: it is for its author to put in order.
    var composition = state.base
    composition.text = text.hasSuffix("\n") ? text : text + "\n"
    return composition
  }
}

/// Where the file that an editor opens may lie.
enum DiskPermission: Sendable {
  /// In memory whatever came sealed from others, anywhere else what its author writes.
  case ownTextOnly
  /// Anywhere: the author said so.
  case everything
}

extension Failure {
  fileprivate static let noMemoryFolder = Failure(
    .cannotCreate,
    "cannot edit what repeats a sealed message: its text must not reach a disk, and neither $XDG_RUNTIME_DIR nor /dev/shm lies in memory here",
    hint: "answer without its text, `--no-quote`, or let the editor's file lie on a disk, `--quote-on-disk`")
}

extension TerminalText {
  /// The text in bytes of whatever charset, with what is no text of lines left out: for what must be kept rather than refused.
  fileprivate static func lines(of bytes: [UInt8]) -> String {
    let text = TextReading(bytes, declared: nil).text.replacing("\r\n", with: "\n")
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          scalar == "\n" || scalar == "\t" || scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
        }))
  }
}

extension String {
  /// The text without the blanks and line ends after it, which editors add and take away.
  fileprivate var withoutEnd: Substring {
    var rest = self[...]
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
