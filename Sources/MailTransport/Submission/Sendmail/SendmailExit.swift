/// What a sendmail's exit means for the mail it was given.
enum SendmailExit: Equatable {
  /// The whole message was taken in and the program was content.
  case taken
  case later(ForeignText)
  /// Refused for good, with this status.
  case never(ForeignText, status: Int)
  /// The message was handed over in whole, or the program was content with a part of it, and it cannot be told what follows.
  case undecided(ForeignText)

  /// How much of the message the program read.
  enum Intake {
    /// All, as far as can be seen.
    case whole
    /// It stopped in the middle.
    case part
  }

  /// How the program ended.
  enum Ending {
    case exited(Int)
    case killed(signal: Int)
    /// It was still running after the time limit, and was killed.
    case timedOut
    /// The work was cancelled, and it was killed.
    case cancelled
    /// It was started, and how it ended cannot be found out.
    case lost
  }

  init(_ ending: Ending, intake: Intake, words: ForeignText) {
    let said = words.isEmpty ? "" : ": \(words)"
    switch ending {
    case .exited(0):
      self =
        intake == .whole
        ? .taken : .undecided(ForeignText("it was content before it had read the whole message\(said)"))
    case .exited(75), .exited(71): self = .later(ForeignText("\(Self.meaning(ending))\(said)"))
    case .exited(let status): self = .never(ForeignText("\(Self.meaning(ending))\(said)"), status: status)
    // It had the whole message at its hand, and what it started may live on.
    case .killed, .timedOut, .cancelled, .lost: self = .undecided(ForeignText("\(Self.meaning(ending))\(said)"))
    }
  }

  /// What it means for every recipient of the copy.
  var fate: RecipientFate {
    switch self {
    case .taken: .accepted(ForeignText("taken by the program"))
    case .later(let words): .refusedTemporarily(words)
    case .never(let words, _): .refusedPermanently(words)
    case .undecided(let words): .unknown(words)
    }
  }

  /// What the ending says by itself. Source: sysexits(3)
  private static func meaning(_ ending: Ending) -> String {
    switch ending {
    case .killed(let signal): return "it was ended by signal \(signal)"
    case .timedOut: return "it did not end in time"
    case .cancelled: return "it was ended because the work was cancelled"
    case .lost: return "how it ended is not known"
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
