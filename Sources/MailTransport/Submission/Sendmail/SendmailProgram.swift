import ByteStreams
package import SystemPackage

/// Where the system's sendmail is.
package enum SendmailProgram {
  /// Folders where sendmail stands on systems that keep it out of a user's PATH.
  private static let usualFolders = ["/usr/sbin", "/usr/lib", "/usr/local/sbin", "/usr/bin"]

  /// The variable of a program's environment that says who handed it the mail: whoever finds it set would hand it to itself.
  ///
  /// A program that is found by its file alone may be a script that runs us.
  package static let callerVariable = "POSTSEAL_SENDMAIL"

  /// The first program called `sendmail` in the folders of `path` (as the PATH variable has them), then in the usual ones.
  ///
  /// A folder that is not absolute is passed over: what is run must not depend on where one stands. This program, when it has that
  /// name, is passed over, too.
  ///
  /// - Throws: `TransportError.program` when there is none.
  package static func find(path: String?) throws(TransportError) -> FilePath {
    let folders = (path ?? "").split(separator: ":").map(String.init) + usualFolders
    for folder in folders.map({ FilePath($0) }) where folder.isAbsolute {
      let program = folder.appending("sendmail")
      if program.isProgram, !program.isThisProgram { return program }
    }
    throw .program(path: "sendmail", .notFound)
  }

  /// Looks at a program that was named before it is given mail.
  ///
  /// - Throws: `TransportError.program` for a path that is not absolute or no program's, and for this program itself, to which the mail
  ///   would come back for ever.
  static func check(_ program: FilePath) throws(TransportError) {
    guard program.isAbsolute, program.isProgram else { throw .program(path: program.string, .notFound) }
    guard !program.isThisProgram else { throw .program(path: program.string, .thisProgram) }
  }
}
