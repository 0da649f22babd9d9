import MailTransport
import SealedMail

/// What a program says to a sendmail on its command line.
///
/// Flags stand apart, joined and bundled, values joined and apart, as getopt(3) has them; at the first word that is none, or after `--`,
/// the recipients begin. What says how another sendmail would work, and nothing about who gets what, is accepted and passed over.
struct SendmailArguments: Equatable {
  /// What is wanted.
  enum Task: Equatable {
    case deliver, listOutbox, sendOutbox
  }

  var task = Task.deliver
  /// `-t`.
  var recipientSource = HandedMessage.RecipientSource.envelope
  /// `-i`, `-oi`.
  var ending = MessageEnding.loneDot
  /// `-f`, `-r`: an address, or nothing for the null path; nil when it was not given.
  var reversePath: String?
  /// `-F`.
  var fullName: String?
  /// `-N`, with the name of `-V`.
  var notice: DeliveryNotice?
  /// `-v`.
  var isVerbose = false
  private var events: String?
  private var envelopeID: String?
  /// The words after the options; each may be a list of addresses.
  var recipients: [String] = []

  /// Reads the words after the program's name and the options of our own.
  ///
  /// - Throws: `Failure` 64 for what cannot be done, with the reason, and for what no sendmail knows.
  init(_ words: [String]) throws(Failure) {
    var rest = words[...]
    while let word = rest.first, word.hasPrefix("-"), word != "-" {
      rest.removeFirst()
      if word == "--" { break }
      try take(word.dropFirst(), with: &rest)
    }
    recipients = Array(rest)
    guard let events else { return }
    notice = DeliveryNotice(parsing: events, envelopeID: envelopeID)
    guard notice != nil else {
      throw Failure(
        .usage, "-N wants `never`, or `success`, `failure` and `delay` with commas, and -V a word of ASCII",
        hint: "see `postseal sendmail --help`")
    }
  }

  /// Takes one word of options: flags up to the first that has a value, which is the rest of the word or the next one.
  private mutating func take(_ cluster: Substring, with rest: inout ArraySlice<String>) throws(Failure) {
    var letters = cluster
    while let letter = letters.popFirst() {
      if Self.flags.contains(letter) {
        setFlag(letter)
      } else if Self.lettersWithValue.contains(letter) {
        guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
          throw Failure(.usage, "the option -\(letter) has no value", hint: "see `postseal sendmail --help`")
        }
        return try set(letter, value)
      } else if letter == "q" {
        return try runQueue(every: letters)
      } else if letter == "d" {
        // A level for debugging, which is joined if it is there at all.
        return
      } else if letter == "I" {
        throw Self.refusal("i")
      } else {
        throw Failure(
          .usage, letter == "-" ? "unknown option -\(cluster)" : "unknown option -\(letter)",
          hint: letter == "-"
            ? "options of postseal itself stand before all others: `postseal sendmail --account NAME -t`"
            : "see `postseal sendmail --help`")
      }
    }
  }

  /// All that take no value. Source: the manual pages of sendmail 8.18 and Postfix 3.7
  private static let flags: Set<Character> = ["G", "U", "c", "i", "m", "n", "s", "t", "v", "x"]
  private static let lettersWithValue: Set<Character> = [
    "A", "B", "C", "F", "L", "M", "N", "O", "R", "V", "X", "b", "e", "f", "h", "o", "p", "r",
  ]

  private mutating func setFlag(_ letter: Character) {
    switch letter {
    case "i": ending = .endOfInput
    case "t": recipientSource = .envelopeAndHeader
    case "v": isVerbose = true
    default: break
    }
  }

  private mutating func set(_ letter: Character, _ value: String) throws(Failure) {
    switch letter {
    case "b": try setMode(value)
    case "f", "r": reversePath = value
    case "F": fullName = value
    case "N": events = value
    case "V": envelopeID = value
    case "o" where value.first == "i": setIgnoresDots(value.dropFirst())
    case "O":
      let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts[0].lowercased() == "ignoredots" { setIgnoresDots(parts.dropFirst().first ?? "") }
    // Logs, queues, other configurations, addresses of servers: whoever can slip one of these in gets nothing by it.
    default: break
    }
  }

  private mutating func setIgnoresDots(_ value: Substring) {
    ending = ["f", "n", "0"].contains(value.lowercased().prefix(1)) ? .loneDot : .endOfInput
  }

  private mutating func setMode(_ value: String) throws(Failure) {
    switch value.first {
    case "m": task = .deliver
    case "p": task = .listOutbox
    default: throw Self.refusal(value.prefix(1))
    }
  }

  private mutating func runQueue(every interval: Substring) throws(Failure) {
    if interval.first?.isNumber == true || interval.first == "p" {
      throw Failure(
        .usage, "-q\(interval) asks for a daemon, and postseal runs none",
        hint: "call `postseal outbox send` from cron or a systemd timer")
    }
    task = .sendOutbox
  }

  /// Why a mode of other sendmails is not to be had.
  private static func refusal(_ mode: Substring) -> Failure {
    let (reason, hint) =
      switch mode {
      case "s", "a":
        (
          "postseal speaks no SMTP on its standard input",
          "have the program pipe the message: `postseal sendmail -t` or `postseal sendmail -i -- RECIPIENT`"
        )
      case "d", "D": ("postseal runs no daemon", "run a mail server such as Postfix for that")
      case "i": ("postseal keeps no database of aliases", "write them under [aliases] in the configuration")
      case "v": ("postseal verifies no addresses so", "see what would be used for one with `postseal key why ADDRESS`")
      case "t": ("postseal has no test mode", "see what would be sent with `postseal sendmail --dry-run`")
      default: ("postseal knows no such mode", "see `postseal sendmail --help`")
      }
    return Failure(.usage, "-b\(mode) is refused: \(reason)", hint: hint)
  }
}

/// Where a message on standard input ends.
enum MessageEnding: Equatable {
  case endOfInput
  /// At a line with nothing but a dot, where there is one.
  case loneDot
}
