import ByteStreams
package import SystemPackage

/// Where the system's sendmail is.
package enum SendmailProgram {
  /// Folders where sendmail stands on systems that keep it out of a user's PATH.
  private static let usualFolders = ["/usr/sbin", "/usr/lib", "/usr/local/sbin", "/usr/bin"]

  /// The first program called `sendmail` in the folders of `path` (as the PATH variable has them), then in the usual ones.
  ///
  /// A folder that is not absolute is passed over: what is run must not depend on where one stands.
  ///
  /// - Throws: `TransportError.program` when there is none.
  package static func find(path: String?) throws(TransportError) -> FilePath {
    let folders = (path ?? "").split(separator: ":").map(String.init) + usualFolders
    for folder in folders.map({ FilePath($0) }) where folder.isAbsolute {
      let program = folder.appending("sendmail")
      if program.isProgram { return program }
    }
    throw .program(path: "sendmail", .notFound)
  }
}
