package import SystemPackage

/// Where this checkout lies, found from the place of this very file.
package enum Repository {
  /// The folder that holds `Package.swift`.
  package static var root: FilePath {
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
  }

  /// The folder of exported identities.
  package static var keyrings: FilePath { root.appending("Keyrings") }
}
