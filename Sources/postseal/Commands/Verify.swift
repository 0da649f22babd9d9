import ArgumentParser
import SealedMail

/// `postseal verify`: the verdict alone.
struct Verify: Command {
  static let configuration = CommandConfiguration(
    abstract: "Judge a message: who signed it, and is it whole.",
    discussion: "A sealed message is opened first. The exit status is the number of the finding.")

  static let examples = [
    "postseal verify mail.eml",
    "postseal verify --json < mail.eml",
  ]

  @OptionGroup var input: InputOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var requirements: RequirementOptions
  @OptionGroup var expansion: ExpansionOptions
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options, passphrase: passphrase)
    var gpg = try session.gpg()
    let opened = try session.open(input, part, expansion, with: &gpg)
    let report = VerdictReport(opened: opened)
    switch session.console.format {
    case .json: try session.console.report(.report(report.json))
    case .text where session.console.detail == .quiet: break
    case .text:
      let terminal = session.console.terminal
      try session.console.report(report.lines(style: terminal.outputStyle, columns: terminal.outputColumns))
    }
    _ = try session.content(of: opened, from: input)
    if let failure = try report.unmet(requirements) { throw failure }
    return report.status
  }
}
