package import SystemPackage

extension FilePath {
  /// Whether a file that somebody may run stands there; whether we may is told by running it.
  package var isProgram: Bool {
    guard let status = try? stat() else { return false }
    return status.type == .regular
      && !status.permissions.isDisjoint(with: [.ownerExecute, .groupExecute, .otherExecute])
  }
}
