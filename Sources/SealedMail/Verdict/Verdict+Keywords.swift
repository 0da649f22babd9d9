import GPGME

extension Verdict {
  /// The finding as one word without blanks, for columns that programs read: stable, and nothing foreign in it.
  package var keyword: String {
    switch encryption {
    case .refused(.noSecretKey): "no-key"
    case .refused(.passphrase): "locked"
    case .refused(.integrity): "altered"
    case .refused(.notEncrypted), .refused(.unreadable), .refused(.other): "not-opened"
    case .whole, .none: signature == .good && !isGoodAndTrusted ? "not-verified" : signature.keyword
    }
  }

  /// Every word that ``keyword`` can be, the good ones first.
  package static let keywords =
    ["good", "not-verified"] + SignatureFinding.allCases.filter { $0 != .good }.map(\.keyword)
    + ["no-key", "locked", "altered", "not-opened"]

  /// The name of the header field that holds the verdict in opened messages; what came under that name is dropped.
  package static let fieldName = "X-Postseal-Verdict"

  /// The verdict as the value of a header field: `encrypted=whole; signature=good; trusted=yes; signer=…; address=…`.
  ///
  /// Always printable ASCII, and one line. The signer and the address stand there only for a good signature: of any other they are
  /// claims.
  package var fieldValue: String {
    let encrypted =
      switch encryption {
      case .none: "no"
      case .whole: "whole"
      case .refused: "refused"
      }
    var parts = [
      "encrypted=\(encrypted)", "signature=\(signature.keyword)", "trusted=\(isGoodAndTrusted ? "yes" : "no")",
    ]
    if signature == .good, let signer {
      if let fingerprint = signer.fingerprint { parts.append("signer=\(fingerprint.hex)") }
      if let address = signer.address, address.isPlainAddress { parts.append("address=\(address)") }
    }
    return parts.joined(separator: "; ")
  }
}

extension String {
  /// True for an address that cannot be taken for anything else, in a header field or by a shell: no quotes, no semicolon, no blank,
  /// no option.
  var isPlainAddress: Bool {
    utf8.count <= 254 && utf8.first != UInt8(ascii: "-")
      && utf8.allSatisfy { octet in
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "@.-_+".utf8.contains(octet)
        }
      }
  }
}

extension SignatureFinding {
  /// The finding in small letters and hyphens: `unknown-signer`.
  package var keyword: String {
    self == .none
      ? "unsigned" : rawValue.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
  }
}
