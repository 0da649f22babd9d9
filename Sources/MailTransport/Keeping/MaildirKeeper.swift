import ByteStreams
package import MIME
package import SystemPackage

/// Keeps sent mail in a Maildir of this machine, in `cur` with the flag S: its owner has seen it.
///
/// It is made where it is missing, and so are the folders above it. The message is stored byte for byte, with its CRLF line ends. Source: https://cr.yp.to/proto/maildir.html
package struct MaildirKeeper: SentKeeper {
  package let path: FilePath

  package init(path: FilePath) { self.path = path }

  package var name: String { path.string }

  package func keep(
    _ message: SubmittableMessage, called name: String, at time: Int64
  ) async throws(TransportError) {
    do throws(StreamError) {
      try Folders.createWhole(path)
      for name in ["tmp", "new", "cur"] { try Folders.create(path.appending(name)) }
      let base = "\(time).\(name).localhost"
      // Who read it elsewhere may have given it other flags since.
      let isThere = try Folder(path.appending("cur")).names(.files).contains {
        String(decoding: MaildirFileName($0).base, as: UTF8.self) == base
      }
      if isThere { return }
      let file = try OutputFile(
        path.appending("cur").appending("\(base):2,S"), policy: .neverReplace, stagedIn: path.appending("tmp"))
      try message.bytes.source().copy(to: file)
      try file.finish()
    } catch .exists {
      // Another run put it there in the same moment.
    } catch {
      throw .maildir(path: path.string, error)
    }
  }
}
