import GPGME
import SealedMail

/// One certificate that was looked for, and who says so.
struct CandidateReport {
  let certificate: Certificate
  /// Whether the keyring has it.
  let isKnown: Bool
  /// Who gave it, besides the keyring.
  var directories: [KeyDirectory] = []
  /// What importing it would bring.
  var changes: [CertificateChange] = []
  var isImported = false
  let now: Int64

  /// Everything about it, and who says so.
  func lines() -> [String] {
    let places = directories.map(\.claim) + (isKnown ? ["your keyring"] : [])
    return CertificateReport(certificate: certificate, now: now).lines()
      + places.map { "found in     \($0)" }
      + (isKnown ? changes.map { "would bring  \(TerminalText.visible($0.words))" } : [])
  }

  /// The members of its JSON object.
  var json: JSONValue {
    CertificateReport(certificate: certificate, now: now).json
      .adding("inKeyring", .bool(isKnown))
      .adding("foundIn", .array(directories.map(\.json)))
      .adding("changes", .array(changes.map(\.json)))
      .adding("imported", .bool(isImported))
  }
}

extension KeyDirectory {
  /// The place, and what its word is worth.
  var claim: String {
    switch self {
    case .web(let domain): "\(words): whoever runs \(domain) says so"
    case .server(let server) where server.checksAddresses: "\(words): it sent mail to the address before it listed it"
    case .server: "\(words): anybody can upload there under any name"
    }
  }

  /// The place as `--json` has it.
  var json: JSONValue {
    switch self {
    case .web(let domain): .members(["kind": .string("wkd"), "name": .string(domain), "checksAddresses": .bool(true)])
    case .server(let server):
      .members([
        "kind": .string("keyserver"), "name": .string(server.url), "checksAddresses": .bool(server.checksAddresses),
      ])
    }
  }
}
