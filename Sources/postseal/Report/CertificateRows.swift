import GPGME
import MIME
import SealedMail

/// The lines that tell to whose certificates something was encrypted, and their members in JSON.
struct CertificateRows {
  let recipients: [RecipientCertificate]
  /// The sender's own certificate, and what the sender goes by; nil for no copy to self.
  let own: (name: String, certificate: Certificate)?
  /// Who among the recipients has a copy of their own.
  var blind: Set<AddrSpec> = []

  /// One line for each certificate, or two where one is wider than the terminal.
  ///
  /// - Parameter columns: of the terminal; nil for no limit.
  func lines(_ style: Style, columns: Int?) -> [String] {
    var rows = recipients.map { recipient in
      [
        TerminalText.visible(recipient.address.text), recipient.certificate.algorithm,
        recipient.certificate.fingerprint.short,
        recipient.trust.words + (blind.contains(recipient.address) ? ", blind copy" : ""),
      ]
    }
    if let own {
      rows.append([
        TerminalText.visible(own.name), own.certificate.algorithm, own.certificate.fingerprint.short, "copy to self",
      ])
    }
    let marks = recipients.map { $0.trust == .autocrypt ? Style.Mark.unknown : .good } + [.good]
    let lines = Table.lines(rows)
    guard let columns, (lines.map(TerminalText.width).max() ?? 0) + 4 > columns else {
      return zip(marks, lines).map { "  \(style.mark($0)) \($1)" }
    }
    return zip(zip(marks, Table.lines(rows.map { Array($0.dropLast()) })), rows).flatMap { line, row in
      ["  \(style.mark(line.0)) \(line.1)", "      \(row.last ?? "")"]
    }
  }

  /// The recipients as `--json` has them.
  var json: JSONValue {
    .array(
      recipients.map { recipient in
        .members([
          "address": .string(recipient.address.text),
          "fingerprint": .string(recipient.certificate.fingerprint.hex),
          "algorithm": .string(recipient.certificate.algorithm),
          "trust": .string(recipient.trust.name),
        ])
      })
  }
}

extension RecipientTrust {
  /// The trust as a report has it.
  var words: String {
    switch self {
    case .verified: "verified"
    case .accepted(let time): "accepted by you, \(calendarDate(time))"
    case .named: "named in the configuration"
    case .autocrypt: "not verified, came with mail (Autocrypt)"
    }
  }

  /// The trust as JSON has it.
  var name: String {
    switch self {
    case .verified: "verified"
    case .accepted: "accepted"
    case .named: "named"
    case .autocrypt: "autocrypt"
    }
  }
}
