import SystemPackage

/// A pinentry that answers by plan, for `gpg-agent.conf`.
package final class FakePinentry: Sendable {
  package enum Answer: Sendable {
    case passphrase(String)
    case cancel
    case never
    /// One after the other, each to one question; the last one to every question that is left.
    indirect case inOrder([Answer])

    /// The lines of shell that say it.
    fileprivate func reply(in folder: FilePath) -> String {
      switch self {
      case .passphrase(let text): return "echo 'D \(text)'; echo OK"
      case .cancel: return "echo 'ERR 83886179 Operation cancelled <Pinentry>'"
      case .never: return "sleep 30"
      case .inOrder(let answers):
        let cases = answers.enumerated().map { index, answer in
          "\(index == answers.count - 1 ? "*" : "\(index + 1)")) \(answer.reply(in: folder)) ;;"
        }
        // Each question may be put to a process of its own.
        return "echo >> '\(folder.string)/asked'; case $(wc -l < '\(folder.string)/asked') in "
          + cases.joined(separator: " ") + " esac"
      }
    }
  }

  private let folder: TemporaryFolder
  private let program: FilePath

  package init(answer: Answer) throws {
    folder = try TemporaryFolder()
    program = folder.path.appending("pinentry")
    let reply = answer.reply(in: folder.path)
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
