import SystemPackage
import Testing

@testable import MailTransport

@Suite struct SubmissionTargetTests {
  private static func server(
    _ security: MailServer.Security, _ host: String, _ port: UInt16, _ user: String? = nil
  ) -> SubmissionTarget {
    .smtp(MailServer(security: security, host: host, port: port, user: user))
  }

  @Test(
    arguments: [
      ("sendmail:", .sendmail(nil)), ("SENDMAIL:/usr/sbin/sendmail", .sendmail("/usr/sbin/sendmail")),
      ("maildir:/var/mail/out", .maildir("/var/mail/out")), ("maildir:~/Mail/Sent", .maildir("/home/a/Mail/Sent")),
      ("maildir:~//etc", .maildir("/home/a/etc")), ("maildir:///srv/mail", .maildir("/srv/mail")),
      ("smtps://mail.example.org", server(.implicitTLS, "mail.example.org", 465)),
      ("smtps://alice@Mail.Example.org/", server(.implicitTLS, "mail.example.org", 465, "alice")),
      (
        "smtps://alice@example.org@mail.example.org", server(.implicitTLS, "mail.example.org", 465, "alice@example.org")
      ),
      ("smtp+starttls://al%40x%3Ay@mail:2587", server(.startTLS, "mail", 2587, "al@x:y")),
      ("smtp+starttls://[2001:db8::1]:25", server(.startTLS, "2001:db8::1", 25)),
      ("smtp://localhost", server(.plaintext, "localhost", 25)),
      ("smtp://127.1.2.3:2525", server(.plaintext, "127.1.2.3", 2525)),
      ("smtp://[::1]", server(.plaintext, "::1", 25)),
    ] as [(String, SubmissionTarget)])
  func `a target is read from one line`(text: String, target: SubmissionTarget) throws {
    #expect(try SubmissionTarget(parsing: text, home: "/home/a") == target)
  }

  @Test(
    arguments: [
      ("", .unknownScheme("")), ("mail.example.org", .unknownScheme("mail.example.org")),
      ("https://mail.example.org", .unknownScheme("https")), ("smtps://alice:secret@mail", .passwordInURL),
      ("smtps://alice:@mail", .passwordInURL), ("smtp://mail.example.org", .plaintextRefused(host: "mail.example.org")),
      ("smtp://127.0.0.1.example.org", .plaintextRefused(host: "127.0.0.1.example.org")),
      ("smtp://localhost.example.org", .plaintextRefused(host: "localhost.example.org")),
      ("smtp://128.0.0.1", .plaintextRefused(host: "128.0.0.1")), ("smtps:mail", .host("mail")),
      ("smtps://", .host("")),
      ("smtps://-oProxy", .host("-oProxy")), ("smtps://a b", .host("a b")), ("smtps://mäil", .host("mäil")),
      ("smtps://[::1", .host("[::1")), ("smtps://[]", .host("[]")), ("smtps://mail\r\nx", .host("mail  x")),
      ("smtps://mail:", .port("")), ("smtps://mail:0", .port("0")), ("smtps://mail:65536", .port("65536")),
      ("smtps://mail:+25", .port("+25")), ("smtps://mail:25x", .port("25x")), ("smtps://@mail", .user),
      ("smtps://a%0D%0Ab@mail", .user), ("smtps://a%zz@mail", .user), ("smtps://a%4@mail", .user),
      ("smtps://%FF@mail", .user),
      ("smtps://mail/path", .trailing("/path")), ("smtps://mail?x", .trailing("?x")), ("maildir:", .path("")),
      ("maildir:Mail", .path("Mail")), ("maildir:~bob/Mail", .path("~bob/Mail")),
      ("sendmail:sendmail", .path("sendmail")),
    ] as [(String, TargetProblem)])
  func `what is no target is refused with its reason`(text: String, problem: TargetProblem) {
    #expect(throws: TransportError.target(problem)) { try SubmissionTarget(parsing: text, home: "/home/a") }
    #expect(problem.description.first?.isLowercase == true)
    #expect(!problem.description.hasSuffix("."))
  }

  @Test func `plain SMTP to another host needs a permission`() throws {
    let target = try SubmissionTarget(parsing: "smtp://mail.example.org", plaintext: .anyHost)
    #expect(target == Self.server(.plaintext, "mail.example.org", 25))
  }

  @Test func `a path below the home needs a home`() {
    #expect(throws: TransportError.target(.path("~/Mail"))) { try SubmissionTarget(parsing: "maildir:~/Mail") }
  }
}
