/// What an entity says about cryptography by its type, its parameters, or the start of its body.
extension Entity {
  /// The `protocol` parameter in lower case, without blanks around it; nil when it is missing or empty.
  var cryptoProtocol: String? {
    let octets = contentType.parameters.octets(of: "protocol")?.trimming().map(\.asciiLowercased) ?? []
    return octets.isEmpty ? nil : String(decoding: octets, as: UTF8.self)
  }

  /// True for the part that carries `Version: 1`; an armored body is not one, whatever its type.
  ///
  /// Source: RFC 3156 §4
  var isControlPart: Bool {
    isLeaf && contentType.matches("application", "pgp-encrypted") && armor == nil
  }

  /// What a control part says.
  enum ControlVersion {
    case one
    case other
    case missing
  }

  /// The version that a control part names.
  var controlVersion: ControlVersion {
    let text = opening.trimming().map(\.asciiLowercased)
    // QUIRK: gateways that encode the control part in base64; this is how `Version: 1` starts then.
    // CryptoStructureTests.swift
    if transferEncoding == .base64 { return opening.trimming().starts(with: "VmVyc2lvbjogMQ".utf8) ? .one : .missing }
    for line in text.split(whereSeparator: { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }) {
      guard line.starts(with: "version:".utf8) else { continue }
      return line.dropFirst("version:".utf8.count).trimming().elementsEqual("1".utf8) ? .one : .other
    }
    return .missing
  }

  /// True for the two multiparts that a layer of cryptography is made of.
  ///
  /// Source: RFC 1847
  var isCryptoMultipart: Bool {
    contentType.matches("multipart", "encrypted") || contentType.matches("multipart", "signed")
  }

  /// True for a text part without text.
  var isEmptyText: Bool {
    isLeaf && contentType.type == "text" && body.count <= Entity.openingSize && opening.allSatisfy(\.isBlankOrLineEnd)
  }
}

extension ArmorMark.Kind {
  /// True for the blocks that hold a message's content: they are opened; keys and lone signatures are not.
  var isContent: Bool { self == .message || self == .signedMessage }
}
