import ByteStreams
import GPGME
import SystemPackage

/// When each of one's own keys was last backed up, as far as postseal did it: a file for each in the state folder.
enum BackupRecord {
  /// More than the digits of any time.
  private static let sizeLimit = 32

  /// Notes a backup; that it cannot be noted makes it no worse.
  static func note(_ fingerprints: [Fingerprint], madeAt time: Int64, on session: Session) {
    do {
      let folder = try folder(of: session)
      try Folders.createWhole(folder)
      for fingerprint in fingerprints where last(of: fingerprint, on: session) ?? .min < time {
        let file = try OutputFile(folder.appending(fingerprint.hex), policy: .replace)
        try ArraySource(Array("\(time)\n".utf8)).copy(to: file)
        try file.finish()
      }
    } catch {
      let cause = Failure(error)?.sentences.joined(separator: "; ") ?? "\(error)"
      session.console.note("cannot note the backup, so `postseal key check` will not know of it: \(cause)")
    }
  }

  /// When the key was last backed up, in seconds since 1970; nil when nothing is known about it.
  static func last(of fingerprint: Fingerprint, on session: Session) -> Int64? {
    do {
      let path = try folder(of: session).appending(fingerprint.hex)
      let bytes = try ReadableFile.open(path).source().readAll(limit: sizeLimit, what: "the note of a backup")
      return Int64(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
    } catch {
      return nil
    }
  }

  private static func folder(of session: Session) throws(Failure) -> FilePath {
    try Session.stateFolder().appending("backups")
  }
}
