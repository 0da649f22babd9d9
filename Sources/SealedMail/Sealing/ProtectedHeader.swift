import MIME

/// The two headers of a protected message: what stands in its payload and what stands outside.
///
/// Source: RFC 9788 §2, §5.2
struct ProtectedHeader {
  /// The header of the payload root: protected fields, HP-Outer where it is encrypted, and the structural fields.
  let inside: [FieldLine]
  /// The non-structural fields of the outer header.
  let outside: [FieldLine]

  /// For a message that is encrypted.
  ///
  /// - Throws: `MIMEError` when a field cannot be written again.
  init(_ message: OutgoingMessage, encrypting confidentiality: HeaderConfidentiality) throws(MIMEError) {
    let fields = message.header.nonStructural
    var outside: [FieldLine] = []
    for field in fields {
      if let shown = try confidentiality.outside(field) { outside.append(shown) }
    }
    var records: [FieldLine] = []
    for field in outside { records.append(try .outer(field)) }
    inside = try fields + records + Self.structural(message, protection: "cipher")
    self.outside = outside
  }

  /// For a message that is signed only: all fields stand outside as well.
  ///
  /// - Throws: `MIMEError` when a field cannot be written again.
  init(signing message: OutgoingMessage) throws(MIMEError) {
    outside = message.header.nonStructural
    inside = try outside + Self.structural(message, protection: "clear")
  }

  /// The Content-… fields of the message's root, its Content-Type marked with `protection` and for older readers.
  private static func structural(_ message: OutgoingMessage, protection: String) throws(MIMEError) -> [FieldLine] {
    let root = message.structure.root
    var type = root.contentType
    // Text that says nothing about itself is what people type today; ASCII is a part of it.
    if root.header.count(named: "Content-Type") == 0 { type.parameters.set("charset", "utf-8") }
    type.parameters.remove("hp-legacy-display")
    type.parameters.set("hp", protection)
    type.parameters.set("protected-headers", "v1")
    let others = message.header.structural.filter { !$0.isNamed("MIME-Version") && !$0.isNamed("Content-Type") }
    return [try .contentType(type)] + others
  }
}
