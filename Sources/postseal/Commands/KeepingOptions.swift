import ArgumentParser
import MailTransport
import SystemPackage

/// What is kept of mail that is sent.
struct KeepingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep a copy of what was sent in this folder, sealed to yourself alone (default: the account's `sent`).",
      valueName: "url"))
  var sent: String?

  @Flag(help: "Keep no copy of what was sent.")
  var noCopy = false

  @Flag(help: "Keep nothing of what could not be delivered: for a caller that tries again by itself.")
  var noOutbox = false

  mutating func validate() throws {
    if noCopy, sent != nil { throw ValidationError("--sent and --no-copy exclude each other.") }
  }

  /// Refuses what is no place for sent mail.
  ///
  /// Not for `sendmail`, which keeps what it cannot send.
  func check() throws(ValidationError) {
    try OptionValue.check("--sent") { _ = try sent.map { try SentPlace(parsing: $0, home: "/") } }
  }
}
