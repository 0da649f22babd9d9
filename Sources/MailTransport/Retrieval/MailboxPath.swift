import ByteStreams
package import SystemPackage

/// A mailbox of this machine as a person names it: `maildir:PATH`, `mbox:PATH`, or a path alone.
package struct MailboxPath: Sendable, Equatable {
  /// The two kinds of mailboxes.
  package enum Kind: String, Sendable {
    case maildir, mbox
  }

  package let path: FilePath
  /// The kind that was named; nil where what is there tells.
  package let kind: Kind?

  /// - Parameter home: what `~/` behind a scheme stands for, which no shell replaces there.
  package init(_ text: String, home: FilePath?) {
    for kind in [Kind.maildir, .mbox] where text.hasPrefix("\(kind.rawValue):") {
      let rest = text.dropFirst(kind.rawValue.count + 1)
      self.kind = kind
      if rest.hasPrefix("~/"), let home {
        path = home.appending(FilePath(String(rest.dropFirst(2))).components)
      } else {
        // `mbox:///path` is what URLs of files look like.
        path = FilePath(String(rest.hasPrefix("///") ? rest.dropFirst(2) : rest))
      }
      return
    }
    (path, kind) = (FilePath(text), nil)
  }

  /// What is written there: what the person said or what is there already; else a Maildir, unless the name ends in `.mbox`.
  package var outputKind: Kind {
    if let kind { return kind }
    if Folders.exists(path) { return .maildir }
    return Folders.holdsFile(path) || path.extension == "mbox" ? .mbox : .maildir
  }

  /// Makes the mailbox, or continues it; the folder that it lies in must exist.
  ///
  /// - Throws: `MailboxProblem`.
  package func open() throws(MailboxProblem) -> any MailboxWriter {
    switch outputKind {
    case .maildir: try MaildirArchive(path)
    case .mbox: try MboxArchive(path)
    }
  }
}
