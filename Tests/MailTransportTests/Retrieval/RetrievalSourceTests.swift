import Testing

@testable import MailTransport

@Suite struct RetrievalSourceTests {
  private static func source(
    _ spoken: MailProtocol, _ security: MailServer.Security, _ host: String, _ port: UInt16, _ user: String? = nil,
    mailbox: String = "INBOX", validity: UInt32? = nil, uid: UInt32? = nil
  ) -> RetrievalSource {
    RetrievalSource(
      spoken: spoken, server: MailServer(security: security, host: host, port: port, user: user), mailbox: mailbox,
      validity: validity, uid: uid)
  }

  @Test(
    arguments: [
      ("imaps://mail.example.org", source(.imap, .implicitTLS, "mail.example.org", 993)),
      ("IMAPS://alice@Mail.example.org/", source(.imap, .implicitTLS, "mail.example.org", 993, "alice")),
      ("imaps://alice@mail/inbox", source(.imap, .implicitTLS, "mail", 993, "alice")),
      ("imaps://alice@mail:1993/Sent", source(.imap, .implicitTLS, "mail", 1993, "alice", mailbox: "Sent")),
      ("imaps://mail/a/b@c/", source(.imap, .implicitTLS, "mail", 993, mailbox: "a/b@c")),
      ("imaps://mail/a%3Bb%20%C3%A4", source(.imap, .implicitTLS, "mail", 993, mailbox: "a;b ä")),
      ("imaps://mail/INBOX/;UID=7", source(.imap, .implicitTLS, "mail", 993, uid: 7)),
      ("imaps://mail/INBOX;UID=7", source(.imap, .implicitTLS, "mail", 993, uid: 7)),
      ("imaps://mail/;UID=7", source(.imap, .implicitTLS, "mail", 993, uid: 7)),
      (
        "imaps://mail/A;UIDVALIDITY=4294967295/;uid=7/",
        source(.imap, .implicitTLS, "mail", 993, mailbox: "A", validity: 4_294_967_295, uid: 7)
      ),
      ("imaps://mail/A;UIDVALIDITY=3", source(.imap, .implicitTLS, "mail", 993, mailbox: "A", validity: 3)),
      ("imap+starttls://a%40b@[::1]:5/X", source(.imap, .startTLS, "::1", 5, "a@b", mailbox: "X")),
      ("imap://localhost", source(.imap, .plaintext, "localhost", 143)),
      ("pop3s://alice@mail", source(.pop3, .implicitTLS, "mail", 995, "alice")),
      ("pop3+starttls://alice@mail/", source(.pop3, .startTLS, "mail", 110, "alice")),
      ("pop3://127.0.0.1:1110", source(.pop3, .plaintext, "127.0.0.1", 1110)),
    ] as [(String, RetrievalSource)])
  func `a place to fetch from is read from one line`(text: String, source: RetrievalSource) throws {
    #expect(try RetrievalSource(parsing: text) == source)
    #expect(RetrievalSource.isURL(text))
  }

  @Test(
    arguments: [
      ("", .unknownSource("")), ("mail.example.org", .unknownSource("mail.example.org")),
      ("smtps://mail", .unknownSource("smtps://mail")), ("imaps:mail", .host("mail")), ("imaps://", .host("")),
      ("imaps:///INBOX", .host("")), ("imaps://alice:secret@mail", .passwordInURL),
      ("imaps://alice;AUTH=*@mail", .user), ("imaps://a%0Ab@mail", .user),
      ("imap://mail.example.org", .plaintextRefused(host: "mail.example.org")),
      ("pop3://mail.example.org", .plaintextRefused(host: "mail.example.org")),
      ("imaps://mail:0/INBOX", .port("0")), ("imaps://mail/a%zz", .mailbox("a%zz")),
      ("imaps://mail/a%0D%0Ab", .mailbox("a%0D%0Ab")), ("imaps://mail/a%00", .mailbox("a%00")),
      ("imaps://mail/%FF", .mailbox("%FF")), ("imaps://mail/INBOX?SUBJECT", .trailing("?SUBJECT")),
      ("imaps://mail?x", .trailing("?x")), ("imaps://mail#x", .trailing("#x")), ("imaps://mail/A#x", .trailing("#x")),
      ("imaps://mail/A;UID=7;SECTION=1", .trailing(";SECTION=1")), ("imaps://mail/A;UID=7/;UID=8", .trailing(";UID=8")),
      ("imaps://mail/A;UID=7;UIDVALIDITY=1", .trailing(";UIDVALIDITY=1")), ("imaps://mail/A;", .trailing(";")),
      ("imaps://mail/A;UID=0", .messageNumber(";UID=0")), ("imaps://mail/A;UID=-1", .messageNumber(";UID=-1")),
      ("imaps://mail/A;UID=+1", .messageNumber(";UID=+1")), ("imaps://mail/A;UID", .messageNumber(";UID")),
      ("imaps://mail/A;UID=4294967296", .messageNumber(";UID=4294967296")),
      ("imaps://mail/A;UID=1:*", .messageNumber(";UID=1:*")), ("pop3s://mail/INBOX", .trailing("/INBOX")),
      ("pop3s://mail;UID=7", .host("mail;UID=7")),
    ] as [(String, TargetProblem)])
  func `what is no place to fetch from is refused with its reason`(text: String, problem: TargetProblem) {
    #expect(throws: TransportError.target(problem)) { try RetrievalSource(parsing: text) }
    #expect(problem.description.first?.isLowercase == true)
    #expect(!problem.description.hasSuffix("."))
  }

  @Test func `a file is not taken for a URL`() {
    for text in ["mail.eml", "imaps", "imaps:mail", "./imaps://mail", "smtps://mail", "-", ""] {
      #expect(!RetrievalSource.isURL(text))
    }
  }

  @Test(arguments: [
    "imaps://alice@mail.example.org/INBOX", "imap+starttls://a%3Ab@[2001:db8::1]:1143/Lists/caf%C3%A9%3B%25",
    "imap://localhost/INBOX", "pop3s://alice@mail:9995", "pop3+starttls://mail", "pop3://127.0.0.1",
  ]) func `the URL that is shown names the same place again`(text: String) throws {
    let source = try RetrievalSource(parsing: text)
    #expect(source.url == text)
    guard source.spoken == .imap else { return }
    let message = try RetrievalSource(parsing: source.url(uid: 9, validity: 4))
    #expect(message.uid == 9 && message.validity == 4 && message.with(mailbox: source.mailbox) == source)
  }
}
