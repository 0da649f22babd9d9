import ByteStreams
import SystemPackage

/// The folder that attachments are saved to; nothing outside it is ever written, nothing in it is ever replaced.
struct AttachmentFolder: Sendable {
  let path: FilePath

  /// More files of one name than anybody keeps; a bound so that the search for a free one ends.
  private static let tries = 1000

  /// A new file, under `name` or with a number when that is taken, in the folder or by one of `others`.
  ///
  /// Like every output it appears complete or not at all, and never through a symbolic link.
  /// - Throws: `Failure` 73.
  func create(
    _ name: AttachmentName, besides others: Set<String> = []
  ) throws(Failure) -> (name: String, file: OutputFile) {
    for number in 1...Self.tries {
      let candidate = name.numbered(number)
      if others.contains(candidate) { continue }
      guard let component = FilePath.Component(candidate), component.kind == .regular else {
        preconditionFailure("an attachment's name is one path component")
      }
      do {
        return (candidate, try OutputFile(path.appending(component), policy: .neverReplace))
      } catch .exists {
        continue
      } catch .system(let errno, _, _) {
        throw Failure(
          .cannotCreate, "cannot create a file in \(path): \(errno.sentence)",
          hint: "name another folder with `--to DIR`")
      } catch {
        throw Failure(error)
      }
    }
    throw Failure(.exists(path: path.appending(name.text).string))
  }
}
