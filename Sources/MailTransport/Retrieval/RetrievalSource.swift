/// Where mail is fetched from: a mailbox of an IMAP server, perhaps one message of it, or a POP3 maildrop.
package struct RetrievalSource: Sendable, Hashable {
  /// The protocol that is spoken: IMAP or POP3.
  package let spoken: MailProtocol
  package let server: MailServer

  /// The mailbox in plain Unicode; `INBOX` is written so in whatever case it came, and is the only one of POP3.
  package let mailbox: String

  /// The mailbox's UIDVALIDITY that `uid` is about; nil for whichever it has. Source: RFC 3501 §2.3.1.1
  package let validity: UInt32?

  /// The one message that is meant; nil for all of them.
  package let uid: UInt32?

  package init(
    spoken: MailProtocol, server: MailServer, mailbox: String = "INBOX", validity: UInt32? = nil, uid: UInt32? = nil
  ) {
    self.spoken = spoken
    self.server = server
    self.mailbox = mailbox
    self.validity = validity
    self.uid = uid
  }

  /// The same place with another mailbox, and no message chosen.
  package func with(mailbox: String) -> RetrievalSource {
    RetrievalSource(spoken: spoken, server: server, mailbox: mailbox)
  }

  /// The URL of one message of this mailbox, as `init(parsing:)` reads it. Source: RFC 5092 §4
  package func url(uid: UInt32, validity: UInt32) -> String { "\(url);UIDVALIDITY=\(validity)/;UID=\(uid)" }

  /// The URL of the mailbox, with the port only where it is not the usual one.
  package var url: String {
    let path = spoken == .pop3 ? "" : "/\(MailServer.percentEncoded(mailbox, besides: "/@"))"
    return server.url(spoken) + path
  }

  /// Server and mailbox as reports show them, such as `mail.example.org:993/INBOX`.
  package var name: String { spoken == .pop3 ? server.name : "\(server.name)/\(ForeignText(mailbox))" }
}
