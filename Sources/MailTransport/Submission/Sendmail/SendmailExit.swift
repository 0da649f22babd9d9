/// What a sendmail's exit means for the mail it was given.
enum SendmailExit: Equatable {
  /// The whole message was taken in and the program was content.
  case taken
  case later(ForeignText)
  case never(ForeignText)
  /// The message was handed over in whole, or the program was content with a part of it, and it cannot be told what follows.
  case undecided(ForeignText)

  /// How much of the message the program took from its standard input.
  enum Intake {
    case whole
    /// It closed its standard input, or ended, before it had read all.
    case part
  }

  /// How the program ended.
  enum Ending {
    case exited(Int)
    case killed(signal: Int)
    /// It was still running after the time limit, and was killed.
    case timedOut
  }

  init(_ ending: Ending, intake: Intake, words: ForeignText) {
    let said = words.isEmpty ? "" : ": \(words)"
    switch (ending, intake) {
    case (.exited(0), .whole): self = .taken
    case (.exited(0), .part):
      self = .undecided(ForeignText("it was content before it had read the whole message\(said)"))
    case (.exited(75), _), (.exited(71), _): self = .later(ForeignText("\(Self.meaning(ending))\(said)"))
    case (.exited, _): self = .never(ForeignText("\(Self.meaning(ending))\(said)"))
    case (_, .whole): self = .undecided(ForeignText("\(Self.meaning(ending))\(said)"))
    case (_, .part): self = .later(ForeignText("\(Self.meaning(ending))\(said)"))
    }
  }

  /// What it means for every recipient of the copy.
  var fate: RecipientFate {
    switch self {
    case .taken: .accepted(ForeignText("taken by the program"))
    case .later(let words): .refusedTemporarily(words)
    case .never(let words): .refusedPermanently(words)
    case .undecided(let words): .unknown(words)
    }
  }

  /// What the ending says by itself. Source: sysexits(3)
  private static func meaning(_ ending: Ending) -> String {
    switch ending {
    case .killed(let signal): return "it was ended by signal \(signal)"
    case .timedOut: return "it did not end in time"
    case .exited(let status):
      let meanings = [
        64: "wrong usage", 65: "malformed message", 66: "no input", 67: "no such user", 68: "no such host",
        69: "service unavailable", 70: "internal error", 71: "system error", 72: "a system file is missing",
        73: "cannot create a file", 74: "input or output failed", 75: "try again later", 76: "protocol error",
        77: "permission denied", 78: "configuration error", 127: "a program was not found",
      ]
      return "exit status \(status)\(meanings[status].map { " (\($0))" } ?? "")"
    }
  }
}
