import ArgumentParser
import SystemPackage

/// `postseal generate-manual DIR`, for installers: not shown in the help.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-manual", abstract: "Write the man pages into a folder.", shouldDisplay: false)

  @Argument(help: "The folder.", completion: .directory)
  var directory: String

  func run() throws {
    try Manual.write(into: FilePath(directory))
  }
}
