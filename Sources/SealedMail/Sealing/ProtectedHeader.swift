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
    inside = try fields + records + Self.structural(message.header, root: message.structure.root, protection: "cipher")
    self.outside = outside
  }

  /// For a message of others that a mail server encrypts on its way.
  ///
  /// What servers wrote about the way stands outside alone, in its place, and is not claimed to be the author's. What only an opener
  /// may believe of a payload is left out, and whom the author told in secret stands inside alone.
  /// - Throws: `MIMEError` when a field cannot be written again.
  init(carrying message: IncomingMessage, encrypting confidentiality: HeaderConfidentiality) throws(MIMEError) {
    let root = message.structure.root
    var whole = HeaderDraft()
    var outside: [FieldLine] = []
    var records: [FieldLine] = []
    for field in root.header.fields where !Self.openersFields.contains(field.name.lowercased()) {
      let received = try? FieldLine.received(field)
      let own = if let received { received } else { try FieldLine.carried(field) }
      // What cannot be written anew for the outside, an address in UTF-8 for one, stands there in encoded words.
      guard let shown = received ?? (try? FieldLine.unstructured(field.name, field.text)) else {
        whole.append(own)
        continue
      }
      if Self.isTrace(own) {
        outside.append(shown)
        continue
      }
      whole.append(own)
      guard !own.isStructural, !HeaderDraft.blindCopyFields.contains(where: { own.isNamed($0) }),
        let outer = try Self.outside(shown, confidentiality),
        // A line that has no room for the record's name stays inside, where nothing is lost.
        let record = try? FieldLine.outer(outer)
      else { continue }
      outside.append(outer)
      records.append(record)
    }
    inside = try whole.nonStructural + records + Self.structural(whole, root: root, protection: "cipher")
    self.outside = outside
  }

  /// What stands outside for a field of others, which need not have the grammar of its name and stays as it is then.
  private static func outside(
    _ field: FieldLine, _ confidentiality: HeaderConfidentiality
  ) throws(MIMEError) -> FieldLine? {
    do { return try confidentiality.outside(field) } catch { return try HeaderConfidentiality.baseline.outside(field) }
  }

  /// Fields that a reader believes because they come out of an encryption: a mail server vouches for none that came in clear.
  private static let openersFields: Set = ["hp-outer", "autocrypt-gossip", "autocrypt-draft-state"]

  /// Whether a server wrote the field on the way.
  ///
  /// Source: RFC 5321 §4.4, RFC 5322 §3.6.7, RFC 6376, RFC 8601, RFC 8617, RFC 7208 §9.1
  private static func isTrace(_ field: FieldLine) -> Bool {
    let name = field.name.lowercased()
    return traceFields.contains(name) || name.hasPrefix("arc-")
  }

  private static let traceFields: Set = [
    "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "delivery-date", "dkim-signature",
    "domainkey-signature", "authentication-results", "received-spf",
  ]

  /// For a message that is signed only: all fields stand outside as well.
  ///
  /// - Throws: `MIMEError` when a field cannot be written again.
  init(signing message: OutgoingMessage) throws(MIMEError) {
    outside = message.header.nonStructural
    inside = try outside + Self.structural(message.header, root: message.structure.root, protection: "clear")
  }

  /// The Content-… fields of the message's root, its Content-Type marked with `protection` and for older readers.
  private static func structural(
    _ header: HeaderDraft, root: Entity, protection: String
  ) throws(MIMEError) -> [FieldLine] {
    var type = root.contentType
    // Text that says nothing about itself is what people type today; ASCII is a part of it.
    if root.header.count(named: "Content-Type") == 0 { type.parameters.set("charset", "utf-8") }
    type.parameters.remove("hp-legacy-display")
    type.parameters.set("hp", protection)
    type.parameters.set("protected-headers", "v1")
    let others = header.structural.filter { !$0.isNamed("MIME-Version") && !$0.isNamed("Content-Type") }
    return [try .contentType(type)] + others
  }
}
