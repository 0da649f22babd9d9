import ArgumentParser
import GPGME

/// `postseal key show`.
struct KeyShow: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything about a certificate of your keyring.",
    discussion: """
      Its user IDs with who certified them, as far as your keyring can check that, its keys, and what it cannot be used for; of \
      your own key also where its secret parts are and whether a revocation certificate is stored. With `--qr` another \
      device scans the fingerprint from your screen; the program qrencode draws it.
      """)

  static let examples = [
    "postseal key show bob@example.org",
    "postseal key show --qr alice@example.org",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName

  @Flag(help: "Draw the fingerprint as a QR code too.")
  var qr = false

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    let found = try name.certificates(in: .certificates, detail: .certifications, with: &gpg)
    guard !found.isEmpty else { throw Failure.noCertificate(name.text) }
    var all: [CertificateDetails] = []
    for certificate in found { all.append(try CertificateDetails.of(certificate, at: session.now, with: &gpg)) }
    switch session.console.format {
    case .json: try session.console.report(.report(["certificates": .array(all.map(\.json))]))
    case .text:
      var reports: [[String]] = []
      for (certificate, details) in zip(found, all) {
        var lines = details.lines()
        if qr {
          lines += try await QRCode.lines(
            of: CertificateDetails.uri(of: certificate.fingerprint), style: session.console.terminal.outputStyle)
        }
        reports.append(lines)
      }
      try session.console.report(Array(reports.joined(separator: [""])))
    }
    return .done
  }

  func validate() throws {
    if qr, options.json { throw ValidationError("--qr draws nothing in JSON: its text is the member `uri`.") }
  }
}
