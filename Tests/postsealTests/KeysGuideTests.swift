import Foundation
import SystemPackage
import TestSupport
import Testing

/// Runs every command of `Documentation/keys.md`, and compares what it prints with what stands there.
@Suite struct KeysGuideTests {
  /// A command of the guide, whose it is, and what the guide says that it prints.
  private struct Step {
    let person: String
    let command: String
    var output: [String] = []
  }

  /// The fingerprints that the keys of the guide have.
  private static let printed = [
    "alice": "3D4E0A1C5B7F92E6840D17C3A95B2F60E8D47A19", "bob": "91B6C02E7F5D4A388CE1D0B7263FA94E5D18C6F3",
  ]

  private static func steps() throws -> [Step] {
    let guide = String(decoding: try readFile(Repository.root.appending("Documentation/keys.md")), as: UTF8.self)
    var steps: [Step] = []
    var isInside = false
    for line in guide.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, let match = line.wholeMatch(of: /(alice|bob)\$ (.*)/) {
        steps.append(Step(person: String(match.1), command: String(match.2)))
      } else if isInside, !steps.isEmpty {
        steps[steps.count - 1].output.append(line)
      }
    }
    return steps
  }

  /// The text without what differs from run to run.
  private static func comparable(_ line: String) -> String {
    line
      .replacing(/([0-9A-F]{4} ){9}[0-9A-F]{4}/, with: "FINGERPRINT")
      .replacing(/[0-9A-F]{4} [0-9A-F]{4} … [0-9A-F]{4} [0-9A-F]{4}/, with: "SHORT")
      .replacing(/[0-9A-F]{40}/, with: "HEX")
      .replacing(/\d{4}-\d\d-\d\d( \d\d:\d\d [+-]\d{4})?/, with: "DATE")
      .replacing(/new\/\d+\.[A-Za-z0-9]+\.\S+/, with: "new/NAME")
  }

  @Test(.enabled(if: optionalTool("sks"), "needs sks"), .timeLimit(.minutes(5)))
  func `every command of the guide prints what the guide says`() throws {
    let server = try KeyServerProcess()
    let folder = try TemporaryFolder()
    let pinentry = try FakePinentry(answer: .passphrase("walk the walk"))
    let options = [pinentry.agentOption]
    let keyrings = [
      "alice": try TemporaryKeyring(agentOptions: options), "bob": try TemporaryKeyring(agentOptions: options),
    ]
    var fingerprints: [String: String] = [:]
    let steps = try Self.steps()
    #expect(steps.count > 20)
    for step in steps {
      let keyring = try #require(keyrings[step.person])
      var command = step.command.replacing("hkps://keys.example.org", with: server.url)
      for (person, printed) in Self.printed {
        command = command.replacing(printed, with: fingerprints[person] ?? printed)
      }
      let run = try self.run(command, in: folder, keyring)
      let found = run.text.replacing("\r\n", with: "\n")
        .replacing(server.url, with: "hkps://keys.example.org")
        .replacing(String(server.url.dropFirst(6)), with: "keys.example.org")
        .replacing(keyring.home.string, with: "~/.gnupg").replacing(folder.path.string, with: "~")
      let lines = found.split(separator: "\n", omittingEmptySubsequences: false).map { Self.comparable(String($0)) }
      #expect(
        lines.dropLast(lines.last == "" ? 1 : 0) == step.output.map(Self.comparable)[...],
        "\(step.person)$ \(step.command)")
      if fingerprints[step.person] == nil { fingerprints[step.person] = try Self.fingerprint(in: keyring) }
    }
    withExtendedLifetime(pinentry) {}
  }

  /// Runs a line of shell as its person, at a desktop where pinentry can ask; both streams come in their order.
  private func run(_ command: String, in folder: TemporaryFolder, _ keyring: TemporaryKeyring) throws -> ChildRun {
    let postseal = "postseal() { '\(postsealBinary.string)' \"$@\"; }; exec 2>&1; "
    var child = ChildProcess("sh", ["-c", postseal + command], environment: testEnvironment)
    child.environment.merge([
      "GNUPGHOME": keyring.home.string, "HOME": folder.path.string, "DISPLAY": ":99",
    ]) { $1 }
    child.environment["XDG_STATE_HOME"] = nil
    child.directory = folder.path
    return try child.run()
  }

  private static func fingerprint(in keyring: TemporaryKeyring) throws -> String {
    let listing = try keyring.gpg("--with-colons", "--list-secret-keys").succeeded().text
    let line = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") }
    return String(try #require(line?.split(separator: ":").last))
  }
}
