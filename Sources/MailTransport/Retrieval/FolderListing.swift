/// The folders of a server.
package struct FolderListing: Sendable, Equatable {
  package let folders: [IMAPFolder]
  /// How many more there are whose name is wrongly encoded, or could not be said again.
  package let namelessCount: Int
}
