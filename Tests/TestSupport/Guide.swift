import SystemPackage

/// A page of the documentation, for tests that hold it against what is there.
package struct Guide: Sendable {
  package let text: String

  /// - Parameter name: the page's file in `Documentation`.
  package init(_ name: String) throws {
    text = String(decoding: try readFile(Repository.root.appending("Documentation/\(name)")), as: UTF8.self)
  }

  /// The fenced blocks that name a language, in their order.
  package var blocks: [(language: String, text: String)] {
    text.matches(of: /(?m)^```([a-z.]+)\n((?:.*\n)*?)```$/).map { (String($0.1), String($0.2)) }
  }

  /// The one block of this language.
  package func block(_ language: String) throws -> String {
    let found = blocks.filter { $0.language == language }
    guard let only = found.first, found.count == 1 else { throw BlockError(language: language, count: found.count) }
    return only.text
  }

  /// There is not the one block that a test wants.
  struct BlockError: Error {
    let language: String
    let count: Int
  }

  /// The cells of the rows of every table with so many columns, without the tables' heads.
  package func rows(columns: Int) -> [[String]] {
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
    }
    return rows.filter { $0.count == columns }
  }
}
