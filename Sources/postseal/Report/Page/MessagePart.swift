import MIME

/// One part of a message, as it is shown, listed and saved.
struct MessagePart {
  /// What becomes of a part on the page; in JSON by these names.
  enum Role: String, Sendable {
    /// Its text is shown.
    case text
    /// The same text in another form, which is not shown.
    case alternative
    /// It is listed, to be saved.
    case attachment
    /// It only serves the protection of the message.
    case hidden
  }

  let entity: Entity
  /// Its section number, such as "1.2".
  let section: String
  let role: Role
  /// Its number in the list of attachments, from 1; nil for what is not listed.
  let number: Int?
  /// The type of its Content-Disposition; nil without one that can be read.
  let disposition: String?
  /// The name of a file that the sender gave it; it may hold anything.
  let sentName: String?
  /// Whether the verdict speaks of it.
  let isCovered: Bool
  /// The header of the message that it holds; nil when it is no message.
  let forwarded: Header?

  /// The name it is saved under, made of the one that the sender gave.
  var name: AttachmentName {
    let label = number.map(String.init) ?? section
    return AttachmentName(senderName ?? "\(fallback.stem)-\(label)\(fallback.suffix)", label: label)
  }

  /// Whether it is a file that was encrypted before it was attached, as old programs do with each attachment.
  var isCiphertext: Bool {
    let file = sentName?.lowercased() ?? ""
    if file.hasSuffix(".pgp") || file.hasSuffix(".gpg") { return true }
    return file.hasSuffix(".asc") && entity.opening.starts(with: Array("-----BEGIN PGP MESSAGE-----".utf8))
  }

  /// Whether it is a certificate or key, as it says.
  var isKey: Bool { entity.contentType.matches("application", "pgp-keys") }

  private var senderName: String? {
    // Outlook's own container has one name everywhere, and most senders leave it out.
    sentName ?? (entity.contentType.matches("application", "ms-tnef") ? "winmail.dat" : nil)
  }

  /// How many bytes it has when it is saved; of a large encoded part about.
  var size: Int {
    if entity.transferEncoding == .base64, entity.body.count <= entity.opening.count {
      return Self.content(of: entity.opening)
    }
    // Base64 has three bytes in four characters, and lines of 76 of them before each CR LF.
    return entity.transferEncoding == .base64
      ? (entity.body.count - 2 * (entity.body.count / 78)) * 3 / 4 : entity.body.count
  }

  /// How many bytes a short text in base64 stands for.
  private static func content(of text: [UInt8]) -> Int {
    text.count { $0 > 0x20 && $0 != UInt8(ascii: "=") } * 3 / 4
  }

  private var fallback: (stem: String, suffix: String) {
    switch entity.contentType.mediaType {
    case "message/rfc822", "message/global": ("message", ".eml")
    case "text/html": ("text", ".html")
    case "text/plain": ("text", ".txt")
    case "text/calendar": ("invitation", ".ics")
    case "text/csv": ("table", ".csv")
    case "text/vcard", "text/x-vcard": ("contact", ".vcf")
    case "application/pgp-keys": ("key", ".asc")
    default: ("part", "")
    }
  }
}
