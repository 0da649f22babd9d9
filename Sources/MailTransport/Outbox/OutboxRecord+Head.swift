import ByteStreams
import MIME

/// A record as the first fields of an entry's file, which makes the file a message that every mail program reads.
///
/// There is one way to write a record: what reads otherwise was not written here, or was damaged since. Its last line has the hash of the
/// lines before it, so that no flipped bit sends a message to somebody else.
extension OutboxRecord {
  /// What stands beside the record: how many octets the message has, and their SHA-256 in lower-case hex.
  struct MessageFacts: Equatable {
    let octets: Int
    let digest: String
  }

  /// The most bytes of a head: 10,000 recipients (the most that a header may name) with long addresses fit.
  static let headLimit = 8 << 20

  /// The first field, by which an entry is known; the number is the version of the form.
  static let firstField = "X-Postseal-Outbox: 1 "

  /// The head, in ASCII, with CRLF at its line ends.
  func head(_ message: MessageFacts) -> String {
    var lines = ["\(Self.firstField)\(id) \(purpose.rawValue) \(Self.name(of: protection)) \(time)"]
    lines.append("X-Postseal-Label: \(Self.written(label))")
    if let account { lines.append("X-Postseal-Account: \(Self.written(account))") }
    lines.append("X-Postseal-Way: \(Self.written(way))")
    if let messageID { lines.append("X-Postseal-Message-ID: \(Self.written(messageID))") }
    if let notice {
      let name = notice.envelopeID.map { " \(Self.written($0))" } ?? ""
      lines.append("X-Postseal-Notice: \(notice.words)\(name)")
    }
    if let reason { lines.append("X-Postseal-Reason: \(Self.written(reason))") }
    let sender = if case .address(let address) = reversePath { Self.written(address.text) } else { "<>" }
    lines.append("X-Postseal-Sender: \(sender)")
    if let own { lines.append("X-Postseal-Own: \(own)") }
    for recipient in recipients {
      let address = Self.written(recipient.address.text)
      lines.append("X-Postseal-Recipient: \(recipient.fate.rawValue) \(recipient.certificate ?? "-") \(address)")
    }
    for address in elsewhere { lines.append("X-Postseal-Elsewhere: \(Self.written(address.text))") }
    lines.append("X-Postseal-Message: \(message.octets) \(message.digest)")
    let text = lines.map { $0 + "\r\n" }.joined()
    return "\(text)X-Postseal-Check: \(Self.hash(of: text))\r\n"
  }

  /// Reads what `head` wrote, and nothing else.
  ///
  /// - Parameter bytes: the start of a file: all of it, or `headLimit` bytes.
  /// - Returns: the record, the facts, and how many bytes the head has; nil when it is damaged.
  static func read(_ bytes: [UInt8]) -> (record: OutboxRecord, message: MessageFacts, count: Int)? {
    var lines = Lines(bytes[...])
    guard bytes.starts(with: firstField.utf8), let opening = lines.value(of: firstField), let label = lines.label,
      let words = Optional(opening.split(separator: " ", omittingEmptySubsequences: false)), words.count == 4,
      let id = OutboxID(words[0]), let purpose = OutboxPurpose(rawValue: String(words[1])),
      let protection = protection(named: words[2]), let time = Int64(words[3])
    else { return nil }
    let account = lines.value(of: "X-Postseal-Account: ").map(Self.understood)
    let way = lines.value(of: "X-Postseal-Way: ").map(Self.understood)
    let messageID = lines.value(of: "X-Postseal-Message-ID: ").map(Self.understood)
    let notice = lines.value(of: "X-Postseal-Notice: ").map(Self.notice)
    let reason = lines.value(of: "X-Postseal-Reason: ").map(Self.understood)
    guard account.map({ $0 != nil }) ?? true, case let way?? = way, reason.map({ $0 != nil }) ?? true,
      messageID.map({ $0 != nil }) ?? true, notice.map({ $0 != nil }) ?? true,
      let sender = lines.value(of: "X-Postseal-Sender: "), let reversePath = reversePath(sender)
    else { return nil }
    let own = lines.value(of: "X-Postseal-Own: ")
    guard own.map(Self.isFingerprint) ?? true else { return nil }
    var recipients: [OutboxRecipient] = []
    while let value = lines.value(of: "X-Postseal-Recipient: ") {
      guard let recipient = recipient(value) else { return nil }
      recipients.append(recipient)
    }
    var elsewhere: [AddrSpec] = []
    while let value = lines.value(of: "X-Postseal-Elsewhere: ") {
      guard let address = understood(value).flatMap({ try? AddrSpec($0) }) else { return nil }
      elsewhere.append(address)
    }
    guard let last = lines.value(of: "X-Postseal-Message: "), let facts = facts(last) else { return nil }
    // What is not handed over may have nobody to go to; everything else has an envelope without repetitions.
    let envelope = try? Envelope(from: reversePath, to: recipients.map(\.address))
    guard purpose != .delivery || envelope?.recipients.count == recipients.count else { return nil }
    // What the last line has to be follows from those above it.
    let record = OutboxRecord(
      id: id, purpose: purpose, time: time, label: label, protection: protection, account: account ?? nil, way: way,
      messageID: messageID ?? nil, notice: notice ?? nil, reason: reason ?? nil, reversePath: reversePath,
      recipients: recipients, elsewhere: elsewhere, own: own)
    let head = Array(record.head(facts).utf8)
    guard bytes.starts(with: head) else { return nil }
    return (record, facts, head.count)
  }

  private static func facts(_ value: String) -> MessageFacts? {
    let words = value.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, let octets = Int(words[0]), octets > 0, words[1].utf8.count == 64 else { return nil }
    return MessageFacts(octets: octets, digest: String(words[1]))
  }

  private static func notice(_ value: String) -> DeliveryNotice? {
    let words = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2 else { return DeliveryNotice(parsing: value) }
    return understood(String(words[1])).flatMap { DeliveryNotice(parsing: String(words[0]), envelopeID: $0) }
  }

  private static func reversePath(_ value: String) -> Envelope.ReversePath? {
    if value == "<>" { return .null }
    return understood(value).flatMap { try? AddrSpec($0) }.map { .address($0) }
  }

  private static func recipient(_ value: String) -> OutboxRecipient? {
    let words = value.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, let fate = OutboxRecipient.Fate(rawValue: String(words[0])),
      let address = understood(String(words[2])).flatMap({ try? AddrSpec($0) })
    else { return nil }
    if words[1] == "-" { return OutboxRecipient(address: address, certificate: nil, fate: fate) }
    guard isFingerprint(String(words[1])) else { return nil }
    return OutboxRecipient(address: address, certificate: String(words[1]), fate: fate)
  }

  private static func isFingerprint(_ text: String) -> Bool {
    [40, 64].contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }
  }

  private static func hash(of text: String) -> String {
    let digest = MessageDigest()
    let bytes = Array(text.utf8)
    digest.update(bytes.rawSpan)
    return digest.finish()
  }

  private static func name(of protection: SubmittableMessage.Protection) -> String {
    switch protection {
    case .sealed: "sealed"
    case .signed: "signed"
    case .clear: "clear"
    }
  }

  private static func protection(named name: Substring) -> SubmittableMessage.Protection? {
    name == "sealed" ? .sealed : name == "signed" ? .signed : nil
  }

  /// A text in printable ASCII: everything else, and the percent sign, as `%` and two hex digits.
  private static func written(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += PercentCoding.written(byte)
      }
    }
    return result
  }

  private static func understood(_ text: String) -> String? {
    PercentCoding.bytes(of: text).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// Lines in ASCII, taken one after the other.
  private struct Lines {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var label: String? { mutating get { value(of: "X-Postseal-Label: ").flatMap(OutboxRecord.understood) } }

    /// What follows `prefix` on the next line, which is taken then; nil when that line starts otherwise.
    mutating func value(of prefix: String) -> String? {
      guard rest.starts(with: prefix.utf8), let end = rest.firstIndex(of: 0x0D) else { return nil }
      let value = rest[(rest.startIndex + prefix.utf8.count)..<end]
      guard value.allSatisfy({ (0x20...0x7E).contains($0) }), rest.dropFirst(end + 1 - rest.startIndex).first == 0x0A
      else { return nil }
      rest = rest[(end + 2)...]
      return String(decoding: value, as: UTF8.self)
    }
  }
}
