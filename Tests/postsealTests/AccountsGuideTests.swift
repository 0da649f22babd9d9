import SystemPackage
import TestSupport
import Testing

@testable import postseal

@Suite struct AccountsGuideTests {
  @Test func `every file that the guide to accounts shows is one that is read`() throws {
    let guide = String(decoding: try readFile(Repository.root.appending("Documentation/accounts.md")), as: UTF8.self)
    // The paths below the home need one.
    let blocks = guide.split(separator: "```toml\n").dropFirst().map { block in
      let text = block[..<(block.firstRange(of: "```")?.lowerBound ?? block.endIndex)]
      return String(text).replacing("\"~/", with: "\"/home/alice/")
    }
    #expect(blocks.count == 4)
    for block in blocks {
      let configuration = try ConfigurationFile.parse(block, file: "guide")
      #expect(!configuration.accounts.isEmpty)
    }
  }
}
