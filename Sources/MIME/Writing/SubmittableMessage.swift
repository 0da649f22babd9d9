package import ByteStreams

/// A finished message, and the only thing that a transport takes.
///
/// It can be made of protected mail by parsing that mail back, or of clear text by somebody who holds a
/// `ClearPermission`; there is no other way.
package struct SubmittableMessage: Sendable {
  /// The message as it goes out: CRLF, lines up to 998 octets, no NUL, no Bcc field.
  package let bytes: ByteStore
  /// What protects it.
  package let protection: Protection
  /// What its octets ask of a server.
  package let octets: Octets

  /// What protects a message.
  package enum Protection: Sendable {
    /// Encrypted to its recipients, the signature inside.
    case sealed
    /// Signed, readable by everybody.
    case signed
    /// Neither; somebody permitted that.
    case clear
  }

  /// What octets a message is made of.
  package enum Octets: Sendable {
    /// ASCII; protected messages are this always.
    case sevenBit
    /// Others too: the server has to offer 8BITMIME.
    case eightBit
  }

  private init(_ check: SubmissionCheck, _ protection: Protection) {
    bytes = check.store
    self.protection = protection
    octets = check.scan.highCount == 0 ? .sevenBit : .eightBit
  }

  /// A message whose root is a well-formed PGP/MIME encryption.
  ///
  /// - Parameters:
  ///   - store: the finished message.
  ///   - fields: what was meant to be outside, compared with what is there; nil for a message that others made.
  /// - Throws: `notReproduced`, which names the first thing that is not as it must be; `stream`; `limit`.
  ///
  /// Source: RFC 3156 §4
  package static func sealed(
    _ store: ByteStore, expecting fields: [FieldLine]? = nil
  ) throws(MIMEError) -> SubmittableMessage {
    let check = try SubmissionCheck(store)
    try check.requireProtectedForm(expecting: fields)
    try check.requireEncryptedShape(origin: fields == nil ? .foreign : .own)
    return SubmittableMessage(check, .sealed)
  }

  /// A message whose root is a well-formed PGP/MIME signature; parameters and errors as in `sealed`.
  ///
  /// Nobody checks the signature here.
  ///
  /// Source: RFC 3156 §5
  package static func signed(
    _ store: ByteStore, expecting fields: [FieldLine]? = nil
  ) throws(MIMEError) -> SubmittableMessage {
    let check = try SubmissionCheck(store)
    try check.requireProtectedForm(expecting: fields)
    try check.requireSignedShape(origin: fields == nil ? .foreign : .own)
    return SubmittableMessage(check, .signed)
  }

  /// A message without protection, checked for its header and its lines only.
  ///
  /// - Throws: as `sealed`.
  package static func clear(_ store: ByteStore, _ permission: ClearPermission) throws(MIMEError) -> SubmittableMessage {
    SubmittableMessage(try SubmissionCheck(store), .clear)
  }
}

/// The proof that somebody asked for clear text; every place that makes one has to stand a review.
package struct ClearPermission: Sendable {
  private init() {}

  /// The user asked for clear text, by an option or a rule of their own configuration.
  package static func userAskedForClearText() -> ClearPermission { ClearPermission() }

  /// A program asked for clear text by a field of its message, and the user's configuration allows that to programs.
  package static func programAskedAndAccountAllows() -> ClearPermission { ClearPermission() }
}
