import ArgumentParser

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The entry: argv in, exit status out.
@main
enum Main {
  static func main() async {
    let arguments = words(of: CommandLine.arguments)
    if arguments.first == Filter.name { Interruption.ends(with: .tryAgain) }
    ProcessSetup.prepare()
    // Before anything that another thread would do.
    if ProcessSetup.lacksAddressSpace { exit(report(.littleAddressSpace, of: arguments).rawValue) }
    let status = await run(arguments)
    exit((Interruption.isRequested ? Interruption.status : status).rawValue)
  }

  /// The words for the parser: those after the program's name, which may itself be a command that other programs know.
  private static func words(of commandLine: [String]) -> [String] {
    let arguments = Array(commandLine.dropFirst())
    switch commandLine.first?.split(separator: "/").last {
    case "sendmail": return Sendmail.wordsByName(for: arguments)
    case "mailq": return ["outbox", "list"] + arguments
    default: return arguments.first == "sendmail" ? Sendmail.words(for: Array(arguments.dropFirst())) : arguments
    }
  }

  /// Runs the command that `arguments` name and tells what went wrong.
  private static func run(_ arguments: [String]) async -> ExitStatus {
    // Asked by scripts in a loop; the parser costs more than all the rest of it.
    if arguments == ["--version"] { return print(Postseal.version) }
    let command: any ParsableCommand
    do {
      command = try Postseal.parseAsRoot(arguments)
    } catch {
      return report(parsing: error, of: arguments)
    }
    let console = (command as? any Command)?.options.console ?? .plain
    do {
      return try await run(command)
    } catch {
      return report(error, of: arguments, on: console)
    }
  }

  private static func run(_ command: any ParsableCommand) async throws -> ExitStatus {
    guard let command = command as? any Command else {
      var other = command
      try other.run()
      return .done
    }
    return try await command.perform()
  }

  /// Help is printed; a mistake is told with the nearest thing that exists.
  private static func report(parsing error: any Error, of arguments: [String]) -> ExitStatus {
    if Postseal.exitCode(for: error).isSuccess { return print(UsageMistake.help(of: error, in: arguments)) }
    let console = arguments.contains("--json") ? Console.plainJSON : .plain
    return report(UsageMistake.failure(of: error, in: arguments), of: arguments, on: console)
  }

  /// What stops a command line before its command runs; a mail server is told in its own way.
  private static func report(
    _ failure: Failure, of arguments: [String], on console: Console = .plain
  ) -> ExitStatus {
    if arguments.first == Filter.name { return FilterAnswer.trouble(failure).tell(arguments, on: console) }
    console.fail(failure)
    return failure.status
  }

  private static func report(_ error: any Error, of arguments: [String], on console: Console) -> ExitStatus {
    if Interruption.isRequested {
      console.fail(Failure(.interrupted, "interrupted"))
      return .interrupted
    }
    if let failure = Failure(error) {
      console.fail(failure)
      return failure.status
    }
    return report(parsing: error, of: arguments)
  }

  private static func print(_ text: String) -> ExitStatus {
    do {
      try Console.write(text + "\n", to: 1)
      return .done
    } catch {
      Console.plain.fail(error)
      return error.status
    }
  }
}

extension Failure {
  /// Before anything is begun: a thread that cannot be started would be waited for without an end.
  fileprivate static let littleAddressSpace = Failure(
    .systemError, "cannot run with so little address space",
    hint: "raise its limit to 512 MiB or more: `ulimit -v`, of Dovecot's services `vsz_limit`")
}
