import ByteStreams
import MailTransport
import SystemPackage

/// The mailbox of this machine that mail is fetched into, as the command line or the configuration names it.
struct FetchTarget: Sendable, Equatable {
  let kind: MailboxPath.Kind
  /// An absolute path.
  let path: FilePath

  private init(kind: MailboxPath.Kind, path: FilePath) { (self.kind, self.path) = (kind, path) }

  /// Reads `maildir:PATH`, `mbox:PATH`, or a path; one that is not absolute is taken from where one stands.
  ///
  /// - Throws: `Failure` 64.
  init(argument text: String) throws(Failure) {
    let named = MailboxPath(text, home: Environment.value("HOME").map { FilePath($0) })
    guard !named.path.isEmpty, !text.utf8.contains(0), !text.contains("://") else {
      throw Failure(
        .usage, "not fetched: `\(text)` is no mailbox to deliver into",
        hint: "name one as `maildir:PATH` or `mbox:PATH`")
    }
    kind = named.outputKind
    do throws(StreamError) {
      let path = named.path
      self.path =
        path.isAbsolute
        ? path.lexicallyNormalized() : try Folders.resolved(".").pushing(path).lexicallyNormalized()
    } catch {
      throw Failure(error)
    }
  }

  /// What is wrong with one that is not sound.
  static let unsound = "it must be `maildir:` or `mbox:` and a path that is absolute or starts with ~/"

  /// Whether the configuration may name it: there is no place one stands.
  static func isSound(_ text: String) -> Bool {
    let path = MailboxPath(text, home: "/").path
    return (path.isAbsolute || text.hasPrefix("~/")) && !text.utf8.contains(0) && !text.contains("://")
  }

  /// The subfolder for a mailbox of the server, in the manner of Maildir++: `.Name` within the Maildir; the Maildir itself for INBOX.
  ///
  /// The separator parts levels; every character that could mean something else is written as `%` and two digits.
  /// - Throws: `Failure` 64 for a name that no file can have.
  func subfolder(named name: String, separator: Character? = "/") throws(Failure) -> FetchTarget {
    guard kind == .maildir else { throw hasNoSubfolders }
    guard FolderOrders.canonical(name) != "INBOX" else { return self }
    let levels = name.split(omittingEmptySubsequences: false) { $0 == separator }.map(Self.escaped)
    let folder = "." + levels.joined(separator: ".")
    guard folder.utf8.count <= 250, let component = FilePath.Component(folder), component.kind == .regular else {
      throw Failure(.usage, "not fetched: the name of the mailbox `\(name)` is too long for a folder")
    }
    return FetchTarget(kind: .maildir, path: path.appending(component))
  }

  var hasNoSubfolders: Failure {
    Failure(
      .usage, "not fetched: several mailboxes of the server need a Maildir, which has subfolders",
      hint: "name one with `--into maildir:PATH`")
  }

  private static func escaped(_ level: Substring) -> String {
    if level.isEmpty { return "%" }
    return level.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.value < 0x20 || scalar.value == 0x7F || ".%/\\:".unicodeScalars.contains(scalar) {
        result += "%" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16, uppercase: true)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}
