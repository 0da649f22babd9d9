import SystemPackage

/// A pinentry that answers by plan, for `gpg-agent.conf`.
package final class FakePinentry: Sendable {
  package enum Answer: Sendable {
    case passphrase(String)
    case cancel
    case never
  }

  private let folder: TemporaryFolder
  private let program: FilePath

  package init(answer: Answer) throws {
    folder = try TemporaryFolder()
    program = folder.path.appending("pinentry")
    let reply =
      switch answer {
      case .passphrase(let text): "echo 'D \(text)'; echo OK"
      case .cancel: "echo 'ERR 83886179 Operation cancelled <Pinentry>'"
      case .never: "sleep 30"
      }
    let script = """
      #!/bin/sh
      echo "OK Pleased to meet you"
      while read -r command rest; do
        case $command in
          GETPIN) \(reply) ;;
          GETINFO)
            case $rest in
              pid) echo "D $$" ;;
              flavor) echo "D fake" ;;
              version) echo "D 1.0" ;;
              ttyinfo) echo "D - - -" ;;
            esac
            echo OK ;;
          BYE) echo OK; exit 0 ;;
          *) echo OK ;;
        esac
      done

      """
    let file = try FileDescriptor.open(
      program, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: FilePermissions(rawValue: 0o700))
    try file.closeAfter { _ = try file.writeAll(script.utf8) }
  }

  /// The line that makes the agent use it.
  package var agentOption: String { "pinentry-program \(program.string)" }
}
