import ArgumentParser
import ByteStreams
import SealedMail
import SystemPackage

/// `postseal encrypt`: encrypt and sign a message.
struct Encrypt: Command {
  static let configuration = CommandConfiguration(
    abstract: "Seal a message: encrypt and sign it.",
    discussion: """
      Every recipient needs a certificate that is verified or accepted; when one lacks it, nothing is written. The \
      message is also encrypted to the sender. With a Bcc field, -o names a folder and each copy is a file there.
      """)

  static let examples = [
    "postseal encrypt letter.eml -o sealed.eml",
    "postseal encrypt --to bob@example.org < note.eml > sealed.eml",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup(title: "Header Options") var header: HeaderOptions
  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions

  @Flag(help: "Encrypt without a signature, for a sender without a key.")
  var noSign = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws { try signer.check() }

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let prepared = try session.prepare(
      input, header, signer: signer, protection: .chosen(noSign ? .encryptedOnly : .sealed), with: &gpg)
    let sink = try SealedOutput(prepared.plan, output: output)
    try sink.write(try session.seal(prepared, into: sink, with: &gpg))
    session.explain(prepared, opening: "sealed")
    return .done
  }
}
