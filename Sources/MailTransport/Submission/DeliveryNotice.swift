/// Which word of a message's fate its sender wants from the servers on its way. Source: RFC 3461
///
/// Only the header of a message ever comes back with such word, never what was sealed.
package struct DeliveryNotice: Sendable, Hashable {
  /// What a server tells of.
  package enum Event: String, Sendable, CaseIterable {
    case success, failure, delay
  }

  /// Empty for no word at all.
  package let events: Set<Event>

  /// What the word calls the message, printable ASCII of at most 100 characters; nil for no name. Source: RFC 3461 §4.4
  package let envelopeID: String?

  /// Reads `never`, or one or several of `success`, `failure` and `delay` with commas between them; nil for anything else.
  package init?(parsing text: String, envelopeID: String? = nil) {
    if let envelopeID {
      guard (1...100).contains(envelopeID.utf8.count), envelopeID.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        return nil
      }
    }
    self.envelopeID = envelopeID
    if text.lowercased() == "never" {
      events = []
      return
    }
    var events: Set<Event> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let event = Event(rawValue: word.lowercased()) else { return nil }
      events.insert(event)
    }
    self.events = events
  }

  /// As sendmail's `-N` takes it.
  package var words: String {
    events.isEmpty ? "never" : Event.allCases.filter(events.contains).map(\.rawValue).joined(separator: ",")
  }

  /// The parameters of MAIL. Source: RFC 3461 §4.3, §4.4
  var mailParameters: String { " RET=HDRS" + (envelopeID.map { " ENVID=\(Self.xtext($0))" } ?? "") }

  /// The parameter of RCPT. Source: RFC 3461 §4.1
  var recipientParameter: String { " NOTIFY=\(words.uppercased())" }

  /// The text without what an ESMTP parameter cannot hold. Source: RFC 3461 §4
  private static func xtext(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "=") {
        result += "+" + String(byte, radix: 16, uppercase: true)
      } else {
        result.unicodeScalars.append(UnicodeScalar(byte))
      }
    }
  }
}
