/// What a received message says in terms of Autocrypt: who wrote it when, and the one key they sent along.
///
/// Source: Autocrypt Level 1, "Updating Autocrypt Peer State"
package struct AutocryptReading: Equatable, Sendable {
  /// The one sender, in canonical form.
  package let sender: AddrSpec
  /// When the message was sent, or where that cannot be, received; in seconds since 1970.
  package let date: Int64
  /// The one valid Autocrypt field; nil when there is none, or more than one.
  package let header: AutocryptHeader?

  /// Why a message says nothing about its sender.
  package enum Silence: Error, Equatable, Sendable {
    /// There is not exactly one From address.
    case sender
    /// A program answered, or reports about another message.
    case automatic
    /// It has no date that can be, and nothing tells when it was received.
    case undated
  }

  /// - Parameters:
  ///   - root: the message's root entity, as received.
  ///   - received: when the message was delivered, in seconds since 1970; nil where nothing tells.
  ///   - now: in seconds since 1970.
  ///   - isKey: whether key data is a certificate at all; a field without one is not valid.
  /// - Throws: `Silence`.
  package init(
    _ root: Entity, received: Int64?, now: Int64, isKey: ([UInt8]) -> Bool = { _ in true }
  ) throws(Silence) {
    let header = root.header
    let from = header.fields(named: "From").map { try? AddressList(parsing: $0.value).mailboxes }
    guard from.count == 1, let mailboxes = from[0], mailboxes.count == 1 else { throw .sender }
    let answered = header.fields(named: "Auto-Submitted").contains {
      $0.value.prefix { $0 != ASCII.semicolon && !$0.isBlank }.equalsIgnoringCase("auto-replied")
    }
    guard !answered, !root.contentType.matches("multipart", "report") else { throw .automatic }
    guard let date = Self.effectiveDate(of: header, received: received, now: now) else { throw .undated }
    let sender = mailboxes[0].address.canonical
    let valid = header.fields(named: "Autocrypt").compactMap { AutocryptHeader(parsing: $0) }
      .filter { $0.address.canonical == sender && isKey($0.keyData) }
    self.sender = sender
    self.date = date
    self.header = valid.count == 1 ? valid[0] : nil
  }

  /// The Date field's time, or that of the delivery when the former is in the future or missing; nil without either.
  ///
  /// The delivery's time stays what it is however often the message is read, which the time of reading would not: a message dated
  /// 2035 would beat all others anew each time.
  package static func effectiveDate(of header: Header, received: Int64?, now: Int64) -> Int64? {
    let dates = header.fields(named: "Date")
    if dates.count == 1, let date = try? MailDate(parsing: dates[0].value), date.seconds <= now { return date.seconds }
    return received.map { min($0, now) }
  }

  /// The keys that the decrypted inside of a message tells of, for those among its recipients only, each address once.
  ///
  /// - Parameters:
  ///   - payload: the header of the root of what was encrypted.
  ///   - fields: the message's fields, of which To and Cc count.
  ///   - isKey: as above.
  ///
  /// Source: Autocrypt Level 1, "Key Gossip"
  package static func gossip(
    in payload: Header, of fields: [HeaderField], isKey: ([UInt8]) -> Bool = { _ in true }
  ) -> [AutocryptHeader] {
    let lists = fields.filter { $0.isNamed("To") || $0.isNamed("Cc") }
    let recipients = Set(
      lists.flatMap { (try? AddressList(parsing: $0.value).mailboxes) ?? [] }.map(\.address.canonical))
    let told = payload.fields(named: "Autocrypt-Gossip").prefix(gossipLimit)
      .compactMap { AutocryptHeader(parsing: $0) }
      .filter { recipients.contains($0.address.canonical) && isKey($0.keyData) }
    let counts = Dictionary(told.map { ($0.address.canonical, 1) }, uniquingKeysWith: +)
    return told.filter { counts[$0.address.canonical] == 1 }
  }

  /// As many fields are looked at: more people than get one message.
  private static let gossipLimit = 1000
}
