import ArgumentParser
import GPGME
import MIME
import SealedMail

/// `postseal key why`.
struct KeyWhy: Command {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Explain which certificate mail for an address is sealed to.",
    discussion: """
      Asks what sealing asks, in the same order: what [keys] of the configuration names, which certificates of your keyring have \
      the address, which of these can be encrypted to, which you accepted, which are verified. Ends with what send would do and \
      the command that mends it; the exit status is 0 when there is a certificate, else that of sealing. Nobody else is asked.
      """)

  static let examples = ["postseal key why bob@example.org", "postseal key why --json bob@example.org"]

  @Argument(help: "The address.")
  var address: String

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    let address = try AddrSpec(address)
    var sealing = SealOptions(now: session.now)
    sealing.map = try session.configuration.certificateMap()
    sealing.protection = try session.configuration.protectionRules().protection(for: [address])
    var gpg = try session.gpg()
    sealing.autocrypt = try session.autocryptTargets(for: [address], with: &gpg)
    let (decision, bystanders) = try CertificateDecision.of(address, options: sealing, with: &gpg)
    let report = DecisionReport(decision: decision, bystanders: bystanders, protection: sealing.protection)
    let mail = try session.autocryptReport(for: address, with: &gpg)
    switch session.console.format {
    case .json:
      let json = JSONValue.report(report.json)
      try session.console.report(mail.map { json.adding("autocrypt", .members($0.json)) } ?? json)
    case .text:
      let lines = report.lines(style: session.console.terminal.outputStyle)
      try session.console.report(lines + (mail.map { ["mail  Autocrypt: \($0.summary)"] } ?? []))
    }
    return report.failure?.status ?? .done
  }
}
