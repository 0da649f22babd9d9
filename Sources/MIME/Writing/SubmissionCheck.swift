import ByteStreams

/// Parses a finished message back and holds it against what it has to be.
///
/// Source: RFC 5322 §3.6, RFC 3156 §4, §5
struct SubmissionCheck {
  let store: ByteStore
  let scan: LineScan
  private let structure: MessageStructure

  /// Who made the message.
  enum Origin {
    /// We did: it has our shape to the octet.
    case own
    /// Another program: a sentence for old mail programs may stand before the parts.
    case foreign
  }

  /// What the header has to have.
  enum Demand {
    /// What mail that begins its way here must have, and nothing twice.
    case complete
    /// No more than it came with: a mail server carries what others wrote.
    case asReceived
  }

  /// Checks what holds for every message: its lines, and that its header has what is demanded.
  init(_ store: ByteStore, header demand: Demand = .complete) throws(MIMEError) {
    self.store = store
    let scanned = ScannedSource(store.source())
    structure = try MessageStructure.parse(scanned)
    scan = scanned.finishedScan()
    try requireLines()
    if demand == .complete { try requireHeader() } else { try requireSoundHeader() }
  }

  private func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws(MIMEError) {
    guard condition else { throw .notReproduced(otherwise()) }
  }

  // MARK: Every message

  private func requireLines() throws(MIMEError) {
    try require(!scan.hasBareCR && !scan.hasBareLF, "the message has a line end that is not CRLF")
    try require(!scan.hasNUL, "the message has a NUL")
    try require(!scan.hasLongLine, "the message has a line of more than \(FieldFolder.hardLimit) octets")
  }

  private func requireSoundHeader() throws(MIMEError) {
    try require(structure.root.defects.isEmpty, "the header of the message is malformed")
    for name in HeaderDraft.blindCopyFields {
      try require(structure.root.header.count(named: name) == 0, "the message has a \(name) field")
    }
  }

  private func requireHeader() throws(MIMEError) {
    try requireSoundHeader()
    let header = structure.root.header
    for name in ["From", "Date", "Message-ID"] {
      try require(
        header.count(named: name) == 1, "the message has \(header.count(named: name)) \(name) fields, not one")
    }
    for name in ["MIME-Version", "Content-Type", "Subject", "To", "Cc", "Sender", "Reply-To", "References"] {
      try require(header.count(named: name) <= 1, "the message has \(header.count(named: name)) \(name) fields")
    }
    let authors = try header.fields(named: "From").map { field throws(MIMEError) in
      try AddressList(parsing: field.value).mailboxes.count
    }
    try require(authors == [1], "the From field does not have one address")
  }

  // MARK: Protected messages

  /// Checks that all is ASCII and that the outer fields are those that were meant.
  func requireProtectedForm(expecting fields: [FieldLine]?) throws(MIMEError) {
    try require(scan.highCount == 0, "the message has octets above 127")
    try require(structure.root.header.count(named: "MIME-Version") == 1, "the message has no MIME-Version field")
    guard let fields else { return }
    let found = structure.root.header.fields.filter { !Self.isStructural($0) }.map { Array($0.raw) }
    let meant = fields.filter { !$0.isStructural }.map(\.bytes)
    try require(found == meant, "the header fields are not those that were meant")
  }

  /// Checks for `multipart/encrypted` with its two parts and nothing beside them.
  func requireEncryptedShape(origin: Origin) throws(MIMEError) {
    let children = try requireParts("encrypted", PGPMIME.encryptedProtocol, origin)
    let control = structure[children[0]]
    let text = String(decoding: control.opening.trimming(), as: UTF8.self).asciiLowercased
    try require(
      control.isLeaf && control.contentType.mediaType == PGPMIME.encryptedProtocol && text == "version: 1",
      "the first part is not the control part of PGP/MIME")
    let ciphertext = structure[children[1]]
    try require(
      ciphertext.contentType.mediaType == "application/octet-stream", "the second part is not application/octet-stream")
    try requireArmor(ciphertext, .message, "PGP MESSAGE")
  }

  /// Checks for `multipart/signed` with a payload and a signature.
  func requireSignedShape(origin: Origin) throws(MIMEError) {
    let children = try requireParts("signed", PGPMIME.signatureProtocol, origin)
    let micalg = structure.root.contentType.parameters["micalg"] ?? ""
    try require(micalg.asciiLowercased.hasPrefix("pgp-"), "the message does not name the hash of its signature")
    let payload = structure[children[0]]
    for name in HeaderDraft.blindCopyFields {
      try require(payload.header.count(named: name) == 0, "the signed part has a \(name) field")
    }
    let signature = structure[children[1]]
    try require(
      signature.contentType.mediaType == PGPMIME.signatureProtocol, "the second part is not a signature by its type")
    try requireArmor(signature, .signature, "PGP SIGNATURE")
  }

  private func requireParts(
    _ subtype: String, _ protocolName: String, _ origin: Origin
  ) throws(MIMEError) -> [Int] {
    let root = structure.root
    try require(root.contentType.matches("multipart", subtype), "the message is not multipart/\(subtype)")
    try require(
      root.contentType.parameters["protocol"]?.asciiLowercased == protocolName,
      "the message's protocol is not \(protocolName)")
    guard case .multipart(let multipart) = root.kind else { throw .notReproduced("the message has no parts") }
    try require(multipart.closing != nil, "the message does not end with its closing delimiter")
    // Enough for "This is an OpenPGP/MIME encrypted message", and not for a letter.
    let preambleLimit = origin == .own ? 0 : 200
    try require(multipart.preamble.count <= preambleLimit, "there is text before the first part")
    try require(multipart.epilogue.count <= (origin == .own ? 0 : 4), "there is text after the last part")
    try require(root.children.count == 2, "the message has \(root.children.count) parts, not two")
    return root.children
  }

  /// Checks that a leaf is one block of armor from its first octet to its last line.
  private func requireArmor(_ leaf: Entity, _ kind: ArmorMark.Kind, _ label: String) throws(MIMEError) {
    try require(
      leaf.isLeaf && leaf.transferEncoding.isIdentity && leaf.armor?.kind == kind
        && leaf.armor?.offset == leaf.body.lowerBound, "the second part is not an armored \(label)")
    let tail: [UInt8]
    do {
      tail = try store.read(max(leaf.body.lowerBound, leaf.body.upperBound - 64)..<leaf.body.upperBound)
    } catch {
      throw .stream(error)
    }
    try require(tail.trimming().suffixMatches("\n-----END \(label)-----"), "the armored \(label) does not end")
  }

  private static func isStructural(_ field: HeaderField) -> Bool {
    let name = field.name.utf8
    return field.isNamed("MIME-Version") || name.prefix(8).equalsIgnoringCase("Content-")
  }
}

extension BidirectionalCollection<UInt8> {
  /// True when these octets end with `text`.
  fileprivate func suffixMatches(_ text: String) -> Bool {
    count >= text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}

/// Passes a stream on and scans its lines, so that a large message is read once for both.
private final class ScannedSource: ByteSource {
  private let source: any ByteSource
  private var scan = LineScan()

  init(_ source: any ByteSource) {
    self.source = source
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    let count = try source.read(into: &buffer)
    scan.feed(buffer.bytes.extracting(0..<count))
    return count
  }

  /// What the scan found; to be asked once the stream is at its end.
  func finishedScan() -> LineScan {
    scan.finish()
    return scan
  }
}
