import ArgumentParser
import ByteStreams
import GPGME
import MIME
import SealedMail

/// `postseal autocrypt setup export`.
struct AutocryptSetupExport: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a message that carries your secret key, locked with a setup code.",
    discussion: """
      The setup code is shown once, on standard error, and stands nowhere else: write it down, and keep it apart from the message. With \
      both anybody can read your mail. The key inside keeps its passphrase, if it has one; some programs take only keys without.
      """)

  static let examples = [
    "postseal autocrypt setup export alice@example.org -o setup.eml",
    "postseal autocrypt setup export --account home -o setup.eml",
  ]

  @Argument(help: "Your address; the account's first when missing.")
  var address: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let sink = try Output.sink(to: output.output, policy: Output.policy(forced: output.force))
    let address = try address.map { try AddrSpec($0) } ?? session.ownAddress()
    let account = session.configuration.accounts.first { $0.writes(as: address) }
    var gpg = try session.gpg()
    let certificate = try key(of: address, account, at: session.now, with: &gpg)
    let secret = MemorySink(limit: SetupMessage.sizeLimit, what: "the secret key")
    try gpg.export([certificate.fingerprint], as: .secretKey, into: secret)
    let code = SetupCode.random()
    guard let date = MailDate(seconds: session.now, offsetMinutes: LocalTime.zoneMinutes(at: session.now)) else {
      throw MIMEError.malformed(.date, text: "\(session.now)")
    }
    var locking = try session.gpg(passphrase: code.secret)
    let message = try SetupMessage.make(
      .init(address: address, preference: account?.autocrypt ?? .nopreference, code: code, date: date),
      of: secret.bytes,
      with: &locking)
    try ArraySource(message).copy(to: sink)
    try sink.finish()
    try session.show(code, for: certificate, in: output.output)
    return .done
  }

  /// The key that the account names, else the one that has the address.
  private func key(
    of address: AddrSpec, _ account: Configuration.Account?, at now: Int64, with gpg: inout Context
  ) throws -> Certificate {
    let named = account?.key.flatMap { Fingerprint($0) }
    switch CertificateChoice.own(address, among: try gpg.certificates(in: .secretKeys), named: named, at: now) {
    case .success(let own): return own
    case .failure(.none), .failure(.missing):
      throw Failure(
        .noSecretKey, "no secret key for \(address.text) in your keyring",
        hint: "see your own keys with `postseal key list --secret`")
    case .failure(.unusable(let certificate, let problem)):
      throw Failure(
        .unusableCertificate, "key \(certificate.fingerprint.short) is of no use elsewhere: it \(problem.words)",
        hint: "make another with `postseal key new`")
    case .failure(.ambiguous(let certificates)):
      throw Failure(
        .usage, "several keys of yours have the address \(address.text)",
        hint: "name one as `key` of the account in the configuration: "
          + certificates.map(\.fingerprint.hex).joined(separator: ", "))
    }
  }
}

extension Session {
  /// A connection to gpg that answers with this passphrase.
  func gpg(passphrase: SecretBytes) throws(GPGMEError) -> Context {
    var engine = engine
    engine.passphrases = .given(passphrase)
    return try Context.open(engine)
  }

  /// The account's first address.
  ///
  /// - Throws: `Failure` 64 without one.
  fileprivate func ownAddress() throws -> AddrSpec {
    guard let text = account?.from.first else {
      throw Failure(.usage, "nothing says whose key is meant", hint: "name your address")
    }
    return try Mailbox(text).address
  }

  /// Shows the code, in `--quiet` too: without it the message is good for nothing.
  fileprivate func show(_ code: SetupCode, for certificate: Certificate, in file: String?) throws(Failure) {
    guard console.format == .text else {
      return console.explain(
        .report(["setupCode": .string(code.text), "fingerprint": .string(certificate.fingerprint.hex)]))
    }
    try Console.write("setup code: \(code.text)\n", to: 2)
    console.note("write it down now: it is shown this once, and whoever has it and the message has your key")
    let message = file.map { $0 == "-" ? "FILE" : ShellWord.quoted($0) } ?? "FILE"
    console.note("to have the message in your mailbox, send it to yourself: `postseal send \(message) --clear`")
  }
}
