import ByteStreams
import GPGME
import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// gpg and what it needs to work.
extension Checkup {
  /// Both were found to be new enough when the connection was made.
  func engine(_ installation: Installation) -> [HealthFinding] {
    let program = "gpg \(installation.version ?? "of unknown version"), \(installation.program ?? "of unknown place")"
    let isRunning =
      installation.isRunning
      ? HealthFinding.ok(.gpg, program)
      : .problem(
        .gpg, .gpgFailed, .configuration,
        "\(program), ends before it does anything: its configuration or keyring may be broken",
        mend: "run `gpg --list-keys` to see why")
    return [.ok(.library, "libgpgme \(installation.library ?? "of unknown version")"), isRunning]
  }

  /// Why no connection to gpg was made.
  static func engineFailure(_ error: GPGMEError) -> HealthFinding {
    let failure = Failure(error)
    guard case .engine(let problem) = error.cause else { return .problem(.gpg, .gpgFailed, failure) }
    return switch problem {
    case .missing: .problem(.gpg, .gpgMissing, failure)
    case .tooOld: .problem(.gpg, .gpgTooOld, failure)
    case .libraryTooOld: .problem(.library, .libraryTooOld, failure)
    case .homeMissing: .problem(.home, .homeMissing, failure)
    case .homeUnusable: .problem(.home, .homeUnusable, failure)
    case .keyringUnreadable: keyringFailure(error)
    case .failed, .configuration, .logDiverted, .importsFromMail: .problem(.gpg, .gpgFailed, failure)
    }
  }

  /// Whether the home belongs to this user, and to nobody else.
  func home(_ path: FilePath?) -> [HealthFinding] {
    guard let path else { return [] }
    guard let status = try? path.stat() else {
      return [.note(.home, .homeMissing, "\(path) does not exist yet; gpg makes it when it needs it")]
    }
    return [
      Self.home(
        path, owner: status.userID.rawValue, mode: UInt16(truncatingIfNeeded: status.permissions.rawValue),
        user: geteuid())
    ]
  }

  /// The same for what a look at the folder gave.
  static func home(_ path: FilePath, owner: UInt32, mode: UInt16, user: UInt32) -> HealthFinding {
    let name = ShellWord.quoted(path.string)
    guard owner == user else {
      return .problem(
        .home, .homeOwner, .configuration, "\(path) belongs to user \(owner), and you are user \(user)",
        mend: "as its owner, or name your own home with `--home DIR`: `chown -R \(user) \(name)`")
    }
    guard mode & 0o077 == 0 else {
      return .problem(
        .home, .homeMode, .configuration,
        "\(path) is open to other users of this machine (mode \(String(mode & 0o777, radix: 8)))",
        mend: "`chmod 700 \(name)`")
    }
    return .ok(.home, "\(path), yours alone")
  }

  /// Whether gpg-agent answers; asking starts it, as gpg would.
  func agent(_ installation: Installation, _ problem: GPGMEError.Cause?) -> HealthFinding {
    if installation.hasTooLongSocketPaths || problem.map(Self.isTooLong) == true {
      let home = installation.home?.string ?? ""
      return self.problem(.socket, .socketPathTooLong, .agent(.socketPathTooLong(home: home)))
    }
    guard installation.hasAgentClient else {
      return .note(.agent, .unknown, "whether gpg-agent answers is unknown: gpg-connect-agent is not beside gpg")
    }
    return problem.map { self.problem(.agent, .agentNotRunning, $0) } ?? .ok(.agent, "gpg-agent answers")
  }

  private func problem(
    _ check: HealthFinding.Check, _ kind: HealthFinding.Kind, _ cause: GPGMEError.Cause
  ) -> HealthFinding {
    let failure = Failure(GPGMEError(.start, cause: cause))
    return .problem(check, kind, failure.status, cause.words, mend: failure.hints.first)
  }

  private static func isTooLong(_ cause: GPGMEError.Cause) -> Bool {
    if case .agent(.socketPathTooLong) = cause { true } else { false }
  }

  /// Whether something is there that could ask for a passphrase.
  func pinentry(_ installation: Installation) -> HealthFinding {
    guard let program = installation.pinentry else { return unknown(.pinentry) }
    guard program.isProgram else {
      return .problem(
        .pinentry, .pinentryMissing, .passphrase, "\(program) is not there, so nobody can ask you for a passphrase",
        mend:
          "install a pinentry (Debian: `apt install pinentry-curses`), or correct `pinentry-program` in gpg-agent.conf")
    }
    return .ok(.pinentry, "\(program)")
  }

  private func unknown(_ check: HealthFinding.Check) -> HealthFinding {
    .note(check, .unknown, "where it is, is unknown: the gpgconf beside gpg does not tell")
  }

  /// Whether pinentry would ask where the person is: a terminal of an older ssh or tmux session is not.
  func terminal() -> HealthFinding {
    Self.terminal(
      own: ProcessSetup.terminalName(), named: Environment.value("GPG_TTY"), hasDisplay: Environment.hasDisplay)
  }

  /// The same for the terminal of this process, if it has one, and what `GPG_TTY` says.
  static func terminal(own: String?, named: String?, hasDisplay: Bool) -> HealthFinding {
    switch (own, named) {
    case (let own?, let named?) where own != named:
      .problem(
        .terminal, .otherTerminal, .passphrase,
        "GPG_TTY is \(named), but this terminal is \(own): pinentry would ask there",
        mend:
          "`export GPG_TTY=$(tty)`, in the start file of your shell too, so that each ssh session and tmux pane has its own"
      )
    case (nil, let named?) where (try? FilePath(named).stat().type) != .characterSpecial:
      .problem(
        .terminal, .noTerminal, .passphrase, "GPG_TTY is \(named), which is no terminal, or is one no more",
        mend: "`export GPG_TTY=$(tty)`, or `unset GPG_TTY`")
    case (_, let named?): .ok(.terminal, "pinentry can ask at \(named)")
    case (_, nil) where hasDisplay: .ok(.terminal, "none, but a graphical pinentry can ask")
    case (_, nil):
      .note(
        .terminal, .nobodyToAsk, "neither a terminal nor a display, so that a locked key cannot be unlocked here",
        mend: "run it at a terminal, or give the passphrase with `--passphrase-fd N`")
    }
  }

  /// Whether something is there that could look for keys on the network; only asked for then.
  func dirmngr(_ installation: Installation) -> HealthFinding {
    guard let program = installation.dirmngr else { return unknown(.dirmngr) }
    guard program.isProgram else {
      return .note(
        .dirmngr, .dirmngrMissing, "no dirmngr, so that gpg can look for no key on the network",
        mend: "install dirmngr if you want that (Debian: `apt install dirmngr`)")
    }
    return .ok(.dirmngr, "\(program)")
  }

  /// The lines of gpg.conf that weaken something.
  func gpgConf(_ home: FilePath?) -> [HealthFinding] {
    let dangers = ConfigurationDanger.all(home: home)
    guard !dangers.isEmpty else { return [.ok(.gpgConf, "no line of gpg.conf weakens anything")] }
    return dangers.map { danger in
      let text = "\(danger.file):\(danger.line): `\(danger.text)` \(danger.consequence)"
      return switch danger.weight {
      case .harmful:
        .problem(
          .gpgConf, .gpgConfLine, .configuration, text,
          mend: "delete that line")
      case .overruled: .note(.gpgConf, .gpgConfLine, text)
      }
    }
  }
}
