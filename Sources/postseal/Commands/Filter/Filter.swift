import ArgumentParser
import ByteStreams
import MIME
import SystemPackage

/// `postseal filter`: seal mail on its way into mailboxes.
struct Filter: Command {
  static let configuration = CommandConfiguration(
    abstract: "Seal mail on its way into a mailbox, for a mail server.",
    discussion: """
      Reads one message on standard input and gives it back to the mail server, encrypted to its recipient and not \
      signed; what comes encrypted goes on as it is. What is done with the rest is set under [filter] in the \
      configuration: seal, seal-if-key, bounce or hold.

      It ends with 0, with 69 or 65 for mail that has to go back to its sender, and with 75 in all other cases, so that \
      the mail server tries again. What the sender may see of it is one line on standard output.
      """)

  static let examples = [
    "postseal filter --sender alice@example.org -- bob@example.org < mail.eml",
    "postseal filter --stdout -- bob@example.org < mail.eml > sealed.eml",
  ]

  /// What becomes of a message that could not be dealt with for a reason that is neither its own nor a rule's.
  enum Trouble: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// It is given out as it came.
    case pass
    /// It is refused.
    case fail
    /// It is to be tried again.
    case tempfail
  }

  @Option(
    name: [.customShort("f"), .long], parsing: .unconditional,
    help: ArgumentHelp("Envelope sender; empty or \"<>\" for none.", valueName: "address"))
  var sender: String?

  @Option(
    help: ArgumentHelp(
      "Give the message back through this sendmail program, or to this server: smtp://127.0.0.1:10026.",
      valueName: "way"))
  var reinject: String?

  @Flag(help: "Write the message to standard output instead of giving it back.")
  var stdout = false

  @Option(
    help: ArgumentHelp(
      "When nothing can be done with a message for now: tempfail (75, the default), fail (69), or with --stdout pass, which writes it as it came.",
      valueName: "what"))
  var onError = Trouble.tempfail

  @Argument(help: ArgumentHelp("The recipient, one for each run.", valueName: "recipient"))
  var recipients: [String] = []

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  mutating func validate() throws {
    if stdout && (reinject != nil || sender != nil) {
      throw ValidationError("--stdout excludes --reinject and --sender.")
    }
    if onError == .pass && !stdout { throw ValidationError("--on-error pass needs --stdout.") }
    if !stdout && sender == nil { throw ValidationError("--sender is needed to give the message back.") }
    if recipients.isEmpty { throw ValidationError("a recipient is needed.") }
  }

  func perform() async -> ExitStatus {
    let console = options.console
    var message: ByteStore?
    var answer: FilterAnswer
    do {
      let store = try Input.bytes(of: nil, console: console)
      message = store
      answer = try await filter(store)
    } catch {
      answer = FilterAnswer(error)
    }
    if answer.isTrouble {
      switch onError {
      case .tempfail: break
      case .fail: answer = answer.final
      case .pass:
        guard let message, !Interruption.isRequested else { break }
        do {
          try Self.write(message)
          answer = .passed(in: answer)
        } catch {
          answer = FilterAnswer(error)
        }
      }
    }
    return answer.tell(stdout ? .standardError : .standardOutput, on: console)
  }

  /// Deals with the message and gives it to whom it goes.
  private func filter(_ store: ByteStore) async throws -> FilterAnswer {
    guard recipients.count == 1, let text = recipients.first else { return .severalRecipients }
    let run = try FilterRun(store, for: text, session: try Session(options))
    let decision = try run.decide()
    guard let message = decision.message else { return FilterAnswer(decision, for: run.recipient) }
    if stdout {
      try Self.write(run.output(of: decision))
    } else if let refusal = try await run.giveBack(message, from: sender ?? "", by: reinject) {
      return refusal
    }
    return FilterAnswer(decision, for: run.recipient)
  }

  /// Writes all of `store` to standard output.
  private static func write(_ store: ByteStore) throws(StreamError) {
    let sink = DescriptorSink(.standardOutput, subject: "standard output")
    try store.source().copy(to: sink)
    try sink.finish()
  }
}
