import MIME
import OpenPGPPackets
import SealedMail

extension InspectionPage {
  /// The report of `--json`: the parts in their order, each with its findings.
  var json: JSONValue {
    let structure = inspection.structure
    return .report([
      "parts": .array(
        zip(structure.entities, inspection.findings).map { entity, findings in
          .members([
            "section": .string(structure.path(of: entity.index)),
            "depth": .number(entity.depth),
            "mediaType": .string(entity.contentType.mediaType),
            "charset": .optional(entity.contentType.parameters["charset"]),
            "transferEncoding": .string(entity.transferEncoding.token),
            "size": .number(entity.body.count),
            "name": .optional(try? entity.filename()),
            "findings": .array(findings.map(Self.json)),
          ])
        })
    ])
  }

  private static func json(_ finding: Inspection.Finding) -> JSONValue {
    var members: [JSONValue.Member] = [.init(name: "kind", value: .string(finding.name))]
    func add(_ more: KeyValuePairs<String, JSONValue>) {
      members += more.map { JSONValue.Member(name: $0.key, value: $0.value) }
    }
    switch finding {
    case .encrypted(let summary, let form):
      add([
        "form": .string(form.rawValue), "protection": .string(summary.protectionName),
        "cipher": .optional(summary.cipherName), "mode": .optional(summary.modeName),
        "recipients": .array(summary.recipients.map(\.json)), "passphrases": .array(summary.passphrases.map(\.json)),
        "problems": .strings(summary.problems),
      ])
    case .signed(let signatures, let form):
      add(["form": .string(form.rawValue), "signatures": .array(signatures.map(\.json))])
    case .signature(let signatures): add(["signatures": .array(signatures.map(\.json))])
    case .keys(let keys): add(["keys": .array(keys.map(\.json))])
    case .headerProtection(let mark): add(["mark": .string(mark.rawValue)])
    case .smime, .tnef, .unreadable, .errant, .mailingList, .repaired, .malformed, .defect: break
    }
    add(["text": .string(InspectionWords.lines(finding)[0])])
    return .object(members)
  }
}

extension Inspection.Finding {
  fileprivate var name: String {
    switch self {
    case .encrypted: "encrypted"
    case .signed: "signed"
    case .signature: "signature"
    case .keys: "keys"
    case .smime: "smime"
    case .tnef: "tnef"
    case .headerProtection: "headerProtection"
    case .unreadable: "unreadable"
    case .errant: "errant"
    case .mailingList: "mailingList"
    case .repaired: "repaired"
    case .malformed: "malformed"
    case .defect: "defect"
    }
  }
}

extension CiphertextSummary {
  fileprivate var protectionName: String {
    switch content {
    case .encrypted(.none): "none"
    case .encrypted(.seipd1): "seipd1"
    case .encrypted(.seipd2): "seipd2"
    case .encrypted(.aead): "aead"
    case .encrypted(.unknown): "unknown"
    case .nothing, .clear: "notEncrypted"
    }
  }

  fileprivate var cipherName: String? {
    switch content {
    case .encrypted(.seipd2(let cipher, _)), .encrypted(.aead(let cipher, _)): cipher.description
    default: nil
    }
  }

  fileprivate var modeName: String? {
    switch content {
    case .encrypted(.seipd2(_, let mode)), .encrypted(.aead(_, let mode)): mode.description
    default: nil
    }
  }
}

extension CiphertextSummary.Recipient {
  fileprivate var json: JSONValue {
    .members([
      "keyID": keyID.isWildcard ? .null : .string(keyID.description), "algorithm": .string(algorithm.description),
      "version": .number(Int(version)),
    ])
  }
}

extension CiphertextSummary.Passphrase {
  fileprivate var json: JSONValue {
    .members(["cipher": .optional(cipher?.description), "version": .number(Int(version))])
  }
}

extension SignatureSummary {
  fileprivate var json: JSONValue {
    .members([
      "claimedKeyID": .optional(issuer?.description), "algorithm": .optional(algorithm?.description),
      "hash": .optional(hash?.description), "signedAt": .optional(created),
      "version": .number(Int(version)),
    ])
  }
}

extension KeyblockSummary {
  fileprivate var json: JSONValue {
    .members([
      "secret": .bool(isSecret), "claimedKeyID": .optional(keyID?.description),
      "algorithm": .string(algorithm.description), "made": .number(Int(created)), "subkeys": .number(subkeyCount),
      "userIDs": .strings(userIDs.map { String(decoding: $0, as: UTF8.self) }), "version": .number(Int(version)),
    ])
  }
}
