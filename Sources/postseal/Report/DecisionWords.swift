import GPGME
import MIME
import SealedMail

extension CertificateDecision.Step {
  /// The step as JSON and the report name it.
  var keyword: String {
    switch self {
    case .configuration: "configuration"
    case .address: "address"
    case .usable: "usable"
    case .accepted: "accepted"
    case .verified: "verified"
    case .autocrypt: "autocrypt"
    }
  }

  /// The members of its JSON object.
  var json: JSONValue {
    switch self {
    case .configuration(let entry):
      .members([
        "step": .string(keyword), "entry": .optional(entry?.pattern.text),
        "certificates": .strings([entry?.fingerprint.hex].compactMap(\.self)),
      ])
    case .address(let certificates), .usable(let certificates), .accepted(let certificates),
      .verified(let certificates), .autocrypt(let certificates):
      .members(["step": .string(keyword), "certificates": .strings(certificates.map(\.fingerprint.hex))])
    }
  }
}

extension CertificateDecision.Candidate {
  var mark: Style.Mark { problem != nil ? .bad : trust == nil ? .unknown : .good }

  /// What speaks for it or against it.
  var words: String { problem?.words ?? trust?.words ?? "usable, but neither verified nor accepted" }

  /// The members of its JSON object.
  var json: JSONValue {
    .members([
      "fingerprint": .string(certificate.fingerprint.hex),
      "algorithm": .string(certificate.algorithm),
      "created": .optional(certificate.created),
      "expires": .optional(certificate.expires),
      "problem": .optional(problem?.keyword),
      "trust": .optional(trust?.name),
      "text": .string(words),
    ])
  }
}

extension CertificateDecision.Bystander.Reason {
  /// The reason as JSON names it.
  var keyword: String {
    switch self {
    case .userIDRevoked: "userIDRevoked"
    case .userIDInvalid: "userIDInvalid"
    case .otherCapitals: "otherCapitals"
    case .otherAddress: "otherAddress"
    }
  }

  /// The reason for a person; foreign text may be among it.
  var words: String {
    switch self {
    case .userIDRevoked: "its owner revoked the user ID with this address"
    case .userIDInvalid: "its user ID with this address has no valid self-signature"
    case .otherCapitals(let address): "its address is \(address), and another has the address letter by letter"
    case .otherAddress: "the address only occurs in a user ID that stands for another, or for none"
    }
  }
}

extension CertificateMap.Pattern {
  /// The pattern as the configuration writes it.
  var text: String {
    switch self {
    case .address(let address): address.text
    case .domain(let domain): "*@\(domain)"
    }
  }
}

extension CertificateGap {
  /// The gap as JSON names it.
  var keyword: String {
    switch self {
    case .none: "none"
    case .notAccepted: "notAccepted"
    case .unusable: "unusable"
    case .ambiguous: "ambiguous"
    case .mappedButMissing: "mappedButMissing"
    }
  }
}

extension CertificateProblem {
  /// The problem as JSON names it.
  var keyword: String {
    switch self {
    case .expired: "expired"
    case .revoked: "revoked"
    case .disabled: "disabled"
    case .invalid: "invalid"
    case .notYetValid: "notYetValid"
    case .noKey: "noKey"
    case .keyExpired: "keyExpired"
    case .keyRevoked: "keyRevoked"
    case .weak: "weak"
    case .noSecretKey: "noSecretKey"
    case .missing: "missing"
    case .refused: "refused"
    }
  }
}
