import SystemPackage

/// Which file belongs to which, by the endings that OpenPGP programs give them.
enum FileName {
  /// The endings of what is encrypted.
  private static let encrypted = [".gpg", ".pgp", ".asc"]
  /// The endings of detached signatures.
  private static let signatures = [".sig", ".asc", ".sign", ".gpg"]

  /// The name of the content of the encrypted file at `path`; nil when its ending says nothing.
  static func content(of path: String) -> String? { without(encrypted, path) }

  /// The name of the folder that the archive at `path` becomes: without .tar, or with an ending of its own.
  static func folder(of path: String) -> String { without([".tar"], path) ?? "\(path).unpacked" }

  /// The name of the file that the signature at `path` is for; nil when its ending says nothing.
  static func signed(by path: String) -> String? { without(signatures, path) }

  private static func without(_ endings: [String], _ path: String) -> String? {
    guard let name = FilePath(path).lastComponent?.string, path.hasSuffix(name),
      let ending = endings.first(where: { name.lowercased().hasSuffix($0) && name.utf8.count > $0.utf8.count })
    else { return nil }
    return String(path.dropLast(ending.count))
  }
}
