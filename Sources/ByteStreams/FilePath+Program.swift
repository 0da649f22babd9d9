package import SystemPackage

extension FilePath {
  /// Whether a file that somebody may run stands there; whether we may is told by running it.
  package var isProgram: Bool {
    guard let status = try? stat() else { return false }
    return status.type == .regular
      && !status.permissions.isDisjoint(with: [.ownerExecute, .groupExecute, .otherExecute])
  }

  /// Whether the program that runs here is the one that stands there, by whatever name; false where the system does not tell.
  package var isThisProgram: Bool {
    guard let own = try? FilePath("/proc/self/exe").stat(), let other = try? stat() else { return false }
    return own.deviceID == other.deviceID && own.inode == other.inode
  }
}
