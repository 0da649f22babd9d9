import ArgumentParser

/// Which message of a mailbox a command works on.
struct MessageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of a Maildir or mbox, take only the message of this number, or of this file name.", valueName: "message"))
  var message: String?
}

/// How a command treats an input of many messages.
struct MailboxOptions: ParsableArguments {
  @OptionGroup var chosen: MessageOptions

  @Option(
    help: ArgumentHelp("Work on so many messages at once (default: one for each processor, at most 8).", valueName: "n")
  )
  var jobs: Int?

  mutating func validate() throws {
    if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs takes 1 to 64.") }
  }
}
