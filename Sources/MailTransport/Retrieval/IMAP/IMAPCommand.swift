import MIME

/// What we ask a server to do. Source: RFC 3501 §6
enum IMAPCommand: Equatable {
  case capability
  /// Opens a mailbox so that nothing in it changes.
  case examine(IMAPMailboxName)
  /// Opens a mailbox to remove messages.
  case select(IMAPMailboxName)
  case search(IMAPSearch)
  /// UID, flags, time and size of the messages in a set.
  case facts(String)
  /// The same, and what a list shows of the header; no message becomes seen.
  case heads(String)
  /// Bytes of a message from `offset` on, which does not become seen.
  case part(uid: UInt32, offset: Int)
  case markDeleted(String)
  /// Removes the marked messages of a set. Source: RFC 4315 §2.1
  case expungeSet(String)
  /// Removes all marked messages.
  case expunge
  /// Source: RFC 2177
  case idle
  case noop
  /// Files a message of so many octets; `delivered` is in seconds since 1970.
  case append(IMAPMailboxName, octets: Int, seen: Bool, delivered: Int64?)
  case create(IMAPMailboxName)
  case list
  /// The folders with what each is for. Source: RFC 6154 §5.2
  case listUses
  case logout

  /// How many bytes of a message are asked for at once.
  static let partLimit = 512 << 10
  /// How many bytes of the header fields of a list are asked for.
  static let headLimit = 8 << 10
  /// How many messages are asked for their header at once.
  static let headCount = 100

  /// The line without its tag and end; of a message that is filed, up to its literal.
  var line: String {
    switch self {
    case .capability: "CAPABILITY"
    case .examine(let mailbox): "EXAMINE \(mailbox.quoted)"
    case .select(let mailbox): "SELECT \(mailbox.quoted)"
    case .search(let search): "UID SEARCH \(search.criterion)"
    case .facts(let set): "UID FETCH \(set) (FLAGS INTERNALDATE RFC822.SIZE)"
    case .heads(let set):
      "UID FETCH \(set) (FLAGS INTERNALDATE RFC822.SIZE "
        + "BODY.PEEK[HEADER.FIELDS (DATE FROM SUBJECT CONTENT-TYPE)]<0.\(Self.headLimit)>)"
    case .part(let uid, let offset): "UID FETCH \(uid) BODY.PEEK[]<\(offset).\(Self.partLimit)>"
    case .markDeleted(let set): "UID STORE \(set) +FLAGS.SILENT (\\Deleted)"
    case .expungeSet(let set): "UID EXPUNGE \(set)"
    case .expunge: "EXPUNGE"
    case .idle: "IDLE"
    case .noop: "NOOP"
    case .append(let mailbox, let octets, let seen, let delivered):
      "APPEND \(mailbox.quoted)\(seen ? " (\\Seen)" : "")\(Self.date(delivered)) {\(octets)}"
    case .create(let mailbox): "CREATE \(mailbox.quoted)"
    case .list: "LIST \"\" \"*\""
    case .listUses: "LIST \"\" \"*\" RETURN (SPECIAL-USE)"
    case .logout: "LOGOUT"
    }
  }

  /// What is waited for until the server has answered.
  var phase: DialoguePhase {
    switch self {
    case .capability: .greeting
    case .examine, .select: .selecting
    case .search, .facts, .heads, .noop, .list, .listUses: .listing
    case .part: .fetching
    case .markDeleted, .expungeSet, .expunge: .removing
    case .idle: .waiting
    case .append, .create: .appending
    case .logout: .quitting
    }
  }

  /// Whether the server must ask to go on before it answers.
  var wantsGoOn: Bool {
    switch self {
    case .idle, .append: true
    default: false
    }
  }

  /// A blank and `"22-Nov-2026 17:02:00 +0000"`; nothing for a time that the format cannot say.
  private static func date(_ seconds: Int64?) -> String {
    guard let seconds, let date = MailDate(seconds: seconds, offsetMinutes: 0) else { return "" }
    let words = date.text.split(separator: " ")
    let day = words[1].utf8.count == 1 ? " \(words[1])" : String(words[1])
    return " \"\(day)-\(words[2])-\(words[3]) \(words[4]) \(words[5])\""
  }
}

/// Which messages are looked for. Source: RFC 3501 §6.4.4
enum IMAPSearch: Equatable {
  case all
  /// Those of this UID and higher ones; the server adds the last message, whatever its UID.
  case from(UInt32)
  /// Those that the server took in since this time, in seconds since 1970, and up to two days before it.
  case since(Int64)
  /// Those that somebody marked to be removed.
  case deleted
  /// Those of this Message-ID, with its brackets: printable ASCII without quotes and backslashes.
  case messageID(String)

  var criterion: String {
    switch self {
    case .all: return "ALL"
    case .from(let uid): return "UID \(uid):*"
    case .deleted: return "DELETED"
    case .messageID(let id): return "HEADER Message-ID \"\(id)\""
    case .since(let seconds):
      // The server compares days of a zone that we do not know.
      guard let date = MailDate(seconds: seconds - 86_400, offsetMinutes: 0) else { return "ALL" }
      let words = date.text.split(separator: " ")
      return "SINCE \(words[1])-\(words[2])-\(words[3])"
    }
  }
}
