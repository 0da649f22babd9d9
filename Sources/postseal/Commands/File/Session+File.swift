import ByteStreams
import GPGME
import MIME
import SealedMail

extension Session {
  /// The sink for what a command makes of a file, and its path; nil for standard output.
  ///
  /// - Parameters: as for ``path(_:of:named:)``.
  /// - Throws: `Failure` 64 and 73.
  func sink(
    _ output: FileOutputOptions, of input: String?, named name: (String) -> String?
  ) throws(Failure) -> (sink: any ByteSink, path: String?) {
    let path = try path(output, of: input, named: name)
    return (try Output.sink(to: path, policy: Output.policy(forced: output.force)), path)
  }

  /// Where to goes what a command makes of a file; nil for standard output.
  ///
  /// - Parameters:
  ///   - input: the file it works on; nil and `-` for standard input.
  ///   - name: what is made of a file of a name when the person does not say where to; nil when that cannot be told.
  /// - Throws: `Failure` 64.
  func path(
    _ output: FileOutputOptions, of input: String?, named name: (String) -> String?
  ) throws(Failure) -> String? {
    if let path = output.output { return path == "-" ? nil : path }
    guard let input, input != "-" else { return nil }
    guard let beside = name(input) else {
      throw Failure(
        .usage, "cannot tell a name for the output: \(input) does not end in .gpg, .pgp or .asc",
        hint: "name it with `-o FILE`, or `-o -` for standard output")
    }
    return beside
  }

  /// How a file is sealed, and who its sender is: whom `--as` names, else the account; nil where only the keyring says it.
  ///
  /// - Throws: `MIMEError` for what is neither fingerprint nor address.
  func fileSealing(
    _ protection: Protection, signer: SignerOptions
  ) throws(MIMEError) -> (options: SealOptions, sender: AddrSpec?) {
    var sealing = SealOptions(now: now)
    sealing.protection = protection
    sealing.map = try configuration.certificateMap()
    guard let name = signer.signer else {
      sealing.signer = account?.key.flatMap { Fingerprint($0) }
      guard let own = account?.from.first else { return (sealing, nil) }
      return (sealing, try Mailbox(own).address)
    }
    sealing.signer = Fingerprint(name)
    return (sealing, sealing.signer == nil ? try Mailbox(name).address : nil)
  }

  /// Makes sure that somebody can say a new passphrase, and that it is one.
  ///
  /// - Parameter other: how gpg is run for it; nil for as always in this session.
  /// - Throws: `Failure` 21.
  func checkNewPassphrase(of other: EngineConfiguration? = nil) throws(Failure) {
    switch (other ?? engine).passphrases {
    case .given(let secret) where secret.count == 0:
      // It would open it to everybody.
      throw Failure(.passphrase, "the passphrase is empty", hint: "give one on the first line of the descriptor")
    case .neverAsk:
      throw Failure(
        .passphrase, "nobody can be asked for the passphrase",
        hint: "run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`")
    case .given, .pinentry: break
    }
  }
}
