import SystemPackage
import TestSupport
import Testing

/// A page of the documentation, for tests that run what it says.
struct Guide {
  let text: String

  /// - Parameter name: the page's file in `Documentation`.
  init(_ name: String) throws {
    text = String(decoding: try readFile(Repository.root.appending("Documentation/\(name)")), as: UTF8.self)
  }

  /// The fenced blocks that name a language, in their order.
  var blocks: [(language: String, text: String)] {
    text.matches(of: /(?m)^```([a-z.]+)\n((?:.*\n)*?)```$/).map { (String($0.1), String($0.2)) }
  }

  /// The one block of this language.
  func block(_ language: String) throws -> String {
    let found = blocks.filter { $0.language == language }
    #expect(found.count == 1, "\(language)")
    return try #require(found.first).text
  }
}
