import ArgumentParser
import SealedMail

/// `postseal sign`: sign a message without encrypting it.
struct Sign: Command {
  static let configuration = CommandConfiguration(
    abstract: "Sign a message without encrypting it.",
    discussion: "The result is multipart/signed; anybody can read it, and see that it is unaltered and whose it is.")

  static let examples = [
    "postseal sign letter.eml -o signed.eml",
    "postseal sign --as alice@example.org < letter.eml > signed.eml",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup(title: "Header Options") var header: HeaderOptions
  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws { try signer.check() }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let prepared = try session.prepare(input, header, signer: signer, protection: .chosen(.signed), with: &gpg)
    let sink = try SealedOutput(prepared.plan, output: output)
    try sink.write(try session.seal(prepared, into: sink, with: &gpg))
    session.explain(prepared, opening: "signed")
    return .done
  }
}
