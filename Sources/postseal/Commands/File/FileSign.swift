import ArgumentParser
import ByteStreams
import SealedMail

/// `postseal file sign`.
struct FileSign: Command {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Sign a file, in a file beside or in the clear.",
    discussion: """
      The signature goes into FILE.sig, or FILE.asc with --armor; the file itself stays as it is. With --clear the text and its \
      signature go into FILE.asc, which everybody can read; blanks at the end of its lines are not covered. The signer is the key that \
      --as or the account names, else the only own key here. gpg and other OpenPGP programs verify both.
      """)

  static let examples = [
    "postseal file sign --armor postseal-1.0.tar.xz",
    "postseal file sign --clear --as alice@example.org -o - notes.txt",
  ]

  @OptionGroup var input: FileInputOptions
  @OptionGroup var output: FileOutputOptions

  @Flag(name: .shortAndLong, help: "Write ASCII armor instead of binary.")
  var armor = false

  @Flag(help: "Write the text with a signature in the clear around it.")
  var clear = false

  @OptionGroup var signer: SignerOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let (sink, path) = try session.sink(output, of: input.file) { $0 + (armor || clear ? ".asc" : ".sig") }
    var gpg = try session.gpg()
    let (sealing, sender) = try session.fileSealing(.signed, signer: signer)
    let plan = try FileSealer.plan(for: [], sender: sender, options: sealing, with: &gpg)
    let store = try Input.bytes(of: input.file, console: session.console)
    if clear {
      try FileSealer.signCleartext(store, plan: plan, options: sealing, into: sink, with: &gpg)
    } else {
      let progress = Progress("signing", on: session.console)
      defer { progress.finish() }
      try FileSealer.signDetached(
        store, plan: plan, as: armor ? .armored : .binary, options: sealing, into: sink, with: &gpg,
        progress: { progress.advance(to: $0, of: $1) })
    }
    try sink.finish()
    session.explain(FileSealReport(plan: plan, size: store.count), opening: "signed", written: path)
    return .done
  }
}
