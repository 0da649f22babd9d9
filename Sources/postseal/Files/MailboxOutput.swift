import ByteStreams
import MailTransport
import SystemPackage

/// The Maildir or mbox that `--into` names.
enum MailboxOutput {
  /// Makes or continues it.
  ///
  /// - Parameter source: what will be read; the archive must not be it, nor lie in it.
  /// - Throws: `Failure` 64, 73 and 75, `StreamError`.
  static func open(_ name: String, from source: String?) throws -> any MailboxWriter {
    if RetrievalSource.isURL(name) {
      throw Failure(
        .usage, "cannot write into \(name): a mailbox on a server is only read",
        hint: "name a Maildir or mbox of this machine with `--into`")
    }
    let mailbox = MailboxInput.path(name)
    let path = mailbox.path
    if let source, source != "-" {
      let (from, to) = (try Folders.resolved(MailboxInput.path(source).path), try target(path))
      guard !to.starts(with: from) else {
        throw Failure(
          .usage, from == to ? "\(path) is where the messages come from" : "\(path) lies within \(source)",
          hint: "name another mailbox with `--into`")
      }
    }
    do {
      return try mailbox.open()
    } catch {
      switch error {
      case .notMaildir:
        throw Failure(
          .cannotCreate, "cannot write into \(path): it holds other things than a Maildir",
          hint: "name a new folder, or an mbox, with `--into`")
      case .notMbox:
        throw Failure(
          .cannotCreate, "cannot write into \(path): it holds other things than an mbox",
          hint: "name a new file, or a Maildir, with `--into`")
      case .inUse:
        throw Failure(.tryAgain, "another run writes into \(path)", hint: "run it again when that has ended")
      case .stream(.system(let errno, let act, let subject)) where act != "lock":
        throw Failure(.cannotCreate, "cannot create \(subject): \(errno.sentence)")
      case .stream(let cause): throw cause
      }
    }
  }

  private static func target(_ path: FilePath) throws(Failure) -> FilePath {
    do throws(StreamError) { return try Folders.resolved(path) } catch {
      guard case .system(let errno, _, _) = error else { throw Failure(error) }
      throw Failure(.cannotCreate, "cannot create \(path): \(errno.sentence)")
    }
  }
}
