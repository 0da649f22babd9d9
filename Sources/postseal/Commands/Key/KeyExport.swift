import ArgumentParser
import ByteStreams
import GPGME
import OpenPGPPackets

/// `postseal key export`.
struct KeyExport: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write certificates, armored, to give to others.",
    discussion: """
      A certificate is public: it holds no secret, and whoever has it can write to its owner. With --minimal it comes without what \
      others certified and with the newest self-signatures only, which is enough to use it. Certifications for this keyring alone, \
      as `postseal key accept` makes them, never leave it.

      With --secret the secret key is written too, for another device or program of yours; GnuPG's pinentry asks for its \
      passphrase, which it keeps in the file. You type the end of its fingerprint before, or name the whole and add --yes. To keep \
      your keys safe `postseal key backup` serves better, as it encrypts all of them.
      """)

  static let examples = [
    "postseal key export --minimal alice@example.org -o alice.asc",
    "postseal key export --secret alice@example.org -o alice-secret.asc",
  ]

  @Argument(help: "An address, or a whole fingerprint; several go into one file.")
  var names: [KeyName]

  @Flag(help: "Write binary OpenPGP data instead of ASCII armor.")
  var binary = false

  @Flag(help: "Leave out what others certified, and all but the newest self-signatures.")
  var minimal = false

  @Flag(help: "Write the secret key: keep the file as safe as the key itself.")
  var secret = false

  @Flag(help: "Write a secret key without asking, if it is named by its whole fingerprint.")
  var yes = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// Certificates with pictures reach some hundred kilobytes.
  private static let sizeLimit = 64 << 20

  func validate() throws {
    if names.isEmpty { throw ValidationError("name at least one certificate.") }
    if secret, minimal { throw ValidationError("--secret and --minimal exclude each other.") }
    if yes, !secret { throw ValidationError("--yes is for --secret: a certificate is written without a question.") }
  }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let file = output.output == "-" ? nil : output.output
    try refuseTerminal(file, on: session.console)
    let sink = try Output.sink(to: file, policy: Output.policy(forced: output.force))
    var gpg = try session.gpg()
    var certificates: [Certificate] = []
    for name in names {
      let certificate = try name.certificate(in: secret ? .secretKeys : .certificates, with: &gpg)
      guard !certificates.contains(where: { $0.fingerprint == certificate.fingerprint }) else { continue }
      if secret { try confirm(certificate, namedBy: name, on: session.console) }
      certificates.append(certificate)
    }
    let data = MemorySink(limit: Self.sizeLimit, what: "the export")
    let form: ExportForm = secret ? .secretKey : minimal ? .minimalCertificate : .certificate
    // One by one, so that a failure names the key.
    for certificate in certificates { try gpg.export([certificate.fingerprint], as: form, into: data) }
    let armor = binary ? nil : ArmorSink(secret ? .privateKey : .publicKey, into: sink)
    try ArraySource(data.bytes).copy(to: armor ?? sink)
    try armor?.finish()
    try sink.finish()
    tell(certificates, in: file, on: session.console)
    return .done
  }

  private func refuseTerminal(_ file: String?, on console: Console) throws(Failure) {
    guard file == nil, console.terminal.outputIsTerminal, secret || binary else { return }
    throw Failure(
      .usage,
      secret ? "a terminal is no place for a secret key" : "binary data is nothing for a terminal",
      hint: "name a file with `-o FILE`")
  }

  /// Nobody gives a secret key away by habit: the end of the fingerprint has to be typed, or all of it named.
  private func confirm(_ key: Certificate, namedBy name: KeyName, on console: Console) throws(Failure) {
    let command = "postseal key export --secret --yes \(key.fingerprint.hex) -o FILE"
    if yes {
      if case .fingerprint = name { return }
      throw Failure(
        .usage, "`--yes` writes only the secret key that is named by its whole fingerprint", hint: "`\(command)`")
    }
    let userID = key.userIDs.first(where: \.isUsable) ?? key.userIDs.first
    let owner = TerminalText.userID(userID?.text)
    console.note("whoever gets the secret key and its passphrase can read your mail and sign as you")
    try Question.demand(
      String(key.fingerprint.hex.suffix(8)), "the last eight digits of the fingerprint",
      to: "Write the secret key of \(owner)?", on: console, options: options, otherwise: "`\(command)`")
  }

  /// What to do with it; of certificates that go to standard output there is nothing to say.
  private func tell(_ certificates: [Certificate], in file: String?, on console: Console) {
    guard secret || file != nil else { return }
    let place = file ?? "FILE"
    let count = certificates.count
    let what =
      switch (secret, count) {
      case (true, 1): "the secret key of \(certificates[0].fingerprint.short)"
      case (true, _): "\(count) secret keys"
      case (false, 1): "certificate \(certificates[0].fingerprint.short)"
      case (false, _): "\(count) certificates"
      }
    console.note("wrote \(what)\(file.map { " to \($0)" } ?? "")")
    let quoted = file.map(ShellWord.quoted) ?? place
    console.note("to import it elsewhere: `postseal key import \(quoted)`, or `gpg --import \(quoted)`")
    guard secret else { return }
    console.note("keep that file from others, and delete it when it has been imported")
    for key in certificates where key.subkeys.contains(where: { $0.card != nil }) {
      console.note("of key \(key.fingerprint.short) parts are on a smartcard, which hands out none: they are not in it")
    }
  }
}
