import GPGME
import MIME
import SealedMail

extension VerdictReport {
  /// The members of the `--json` report; `Documentation/json.md` describes them.
  var json: KeyValuePairs<String, JSONValue> {
    let verdict = opened.verdict
    return [
      "part": .optional(verdict.part),
      "encryption": .string(verdict.encryption.name),
      "refusal": verdict.encryption.refusal.map {
        .members(["kind": .string($0.name), "text": .string($0.sentence)])
      } ?? .null,
      "signature": .string(verdict.signature.rawValue),
      "trusted": .bool(verdict.isGoodAndTrusted),
      "signer": verdict.signer.map(Self.json) ?? .null,
      "signatures": .array(verdict.signatures.map(Self.json)),
      "layers": .array(verdict.layers.map(Self.json)),
      "warnings": Self.warnings(of: verdict),
      "header": .array(
        opened.header.fields.map {
          Self.json($0, isProtected: opened.header.protectedNames.contains($0.name.lowercased()))
        }),
      "outerHeader": opened.outerHeader.map { .array($0.fields.map { Self.json($0, isProtected: false) }) } ?? .null,
      "hiddenSubject": .optional(opened.header.hiddenSubject),
    ]
  }

  private static func json(_ field: HeaderField, isProtected: Bool) -> JSONValue {
    .members([
      "name": .string(field.name), "value": .string(EncodedWord.decode(field.value)), "protected": .bool(isProtected),
    ])
  }

  private static func json(_ layer: VerdictLayer) -> JSONValue {
    .members([
      "kind": .string(layer.kind.rawValue),
      "section": .string(layer.section),
      "counts": .bool(layer.counts),
      "cipher": .optional(layer.cipherName),
      "openedWith": .optional(layer.opening?.rawValue),
      "recipients": .strings(layer.recipients),
    ])
  }

  static func warnings(of verdict: Verdict) -> JSONValue {
    .array(
      zip(verdict.warnings, verdict.warningSentences(time: LocalTime.minute)).map { warning, text in
        .members([
          "kind": .string(warning.name), "section": .optional(warning.section), "text": .string(text),
        ])
      })
  }

  static func json(_ record: SignerRecord) -> JSONValue {
    .members([
      "finding": .string(record.finding.rawValue),
      "fingerprint": .optional(record.fingerprint?.hex),
      "claimedKeyID": .optional(record.claimedKeyID),
      "userID": .optional(record.userID),
      "address": .optional(record.address),
      "trust": .string(record.trust.name),
      "signedAt": .optional(record.signedAt),
      "expiresAt": .optional(record.expiresAt),
      "hash": .optional(record.hashName),
      "algorithm": .optional(record.algorithmName),
      "reason": .optional(record.reason),
    ])
  }
}

extension EncryptionFinding {
  var name: String {
    switch self {
    case .none: "none"
    case .whole: "whole"
    case .refused: "refused"
    }
  }
}

extension DecryptionRefusal {
  fileprivate var name: String {
    switch self {
    case .noSecretKey: "noSecretKey"
    case .passphrase: "passphrase"
    case .integrity: "integrity"
    case .notEncrypted: "notEncrypted"
    case .unreadable: "unreadable"
    case .other: "other"
    }
  }
}

extension SignerTrust {
  fileprivate var name: String {
    switch self {
    case .verified: "verified"
    case .accepted: "accepted"
    case .unverified: "unverified"
    }
  }
}
