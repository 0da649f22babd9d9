package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Why a folder is not for this user alone to change.
package enum FolderExposure: Error, Equatable, Sendable {
  /// It belongs to the user of this number.
  case foreign(owner: UInt32)
  /// Others may write to it: its permissions.
  case writable(mode: CInterop.Mode)
}

extension Folder {
  /// Makes sure that nobody else puts files into this folder, or takes them away.
  ///
  /// It is the open folder that counts, whatever link led to it.
  /// - Throws: `exposed`, `system`.
  package func requireOwn() throws(StreamError) {
    var found = stat()
    // Holds: the buffer lives on this stack for the length of the call.
    _ = try systemCall("examine", subject) { unsafe fstat(descriptor, &found) }
    guard found.st_uid == geteuid() else { throw .exposed(path: subject, .foreign(owner: found.st_uid)) }
    // Where access control lists are in use, the group's bits are the most that they give to anybody.
    guard found.st_mode & 0o022 == 0 else {
      throw .exposed(path: subject, .writable(mode: found.st_mode & 0o7777))
    }
  }
}

extension Folders {
  /// The same for a folder by its path; one that is not there will be made by us.
  ///
  /// - Throws: `exposed`, `system`.
  package static func requireOwn(_ path: FilePath) throws(StreamError) {
    if hasName(path) { try Folder(path).requireOwn() }
  }
}
