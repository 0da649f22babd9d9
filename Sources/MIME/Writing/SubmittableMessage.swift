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
  /// How long its lines may be.
  package let lines: Lines

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

  /// How long the lines of a message may be.
  package enum Lines: Sendable {
    /// Up to 998 octets.
    case standard
    /// As others wrote them and a mail server took them; what is carried on is not to be changed for it.
    case asReceived
  }

  private init(_ check: SubmissionCheck, _ protection: Protection) {
    self.init(check.store, check.scan, protection, lines: .standard)
  }

  private init(_ store: ByteStore, _ scan: LineScan, _ protection: Protection, lines: Lines) {
    bytes = store
    self.protection = protection
    octets = scan.highCount == 0 ? .sevenBit : .eightBit
    self.lines = lines
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

  /// The same as `sealed` for mail that is on its way: its header has what it came with.
  package static func sealedOnItsWay(
    _ store: ByteStore, expecting fields: [FieldLine]
  ) throws(MIMEError) -> SubmittableMessage {
    let check = try SubmissionCheck(store, header: .asReceived)
    try check.requireProtectedForm(expecting: fields)
    try check.requireEncryptedShape(origin: .own)
    return SubmittableMessage(check, .sealed)
  }

  /// A message that is carried on as it came, but for its line ends, which are CRLF in `store`: nothing is asked of its form
  /// but that it cannot be read as two.
  ///
  /// - Throws: `notReproduced` for a NUL or a line end that is not CRLF; `stream`.
  package static func carried(
    _ store: ByteStore, as protection: Protection, _ permission: ClearPermission
  ) throws(MIMEError) -> SubmittableMessage {
    let scan: LineScan
    do { scan = try LineScan(store.source()) } catch { throw .stream(error) }
    guard !scan.hasBareCR, !scan.hasBareLF else {
      throw .notReproduced("the message has a line end that is not CRLF")
    }
    guard !scan.hasNUL else { throw .notReproduced("the message has a NUL") }
    return SubmittableMessage(store, scan, protection, lines: .asReceived)
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

  /// The message came encrypted to certificates, as its packets say, and is carried on as it came.
  package static func cameEncrypted() -> ClearPermission { ClearPermission() }
}
