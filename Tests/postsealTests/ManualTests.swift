import ArgumentParser
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import postseal

@Suite struct ManualTests {
  /// Every command that the help shows, with the words that call it.
  private static func commands(
    of command: any ParsableCommand.Type = Postseal.self, words: [String] = []
  ) -> [(words: [String], command: any ParsableCommand.Type)] {
    [(words, command)]
      + command.configuration.subcommands.filter { $0.configuration.shouldDisplay }.flatMap {
        commands(of: $0, words: words + [$0.name])
      }
  }

  @Test func `the help of every command ends with two examples that can be parsed`() throws {
    for (words, command) in Self.commands() {
      let examples = try #require(command as? any Documented.Type, "\(words)").examples
      #expect(examples.count == 2, "\(words)")
      for example in examples {
        let call = example.split { "<>".contains($0) && !example.contains("\"") }[0]
        let arguments = call.split(separator: " ").dropFirst().map { $0.filter { $0 != "\"" } }
        #expect(throws: Never.self, "\(example)") {
          if !example.contains("\"") { _ = try Postseal.parseAsRoot(Array(arguments)) }
        }
        #expect(Array(arguments.prefix(words.count)) == words, "\(example)")
      }
      let help = try postseal(words + ["--help"]).run()
      #expect(help.status == 0)
      let wide = help.text[..<(help.text.firstRange(of: "\nEXAMPLES:")?.lowerBound ?? help.text.endIndex)]
        .split(separator: "\n").filter { $0.count > 80 }
      #expect(wide.isEmpty, "\(words): \(wide)")
      #expect(help.text.hasSuffix("\n\nEXAMPLES:\n" + examples.map { "  \($0)\n" }.joined()), "\(words)")
    }
  }

  @Test func `the options that a command is called for stand before those of many commands`() throws {
    let help = try postseal(["read", "--help"]).run().text
    let titles = help.split(separator: "\n").filter { !$0.hasPrefix(" ") && $0.hasSuffix(":") }
    #expect(titles == ["ARGUMENTS:", "OPTIONS:", "CONNECTION OPTIONS:", "COMMON OPTIONS:", "EXAMPLES:"])
    let order = ["--summary", "--version", "--insecure", "--json"].map { help.firstRange(of: $0)?.lowerBound }
    #expect(!order.contains(nil) && order.compactMap(\.self) == order.compactMap(\.self).sorted())
    #expect(UsageMistake.withOwnOptionsFirst("OVERVIEW: a\n\nOPTIONS:\n  --b\n") == "OVERVIEW: a\n\nOPTIONS:\n  --b\n")
  }

  @Test func `every command has a man page with every exit status`() throws {
    let folder = try TemporaryFolder()
    expect(try postseal(["generate-manual", folder.path.string]).run(), status: 0)
    for (words, _) in Self.commands() {
      let page = String(decoding: try folder.read((["postseal"] + words).joined(separator: "-") + ".1"), as: UTF8.self)
      for status in ExitStatus.allCases { #expect(page.contains(".TP\n\(status.rawValue)\n")) }
      #expect(page.contains(".SH EXAMPLES\n"))
      // Each option has its words below it, and no words stand where an option should.
      for entry in page.components(separatedBy: ".TP\n").dropFirst() {
        let lines = entry.split(separator: "\n")
        #expect(lines.count > 1 && !lines[1].hasPrefix(".SH"), "\(words): \(entry)")
      }
      let titles = page.split(separator: "\n").filter { $0.hasPrefix(".SH ") }.map { String($0.dropFirst(4)) }
      if titles.contains("DESCRIPTION") {
        #expect(titles.prefix(3) == ["NAME", "SYNOPSIS", "DESCRIPTION"], "\(words)")
      }
      let options = titles.filter { $0.hasSuffix("OPTIONS") }
      #expect(options.isEmpty || options[0] == "OPTIONS", "\(words): \(options)")
      #expect(!page.split(separator: "\n").contains { $0.hasPrefix("'") })
    }
  }
}
