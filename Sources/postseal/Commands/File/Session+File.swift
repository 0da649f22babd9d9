import ByteStreams
import GPGME
import MIME
import SealedMail

extension Session {
  /// The sink for what a command makes of a file, and its path; nil for standard output.
  ///
  /// - Parameters:
  ///   - input: the file it works on; nil and `-` for standard input.
  ///   - name: what is made of a file of a name when the person does not say where to; nil when that cannot be told.
  /// - Throws: `Failure` 64 and 73.
  func sink(
    _ output: FileOutputOptions, of input: String?, named name: (String) -> String?
  ) throws(Failure) -> (sink: any ByteSink, path: String?) {
    var path = output.output
    if path == nil, let input, input != "-" {
      guard let beside = name(input) else {
        throw Failure(
          .usage, "cannot tell a name for the output: \(input) does not end in .gpg, .pgp or .asc",
          hint: "name it with `-o FILE`, or `-o -` for standard output")
      }
      path = beside
    }
    if path == "-" { path = nil }
    return (try Output.sink(to: path, policy: Output.policy(forced: output.force)), path)
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
}
