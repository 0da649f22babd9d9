import ArgumentParser
import ByteStreams
import GPGME
import MIME
import SealedMail
import SystemPackage

/// `postseal autocrypt setup import`.
struct AutocryptSetupImport: Command {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take your secret key from a message of another program.",
    discussion: """
      Asks for the setup code that the other program showed, shows the key, and asks before it is taken in. Take only messages that you \
      made yourself: whoever sends you one with a code wants you to use a key of theirs.
      """)

  static let examples = [
    "postseal autocrypt setup import setup.eml",
    "postseal autocrypt setup import setup.eml --code-fd 0 --yes < code.txt",
  ]

  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp("Read the setup code from this descriptor, up to its first line end.", valueName: "n"))
  var codeFD: Int32?

  @Flag(help: "Import without asking.")
  var yes = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let name = Input.name(of: input.file)
    let store = try Input.bytes(of: input.file, limit: 2 * SetupMessage.sizeLimit, console: session.console)
    let content: SetupMessage.Content
    do {
      let message = try SetupMessage(store)
      session.console.note("a setup message for \(message.address.text)")
      content = try open(message, on: session)
    } catch let problem as SetupMessage.Problem {
      throw Failure(problem, in: name)
    }
    var gpg = try session.gpg()
    let found = try gpg.preview(ArraySource(content.key))
    guard found.count == 1, let certificate = found.first else {
      throw Failure(SetupMessage.Problem.malformed("it does not hold one secret key"), in: name)
    }
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    if !yes {
      try Question.confirm(
        "Import this secret key?", on: session.console, options: options, otherwise: "add `--yes`")
    }
    let report = try gpg.importKeys(ByteStore(content.key))
    if let failure = report.entries.compactMap(\.failure).first {
      throw Failure(.malformedInput, "cannot import \(certificate.fingerprint.hex): \(failure)")
    }
    let own = try gpg.certificates(with: [certificate.fingerprint], in: .secretKeys)
    guard own.count == 1 else {
      throw Failure(.noSecretKey, "gpg did not take the secret key \(certificate.fingerprint.short)")
    }
    try session.list(own)
    if own[0].ownertrust != .ultimate {
      session.console.note("mark it as your own with `postseal key trust \(certificate.fingerprint.hex) ultimate`")
    }
    if let preference = content.preference {
      session.console.note("the other program had `autocrypt = \"\(preference.rawValue)\"` for the account")
    }
    return .done
  }

  /// Opens the message with the code that the person gives.
  private func open(_ message: SetupMessage, on session: Session) throws -> SetupMessage.Content {
    let typed = try code(for: message, on: session)
    var secret = SecretBytes(text: typed)
    if message.isNumeric {
      guard let code = SetupCode(typed: typed) else {
        throw Failure(
          .passphrase, "the setup code has to have 36 digits",
          hint: "type it as it was shown: nine blocks of four digits")
      }
      secret = code.secret
    }
    var gpg = try session.gpg(passphrase: secret)
    do {
      return try message.open(with: &gpg)
    } catch let error as GPGMEError {
      guard case .messagePassphrase = error.cause else { throw error }
      throw Failure(
        .passphrase, "the setup code does not open the message",
        hint: "see that it is the code of this message"
          + (message.beginning.map { ": it begins with \($0)" } ?? ""))
    }
  }

  private func code(for message: SetupMessage, on session: Session) throws -> String {
    if let codeFD {
      let source = DescriptorSource(FileDescriptor(rawValue: codeFD), subject: "descriptor \(codeFD)")
      return try SecretBytes.firstLine(of: source, limit: 1024, what: "the setup code").withBytes {
        String(decoding: [UInt8]($0), as: UTF8.self)
      }
    }
    guard session.console.terminal.canAsk, !options.batch else {
      throw Failure(
        .passphrase, "nobody can be asked for the setup code", hint: "give it on a descriptor, `--code-fd N`")
    }
    let beginning = message.beginning.map { " (it begins with \($0))" } ?? ""
    try Console.write("Setup code\(beginning): ", to: 2)
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw Failure(.passphrase, "no setup code was given, nothing was changed")
    }
    return line
  }
}

extension Failure {
  /// The failure of taking a message for a Setup Message.
  fileprivate init(_ problem: SetupMessage.Problem, in name: String) {
    switch problem {
    case .none:
      self.init(
        .malformedInput, "\(name) is no Autocrypt Setup Message",
        hint: "make one in the other program; there it is called a transfer of the key, or Autocrypt setup")
    case .version(let version):
      self.init(.malformedInput, "\(name) is an Autocrypt Setup Message of the unknown version `\(version)`")
    case .malformed(let reason):
      self.init(
        .malformedInput, "the Autocrypt Setup Message \(name) is malformed: \(reason); nothing was imported",
        hint: "make another in the other program")
    }
  }
}
