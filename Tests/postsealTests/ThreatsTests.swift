import Foundation
import SystemPackage
import TestSupport
import Testing

/// `Documentation/threats.md` names files, tests and golden messages that are there.
@Suite struct ThreatsTests {
  @Test func `every defence, test and message that the table of threats names is there`() throws {
    let rows = String(decoding: try readFile(Repository.root.appending("Documentation/threats.md")), as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("`") }
    #expect(rows.count == 71)
    let messages = try Corpus.names()
    let tests = try Self.testNames()
    for row in rows {
      let names = row.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
        .map { String($0.element) }
      for name in names where !Self.others.contains(name) {
        let isThere =
          name.hasPrefix("Sources/") ? exists(name) : messages.contains(name) || tests.contains(name)
        #expect(isThere, "\(name)")
      }
    }
  }

  /// What the table sets in code that is neither.
  private static let others: Set<String> = ["careless", "ReadBackTests", ">From "]

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Repository.root.appending(path).string)
  }

  /// Every test of this repository by name.
  private static func testNames() throws -> Set<String> {
    var names: Set<String> = []
    let files = try ChildProcess(
      "grep", ["-rhoE", "--include=*.swift", "func `[^`]+`", Repository.root.appending("Tests").string],
      environment: testEnvironment
    ).run()
    for line in files.text.split(separator: "\n") {
      let parts = line.split(separator: "`")
      if parts.count > 1 { names.insert(String(parts[1])) }
    }
    return names
  }
}
