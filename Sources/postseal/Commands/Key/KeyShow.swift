import ArgumentParser
import GPGME

/// `postseal key show`.
struct KeyShow: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything about a certificate of your keyring.")

  static let examples = [
    "postseal key show bob@example.org",
    "postseal key show --json alice@example.org",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let found = try name.certificates(in: .certificates, detail: .certifications, with: &gpg)
    guard !found.isEmpty else { throw Failure.noCertificate(name.text) }
    let reports = found.map { CertificateReport(certificate: $0, now: session.now) }
    switch session.console.format {
    case .json: try session.console.report(.report(["certificates": .array(reports.map(\.json))]))
    case .text: try session.console.report(Array(reports.map { $0.lines() }.joined(separator: [""])))
    }
    return .done
  }
}
