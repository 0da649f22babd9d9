import ArgumentParser
import MailTransport

/// `postseal sendmail`: take mail from other programs as they hand it to a sendmail, and seal it.
struct Sendmail: Command {
  static let configuration = CommandConfiguration(
    abstract: "Take mail from other programs, as sendmail does, and seal it.",
    usage: "postseal sendmail [<options of postseal>] [-t] [-i] [-f <address>] [--] [<recipient> ...]",
    discussion: """
      Reads a message from standard input and sends it by an account of the configuration: that of --account, else the one that \
      writes as the From address, else the default one. Its `sendmail-policy` says how: `sealed` (the default), `signed`, or \
      `sealed-or-signed`. What is refused is kept in the outbox, sealed to yourself, with its reason.

      The options of postseal come first. Then those of every sendmail, apart, joined or bundled:

      -t  the recipients are those of To, Cc and Bcc, and those named here
      -i, -oi  a line with a single dot does not end the message
      -f ADDRESS, -r ADDRESS  where word of a failure goes (<> for nowhere)
      -F NAME  the sender's name, for a message without a From field
      -N EVENTS, -V ID  which word of its fate is wanted: never, or success, failure, delay
      -v  report what was sent
      -bp  list the outbox; -q sends what waits there
      --  nothing after it is an option

      -A -B -C -G -L -M -O -R -U -X -d -e -h -m -n -o -p -x are accepted and change nothing. -bs, -bd, -bi, -bv and -bt are refused. \
      Without -t only those named here receive the message: those of them who stand in To or Cc share one copy, everybody else \
      gets one of their own. The exit statuses are those of sysexits(3). Called by the name `sendmail`, postseal is this \
      command, without options of its own; by the name `mailq` it lists the outbox.
      """)

  static let examples = [
    "postseal sendmail -t < letter.eml",
    "postseal sendmail --account home --dry-run -i -- bob@example.org < letter.eml",
  ]

  @Argument(parsing: .captureForPassthrough, help: "The options of a sendmail, and the recipients.")
  var arguments: [String] = []

  @Option(help: ArgumentHelp("Submit through this server, program or folder.", valueName: "url"))
  var via: String?

  @Flag(help: "Show who would get what, and send nothing.")
  var dryRun = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Keeping Options") var keeping: KeepingOptions
  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// The options of our own that are followed by a value: a command line ends for us at the first word that is no such option.
  private static let optionsWithValue: Set<String> = [
    "--account", "--as", "--ca-file", "--client-certificate", "--client-key", "--client-key-fd", "--color", "--config",
    "--home", "--passphrase-fd", "--password-fd", "--pinned-key", "--proxy", "--sent", "--timeout", "--token-fd",
    "--via",
  ]

  /// The command line for the parser, which knows nothing of options like `-oi`: ours, and then theirs as plain words.
  static func words(for arguments: [String]) -> [String] {
    var own: [String] = []
    var rest = arguments[...]
    while let word = rest.first, word.hasPrefix("--"), word != "--" {
      own.append(rest.removeFirst())
      if optionsWithValue.contains(word), let value = rest.popFirst() { own.append(value) }
    }
    // What passes words through passes this one on as well.
    if own.contains("--help") { return ["help", "sendmail"] }
    return ["sendmail"] + own + ["--"] + rest
  }

  /// The same where we are called by the name `sendmail`: whoever does that passes no options of ours, so that one among the words can only
  /// be an address that somebody made up.
  static func wordsByName(for arguments: [String]) -> [String] {
    switch arguments {
    case ["--help"]: ["help", "sendmail"]
    case ["--version"]: ["--version"]
    default: ["sendmail", "--"] + arguments
    }
  }

  func perform() async throws -> ExitStatus {
    guard Environment.value(SendmailProgram.callerVariable) == nil else {
      throw Failure(
        .configuration, "the sendmail that postseal hands its mail to is postseal again",
        hint: "set `submit` of the account to a server, or to another sendmail, `sendmail:/PATH`")
    }
    do {
      // The hyphens that stand before theirs, see `words(for:)`.
      let arguments = try SendmailArguments(arguments.first == "--" ? Array(arguments.dropFirst()) : arguments)
      switch arguments.task {
      case .deliver: return try await SendmailDelivery(self, arguments).run().asSendmail
      case .listOutbox:
        var list = try OutboxList.parse([])
        list.options = options
        return try await list.perform().asSendmail
      case .sendOutbox:
        var send = try OutboxSend.parse([])
        send.options = options
        return try await send.perform().asSendmail
      }
    } catch {
      throw Failure(error)?.asSendmail ?? error
    }
  }
}
