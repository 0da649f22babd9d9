import ByteStreams
import Foundation
import MIME

/// Our reading of one message in the form that all readers are compared in.
struct Reading: Encodable {
  /// The name of the message's file.
  let file: String
  /// The entities in order of appearance; nil when the message is beyond a limit.
  let entities: [Item]?

  /// One entity.
  struct Item: Encodable {
    let depth: Int
    let type: String
    /// "leaf", "multipart" or "message".
    let kind: String
    /// The decoded body of a leaf, in hexadecimal.
    let content: String?
    let charset: String?
    let disposition: String?
    let filename: String?
    /// The fields of a message: of the root, and of embedded ones.
    let fields: Fields?
    /// What delimits the parts of a multipart, in hexadecimal; nil when it is none or has no parts to find.
    let boundary: String?
    /// Where in the file header and body stand, as start and end; whoever wants to say a message plainer needs it.
    let header: [Int]
    let body: [Int]
  }

  /// What people see of a message's header.
  struct Fields: Encodable {
    let subject: String?
    let from: [[String]]?
    let to: [[String]]?
    let date: Int64?
    let messageID: String?
  }

  init(of message: [UInt8], file: String) {
    self.file = file
    entities = try? MessageStructure.parse(message).entities.map { try Item($0, of: message) }
  }
}

extension Reading.Item {
  init(_ entity: Entity, of message: [UInt8]) throws {
    depth = entity.depth
    type = entity.contentType.mediaType
    charset = entity.contentType.parameters["charset"]?.lowercased()
    disposition = try entity.disposition()?.type
    filename = try entity.filename()
    header = [entity.header.range.lowerBound, entity.header.range.upperBound]
    body = [entity.body.lowerBound, entity.body.upperBound]
    fields = entity.role == .part ? nil : Reading.Fields(entity.header)
    switch entity.kind {
    case .multipart(let multipart): (kind, content, boundary) = ("multipart", nil, Self.hexadecimal(multipart.boundary))
    case .message: (kind, content, boundary) = ("message", nil, nil)
    case .leaf:
      let encoded = ArraySource(Array(message[entity.body]))
      let decoded = try entity.transferEncoding.decoding(encoded).readAll(limit: 1 << 24, what: "body")
      (kind, content, boundary) = ("leaf", Self.hexadecimal(decoded), nil)
    }
  }

  private static func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { String(format: "%02x", $0) }.joined()
  }
}

extension Reading.Fields {
  init(_ header: Header) {
    subject = header.first(named: "Subject")?.text
    from = Self.addresses(header.first(named: "From"))
    to = Self.addresses(header.first(named: "To"))
    date = header.first(named: "Date").flatMap { try? MailDate(parsing: $0.value).seconds }
    messageID = header.first(named: "Message-ID").flatMap { MessageID.list(parsing: $0.value).first?.id }
  }

  /// Name and address of each mailbox; nil when the field is missing or cannot be read.
  private static func addresses(_ field: HeaderField?) -> [[String]]? {
    guard let field, let list = try? AddressList(parsing: field.value) else { return nil }
    return list.mailboxes.map { [$0.displayName ?? "", $0.address.localPart, $0.address.domain] }
  }
}
