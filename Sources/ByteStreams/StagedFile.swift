import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that is complete on the disk before it gets its name.
final class StagedFile {
  /// Where the bytes go.
  let descriptor: CInt
  private let folder: Folder
  /// Where it lies until it has its name.
  private let stage: Folder
  private let target: FilePath
  private let name: String
  private let policy: OutputFile.Policy
  /// The name that it has meanwhile; nil when it has none.
  private var temporaryName: String?
  private var isOpen = true

  /// How it is found until it has its name.
  enum Staging {
    /// Not at all, where the file system has that: then even `kill -9` leaves nothing.
    case unnamedWherePossible
    /// Under a random name beside the target.
    case named
  }

  /// - Parameter stagingFolder: where it may lie under a random name, on the same file system; nil for the target's folder.
  init(
    _ target: FilePath, policy: OutputFile.Policy, mode: mode_t, staging: Staging = .unnamedWherePossible,
    in stagingFolder: FilePath? = nil
  ) throws(StreamError) {
    guard let component = target.lastComponent, component.kind == .regular else {
      throw .system(.isDirectory, act: "create", subject: target.string)
    }
    self.target = target
    self.policy = policy
    name = component.string
    folder = try Folder(target.removingLastComponent())
    stage = if let stagingFolder { try Folder(stagingFolder) } else { folder }
    if policy == .neverReplace, folder.contains(name) { throw .exists(path: target.string) }
    if staging == .unnamedWherePossible, let unnamed = stage.createUnnamed(mode: mode) {
      descriptor = unnamed
    } else {
      let random = Folder.randomName()
      descriptor = try stage.create(random, mode: mode)
      temporaryName = random
    }
  }

  deinit {
    discard()
  }

  /// Closes it; nothing of it stays.
  func discard() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    if let temporaryName { stage.remove(temporaryName) }
  }

  /// Brings the bytes to the disk, then gives the file its name, then brings the name to the disk.
  func publish() throws(StreamError) {
    defer { discard() }
    let (descriptor, subject) = (descriptor, target.string)
    _ = try systemCall("write", subject) { fsync(descriptor) }
    // Late errors of a network file system come at close; the file itself must stay open until it has a name.
    try closeChecked(try systemCall("close", subject) { dup(descriptor) }, subject)
    switch policy {
    case .neverReplace: try claimName()
    case .replace: try takeName()
    }
    try folder.sync()
  }

  /// Gives it the target's name if nobody has that.
  private func claimName() throws(StreamError) {
    do {
      if let temporaryName {
        try folder.link(temporaryName, of: stage, to: name)
      } else {
        try folder.link(unnamed: descriptor, to: name)
      }
    } catch .system(.fileExists, _, _) {
      throw .exists(path: target.string)
    } catch .system(.notPermitted, _, _), .system(.notSupported, _, _) {
      try reserveName()
    }
  }

  /// The same where the file system (FAT and the like) has no hard links: an empty file reserves the name.
  private func reserveName() throws(StreamError) {
    do {
      close(try folder.create(name, mode: 0o600))
    } catch .system(.fileExists, _, _) {
      throw .exists(path: target.string)
    }
    do {
      try takeName()
    } catch {
      folder.remove(name)
      throw error
    }
  }

  /// Gives it the target's name, in place of whoever has that.
  private func takeName() throws(StreamError) {
    let source = temporaryName ?? Folder.randomName()
    if temporaryName == nil {
      try stage.link(unnamed: descriptor, to: source)
      temporaryName = source
    }
    try folder.rename(source, of: stage, to: name)
    temporaryName = nil
  }
}
