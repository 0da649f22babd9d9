package import MIME

/// Whom a message is handed over for, and where word of its failure goes; made before sealing, never read from a header after it.
///
/// There is at least one recipient and none twice. No address starts with `-` or holds a character that would end a command
/// line or an SMTP path early.
/// Source: RFC 5321 §2.3.1
package struct Envelope: Sendable, Equatable {
  /// Where word of a failure goes.
  package enum ReversePath: Sendable, Equatable {
    /// Nowhere: the message is itself such word. Source: RFC 5321 §4.5.5
    case null
    case address(AddrSpec)
  }

  package let reversePath: ReversePath

  /// At least one, in the order given.
  package let recipients: [AddrSpec]

  /// Takes the addresses over when each of them is safe.
  ///
  /// - Throws: `TransportError.envelope`, with the first address at fault.
  package init(from reversePath: ReversePath, to recipients: [AddrSpec]) throws(TransportError) {
    guard !recipients.isEmpty else { throw .envelope(.noRecipient) }
    if case .address(let sender) = reversePath { try Self.check(sender) }
    var unique: [AddrSpec] = []
    var seen: Set<String> = []
    for recipient in recipients {
      try Self.check(recipient)
      if seen.insert(recipient.text).inserted { unique.append(recipient) }
    }
    self.reversePath = reversePath
    self.recipients = unique
  }

  /// Whether an address has characters beyond ASCII, which only a server with SMTPUTF8 carries. Source: RFC 6531 §3.3
  package var needsSMTPUTF8: Bool {
    let addresses = if case .address(let sender) = reversePath { recipients + [sender] } else { recipients }
    return addresses.contains { $0.text.utf8.contains { $0 >= 0x80 } }
  }

  /// The reverse path as SMTP writes it between its angle brackets: the address, or nothing.
  var reversePathText: String {
    switch reversePath {
    case .null: ""
    case .address(let sender): sender.text
    }
  }

  /// Refuses what could be taken for something else than one address, whatever the parser of addresses let pass.
  private static func check(_ address: AddrSpec) throws(TransportError) {
    let text = address.text
    if text.utf8.first == UInt8(ascii: "-") { throw .envelope(.leadingHyphen(text)) }
    var quoted = false
    var escaped = false
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F { throw .envelope(.unsafeCharacter(ForeignText(text).description)) }
      switch byte {
      case _ where escaped: escaped = false
      case UInt8(ascii: "\\") where quoted: escaped = true
      case UInt8(ascii: "\""): quoted.toggle()
      case UInt8(ascii: " "), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","):
        if !quoted { throw .envelope(.unsafeCharacter(text)) }
      default: break
      }
    }
    if quoted || text.isEmpty { throw .envelope(.unsafeCharacter(text)) }
  }
}
