/// One entity of a message: the message itself, a body part, or a message embedded in one.
///
/// All ranges count octets of the received message. `range` is `header.range`, the empty line, and `body`, in this
/// order and without a gap.
///
/// Source: RFC 2045 §2.4
package struct Entity: Equatable, Sendable {
  /// The place in `MessageStructure.entities`; parents come before children, in order of appearance.
  package let index: Int
  /// The entity around this one; nil for the root.
  package let parent: Int?
  /// Levels below the root, which is at 0.
  package let depth: Int
  /// What this entity is to its parent.
  package let role: Role
  /// The place among its parent's children, from 1.
  package let ordinal: Int
  /// The entities directly inside, in order.
  package internal(set) var children: [Int] = []
  /// The whole entity, without the line end that belongs to the delimiter after it.
  package internal(set) var range: Range<Int>
  /// The header fields, and where they stand.
  package internal(set) var header: Header
  /// What follows the empty line.
  package internal(set) var body: Range<Int>
  /// The media type that counts: the first Content-Type field's, or the default where it is missing or unusable.
  package internal(set) var contentType: ContentType = .plainText
  /// How the body is encoded for transfer.
  package internal(set) var transferEncoding: ContentTransferEncoding = .sevenBit
  /// What the body was parsed as.
  package internal(set) var kind: Kind = .leaf
  /// Up to `openingSize` first octets of a leaf's body, still encoded.
  package internal(set) var opening: [UInt8] = []
  /// The first OpenPGP armor head line at the start of a line of a leaf's body, still encoded.
  package internal(set) var armor: ArmorMark?
  /// What was wrong, and got a defined meaning.
  package internal(set) var defects: Defects = []

  /// How much of each leaf's body is kept: enough to recognise the control part of PGP/MIME and an empty text.
  package static let openingSize = 128

  /// What an entity is to its parent.
  package enum Role: Sendable {
    /// The message itself.
    case root
    /// A body part of a multipart.
    case part
    /// The message that a message/rfc822 entity holds.
    case embedded
  }

  /// What the body of an entity was parsed as.
  package enum Kind: Equatable, Sendable {
    /// A body that is not looked into.
    case leaf
    /// A multipart and where its own text stands; its children are body parts.
    case multipart(Multipart)
    /// A message/rfc822 or message/global body in its original encoding; the only child is the message.
    case message
  }

  /// What lies between the parts of a multipart.
  package struct Multipart: Equatable, Sendable {
    /// The boundary as the parameter gives it, without trailing blanks.
    package let boundary: [UInt8]
    /// The text before the first delimiter, which nobody is shown.
    package internal(set) var preamble: Range<Int>
    /// The closing delimiter with the line end before it and its own; nil when it is missing.
    package internal(set) var closing: Range<Int>?
    /// The text after the closing delimiter, which nobody is shown; empty without one.
    package internal(set) var epilogue: Range<Int>
  }

  /// Harm that the parser found and read in its documented way.
  package struct Defects: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A line that is neither field nor continuation ended the header; the body starts with that line.
    package static let missingSeparator = Defects(rawValue: 1 << 0)
    /// An mbox `From ` line first, or a `>From ` line anywhere in the header; it belongs to no field.
    package static let mboxLine = Defects(rawValue: 1 << 1)
    /// More than one Content-Type field; the first counts.
    package static let repeatedContentType = Defects(rawValue: 1 << 2)
    /// The Content-Type could not be read; the default counts.
    package static let invalidContentType = Defects(rawValue: 1 << 3)
    /// A multipart without a usable boundary; it is a leaf.
    package static let missingBoundary = Defects(rawValue: 1 << 4)
    /// The closing delimiter is missing; the multipart ends where its parent's part or the message does.
    package static let unterminated = Defects(rawValue: 1 << 5)
    /// A multipart that claims base64 or quoted-printable; it is parsed as it stands.
    package static let encodedMultipart = Defects(rawValue: 1 << 6)
    /// Octets above 127 in the header.
    package static let eightBitHeader = Defects(rawValue: 1 << 7)
    /// A NUL in the header.
    package static let nulInHeader = Defects(rawValue: 1 << 8)
    /// A byte order mark before the first field of the message; it belongs to no field.
    package static let byteOrderMark = Defects(rawValue: 1 << 9)
  }

  /// True for an entity without children of its own: text, an attachment, or what could not be looked into.
  package var isLeaf: Bool { kind == .leaf }

  /// How the part wants to be shown, and its file name.
  ///
  /// - Throws: `MIMEError.limit` when the field has too many parameters.
  package func disposition(limits: MIMELimits = .standard) throws(MIMEError) -> ContentDisposition? {
    guard let field = header.first(named: "Content-Disposition") else { return nil }
    return try ContentDisposition(parsing: field.value, limits: limits)
  }

  /// The file name the sender gave: `filename` of Content-Disposition, else `name` of Content-Type; never empty.
  ///
  /// Decoded, but not made safe: it can hold path separators and control characters.
  ///
  /// - Throws: `MIMEError.limit` when the field has too many parameters.
  package func filename(limits: MIMELimits = .standard) throws(MIMEError) -> String? {
    filename(with: try disposition(limits: limits))
  }

  /// The same where the disposition was read already.
  package func filename(with disposition: ContentDisposition?) -> String? {
    [disposition?.filename, contentType.parameters["name"]].compactMap(\.self).first { !$0.isEmpty }
  }
}
