/// One paragraph or line of html as plain text, to be broken into lines as wide as there is room.
package struct HTMLParagraph: Equatable, Sendable {
  /// What stands before its first line: marks of quotes and of a list's item.
  package let first: String
  /// What stands before the other ones.
  package let rest: String
  /// The text, in one line.
  package let text: String
  /// Whether its sender broke it into lines.
  package let isPreformatted: Bool
}
