import ByteStreams
import MailTransport
import SystemPackage

/// The Maildir that `--into` names.
enum MailboxOutput {
  /// Makes or continues it.
  ///
  /// - Parameter source: what will be read; the archive must not be it, nor lie in it.
  /// - Throws: `Failure` 64, 73 and 75, `StreamError`.
  static func open(_ path: FilePath, from source: String?) throws -> MaildirArchive {
    if let source, source != "-" {
      let (from, to) = (try Folders.resolved(FilePath(source)), try target(path))
      guard !to.starts(with: from) else {
        throw Failure(
          .usage, from == to ? "\(path) is where the messages come from" : "\(path) lies within \(source)",
          hint: "name another folder with `--into DIR`")
      }
    }
    do {
      return try MaildirArchive(path)
    } catch {
      switch error {
      case .notMaildir:
        throw Failure(
          .cannotCreate, "cannot write into \(path): it holds other things than a Maildir",
          hint: "name a new folder with `--into DIR`")
      case .inUse:
        throw Failure(.tryAgain, "another run writes into \(path)", hint: "run it again when that has ended")
      case .stream(.system(let errno, _, let subject)):
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
