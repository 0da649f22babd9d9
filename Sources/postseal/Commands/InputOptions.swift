import ArgumentParser
import GPGME
import MIME
import SealedMail

/// The message a command works on.
struct InputOptions: ParsableArguments {
  @Argument(help: "The message; standard input when missing or \"-\".", completion: .file())
  var file: String?

  /// The message as words of a command line that is shown to a person.
  func words(_ chosen: MessageOptions) -> String {
    ShellWord.quoted(file ?? "-") + (chosen.message.map { " --message \(ShellWord.quoted($0))" } ?? "")
  }
}

/// Where a command's message goes.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace an existing output file.")
  var force = false

  mutating func validate() throws { try OptionValue.checkIsThere("--output", output) }
}

/// Header fields that complete or override those of the message.
struct HeaderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Recipient, instead of the To field; may be repeated.", valueName: "address"))
  var to: [String] = []

  @Option(help: ArgumentHelp("Recipient of a copy, instead of the Cc field; may be repeated.", valueName: "address"))
  var cc: [String] = []

  @Option(help: ArgumentHelp("Hidden recipient, instead of the Bcc field; may be repeated.", valueName: "address"))
  var bcc: [String] = []

  @Option(help: ArgumentHelp("Subject, instead of the Subject field.", valueName: "text"))
  var subject: String?

  @Option(help: ArgumentHelp("Sender, instead of the From field.", valueName: "address"))
  var from: String?

  mutating func validate() throws { try Self.check(to: to, cc: cc, bcc: bcc, from: from, subject: subject) }

  /// Refuses values that cannot stand in a header.
  static func check(
    to: [String], cc: [String], bcc: [String], from: String?, subject: String?
  ) throws(ValidationError) {
    for (option, texts) in [("--to", to), ("--cc", cc), ("--bcc", bcc)] {
      try OptionValue.check(option) { _ = try mailboxes(texts) }
    }
    try OptionValue.check("--from") { _ = try from.map { try Mailbox($0) } }
    try OptionValue.check("--subject") { _ = try subject.map { try FieldLine.unstructured("Subject", $0) } }
  }
}

/// Who signs.
struct SignerOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Sign with the key of this address or fingerprint.", valueName: "key"))
  var signer: String?

  /// Refuses what is no key.
  ///
  /// Not for `sendmail`, which keeps what it cannot send.
  func check() throws(ValidationError) {
    guard let signer, Fingerprint(signer) == nil, (try? Mailbox(signer)) == nil else { return }
    throw ValidationError("--as: `\(signer)` is neither an address nor a whole fingerprint.")
  }
}

/// How a locked key is unlocked without a person.
struct PassphraseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Read the key's passphrase from this descriptor, up to its first line end.", valueName: "n"))
  var passphraseFD: Int32?
}

/// What a message must be for the command to succeed.
struct RequirementOptions: ParsableArguments {
  @Flag(help: "End with 1 unless the verdict is a good signature.")
  var requireSignature = false

  @Option(help: ArgumentHelp("End with 1 unless the good signature is by this address.", valueName: "address"))
  var requireSigner: String?

  @Flag(help: "End with 1 unless the whole message was encrypted.")
  var requireEncrypted = false

  mutating func validate() throws {
    guard let requireSigner, (try? AddrSpec(requireSigner)) == nil else { return }
    throw ValidationError("--require-signer wants one bare address.")
  }
}

/// The part of a message that is meant instead of the whole.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Open this part alone, such as 1.2, or 1.2:3 for its third inline block; the verdict is then about the part.",
      valueName: "number"),
    transform: { text in
      guard let part = PartNumber(text) else { throw ValidationError("a part has a number such as 1 or 1.2") }
      return part
    })
  var part: PartNumber?
}

/// How far a message may grow when it is opened.
struct ExpansionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Open a message up to this many bytes, however small it was sealed (default: 64 MiB, or 100 times its size).",
      valueName: "bytes"))
  var expansionLimit: Int?

  mutating func validate() throws {
    if let expansionLimit, expansionLimit < 0 { throw ValidationError("--expansion-limit must not be negative.") }
  }
}
