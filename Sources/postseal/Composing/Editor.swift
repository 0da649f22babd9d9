import Subprocess
import SystemPackage

/// The editor of whoever writes: `$VISUAL`, else `$EDITOR`, else the system's.
///
/// It is run by a shell, as both variables may have options in them, and waited for. Its folder for temporary files is the one of the
/// message, so that what it lays there goes away with it.
enum Editor {
  /// Opens a file and waits until its editor ends.
  ///
  /// - Throws: `Failure` 78 when there is no such program, 1 when it ends badly, 130 when the run was asked to stop meanwhile.
  static func edit(_ path: FilePath, in folder: FilePath, terminal: Terminal) async throws(Failure) {
    let command = try command()
    let shield = Interruption.keyboardShield()
    defer { _ = shield }
    let status = await Interruption.cancelling { await run(command, path, in: folder, terminal: terminal) }
    if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
    let name = TerminalText.visible(command)
    switch status {
    case .exited(0): return
    case nil, .exited(126), .exited(127):
      throw Failure(.configuration, "cannot run the editor `\(name)`", hint: "set VISUAL or EDITOR to another")
    default: throw Failure(.badVerdict, "the editor `\(name)` ended badly")
    }
  }

  private static func command() throws(Failure) -> String {
    for name in ["VISUAL", "EDITOR"] {
      if let command = postseal.Environment.value(name) { return command }
    }
    guard let program = ["editor", "vi", "nano"].lazy.compactMap({ FilePath.program(named: $0) }).first else {
      throw Failure(.configuration, "no editor is set, and this system has none", hint: "set VISUAL or EDITOR")
    }
    return program.string
  }

  private static func run(
    _ command: String, _ path: FilePath, in folder: FilePath, terminal: Terminal
  ) async -> TerminationStatus? {
    var platform = PlatformOptions()
    platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(500))]
    // The message may be on its way to standard output, which an editor would write over.
    let screen: FileDescriptor = terminal.outputIsTerminal ? .standardOutput : .standardError
    let result = try? await Subprocess.run(
      .path("/bin/sh"), arguments: ["-c", "\(command) \"$1\"", "sh", path.string],
      environment: .inherit.updating(["TMPDIR": folder.string]), platformOptions: platform,
      input: .currentStandardInput, output: .fileDescriptor(screen, closeAfterSpawningProcess: false),
      error: .currentStandardError)
    return result?.terminationStatus
  }
}
