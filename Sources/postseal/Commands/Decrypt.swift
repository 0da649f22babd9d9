import ArgumentParser
import ByteStreams
import SealedMail

/// `postseal decrypt`: the message with its protection removed.
struct Decrypt: Command {
  static let configuration = CommandConfiguration(
    abstract: "Open a message: write it with its protection removed.",
    discussion: """
      Header fields that were hidden are restored. The verdict is told on standard error. Nothing is written unless all of \
      the message was found unaltered.
      """)

  static let examples = [
    "postseal decrypt mail.eml -o opened.eml",
    "postseal decrypt --require-signature < mail.eml > opened.eml",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    let sink = try Output.sink(to: output.output, policy: Output.policy(forced: output.force))
    var gpg = try session.gpg()
    let opened = try session.open(input, part, expansion, scratch: (sink as? OutputFile)?.folder, with: &gpg)
    let content = try session.content(of: opened, from: input)
    if let failure = try VerdictReport(opened: opened).unmet(requirements) {
      session.explain(opened)
      throw failure
    }
    try content.write(restoring: opened.header, into: sink)
    try sink.finish()
    session.explain(opened)
    return .done
  }
}
