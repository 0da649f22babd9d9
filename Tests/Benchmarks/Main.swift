import Foundation
import SystemPackage
import TestSupport

// Times the built postseal against gpg itself and prints one table; `Scripts/bench` builds it in release and runs it.
//   --quick            small messages and few runs: whether it works at all, in seconds
//   --size MEBIBYTES   another size of the big attachment (256)
//   --runs N           another number of pairs (5)

@main struct Benchmarks {
  static func main() {
    do {
      try run()
    } catch {
      FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run() throws {
    var sizes = Sizes()
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--quick": sizes = .quick
      case "--size": sizes.attachment = try number(after: argument, &arguments) << 20
      case "--runs": sizes.runs = try number(after: argument, &arguments)
      default: throw UsageError(argument: argument)
      }
    }
    print(try machine(), terminator: "\n\n")
    print("| what | postseal | peak | beside | time | peak | ratio | aim |")
    print("|---|--:|--:|---|--:|--:|--:|--:|")
    let world = try World(sizes)
    try world.start()
    try world.smallMessage()
    try world.bigMessage()
    try world.openMailbox()
    try world.largeKeyring()
    try world.transport()
    try world.parseMailbox()
  }

  private static func number(after name: String, _ arguments: inout ArraySlice<String>) throws -> Int {
    guard let value = arguments.popFirst().flatMap({ Int($0) }), value > 0 else { throw UsageError(argument: name) }
    return value
  }

  /// The machine and the programs, so that a table means something a year later.
  private static func machine() throws -> String {
    func first(_ command: String) throws -> String {
      try ChildProcess("/bin/sh", ["-c", command], environment: testEnvironment).run().text
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let processor = try first("sed -n 's/^model name.*: //p' /proc/cpuinfo 2>/dev/null | head -n 1")
    let system = try first(". /etc/os-release 2>/dev/null && echo \"$PRETTY_NAME\" || uname -sr")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(processor), \(cores) cores; \(system); \(try first("gpg --version | head -n 1"))"
  }
}

/// An argument that this program does not know, or without its number.
struct UsageError: Error, CustomStringConvertible {
  let argument: String
  var description: String { "usage: bench [--quick] [--size MEBIBYTES] [--runs N] (not: \(argument))" }
}

/// How much is measured.
struct Sizes {
  var attachment = 256 << 20
  var mailbox = 200 << 20
  /// Sealed letters in a mailbox that is opened.
  var letters = 500
  /// Letters that are sent, and fetched.
  var sent = 1000
  /// Certificates in a large keyring.
  var certificates = 5000
  /// Pairs of a long and of a short command.
  var runs = 5
  var shortRuns = 40

  static let quick = Sizes(
    attachment: 8 << 20, mailbox: 8 << 20, letters: 20, sent: 20, certificates: 100, runs: 2, shortRuns: 5)
}
