/// How a body is encoded for transfer.
///
/// Source: RFC 2045 §6
package enum ContentTransferEncoding: Equatable, Hashable, Sendable {
  case sevenBit
  case eightBit
  case binary
  case quotedPrintable
  case base64
  /// A token that is not of the standard, as the message spells it; such a body can only be taken as it stands.
  case unknown(String)

  /// Reads a Content-Transfer-Encoding field; comments and trailing text are ignored, as in `7bit;` or `base64 (x)`.
  package init(parsing value: [UInt8]) {
    var scanner = FieldScanner(value)
    scanner.skipBlanksAndComments()
    let token = scanner.takeToken()
    switch String(decoding: token.map(\.asciiLowercased), as: UTF8.self) {
    case "", "7bit", "7-bit": self = .sevenBit
    case "8bit", "8-bit": self = .eightBit
    case "binary": self = .binary
    case "quoted-printable": self = .quotedPrintable
    case "base64": self = .base64
    default: self = .unknown(String(decoding: token, as: UTF8.self))
    }
  }

  /// True when the body's octets are the content's octets.
  package var isIdentity: Bool {
    switch self {
    case .sevenBit, .eightBit, .binary: true
    case .quotedPrintable, .base64, .unknown: false
    }
  }

  /// The token to be written.
  package var token: String {
    switch self {
    case .sevenBit: "7bit"
    case .eightBit: "8bit"
    case .binary: "binary"
    case .quotedPrintable: "quoted-printable"
    case .base64: "base64"
    case .unknown(let token): token
    }
  }
}
