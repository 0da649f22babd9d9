import ArgumentParser
import ByteStreams
import GPGME
import OpenPGPPackets

/// `postseal key export`.
struct KeyExport: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a certificate, armored, to give to others.")

  static let examples = [
    "postseal key export alice@example.org -o alice.asc",
    "postseal key export --secret alice@example.org -o alice-secret.asc",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Write the secret key: keep the file as safe as the key itself.")
  var secret = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  /// Certificates with pictures reach some hundred kilobytes.
  private static let sizeLimit = 64 << 20

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let sink = try Output.sink(to: output.output, policy: Output.policy(forced: output.force))
    var gpg = try session.gpg()
    let certificate = try name.certificate(in: secret ? .secretKeys : .certificates, with: &gpg)
    let binary = MemorySink(limit: Self.sizeLimit, what: "the certificate")
    try gpg.export([certificate.fingerprint], as: secret ? .secretKey : .certificate, into: binary)
    let armor = ArmorSink(secret ? .privateKey : .publicKey, into: sink)
    try ArraySource(binary.bytes).copy(to: armor)
    try armor.finish()
    try sink.finish()
    return .done
  }
}
