package import SystemPackage

/// What can go wrong while bytes are read or written.
package enum StreamError: Error, Equatable, Sendable {
  /// A system call failed: which act, on what (a path or a role such as "standard output"), and its errno.
  case system(Errno, act: String, subject: String)
  /// More bytes came than `limit` allows; `what` names the limit for the user.
  case limitExceeded(limit: Int, what: String)
  /// The bytes break their own format; the text says how, in lower case without a full stop.
  case malformed(String)
  /// The output exists and was not to be replaced.
  case exists(path: String)
  /// Others could change what is kept in this folder.
  case exposed(path: String, FolderExposure)
  /// A file that is read in windows became shorter, or was written to, while we worked on it.
  case changed(path: String)
  /// The work was cancelled by its owner.
  case cancelled
}
