import MailTransport

/// All mailboxes of an IMAP server, and the Maildir that they go into.
struct FolderOrders: Sendable {
  let source: RetrievalSource
  let target: FetchTarget
  /// What is fetched too, whatever it is for.
  let named: [String]

  /// - Throws: `Failure` 64.
  init(_ source: RetrievalSource, _ target: FetchTarget, named: [String]) throws(Failure) {
    guard source.spoken == .imap else {
      throw Failure(
        .usage, "not fetched: a POP3 server has one mailbox", hint: "leave `--all-folders` out, or use IMAP")
    }
    guard source.mailbox == "INBOX" else {
      throw Failure(
        .usage, "not fetched: the URL names one mailbox, and `--all-folders` means all of them",
        hint: "leave one of the two out")
    }
    guard target.kind == .maildir else { throw target.hasNoSubfolders }
    try Self.check(named)
    (self.source, self.target, self.named) = (source, target, named)
  }

  /// INBOX has no case, everything else is as it is written. Source: RFC 3501 §5.1
  static func canonical(_ name: String) -> String { name.uppercased() == "INBOX" ? "INBOX" : name }

  /// Refuses what no mailbox is called.
  static func check(_ names: [String]) throws(Failure) {
    for name in names
    where name.isEmpty || name.utf8.count > 1000 || name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw Failure(.usage, "not fetched: `\(name)` is no name of a mailbox")
    }
  }
}
