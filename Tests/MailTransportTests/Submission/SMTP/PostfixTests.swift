import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

/// Against a real Postfix with Dovecot's authentication, both private to the test.
@Suite(.enabled(if: PostfixProcess.isPossible, "needs postfix, dovecot and root"))
struct PostfixTests {
  private func submitter(_ security: MailServer.Security, _ port: UInt16, password: String) throws -> SMTPSubmitter {
    try SMTPSubmitter(
      server: MailServer(security: security, host: "localhost", port: port, user: "alice@example.org"),
      credential: .password(SecretBytes(password)), options: ConnectionOptions(trust: try Certificates.trust))
  }

  @Test func `a real server takes mail over both kinds of TLS, and tells of each recipient`() async throws {
    let server = try PostfixProcess(
      certificates: try Certificates.folder.get().path,
      accounts: "alice@example.org:alicepw", "bob@example.org:bobpw", "carol@example.net:carolpw")
    let copies = [
      try copy(to: ["bob@example.org", "carol@example.net"]), try copy(to: ["alice@example.org"], label: "blind copy"),
    ]

    let report = try await submitter(.startTLS, server.submission, password: "alicepw").submit(copies)
    #expect(report.finding == .all)
    #expect(report.channel == "localhost:\(server.submission) (TLS 1.3)")
    #expect(report.copies[0].recipients[0].fate.summary.hasPrefix("accepted: 250 2.0.0 Ok: queued as "))

    let second = try await submitter(.implicitTLS, server.submissions, password: "alicepw").submit([copies[0]])
    #expect(second.finding == .all)
    #expect(second.channel == "localhost:\(server.submissions) (TLS 1.3)")

    for (address, count) in [("bob@example.org", 2), ("carol@example.net", 2), ("alice@example.org", 1)] {
      let mail = try await server.mail(address, count: count)
      #expect(mail.count == count)
      let body = shortMessage.replacing("\r\n", with: "\n")
      #expect(mail.allSatisfy { String(decoding: $0, as: UTF8.self).hasSuffix(body) })
    }

    // One whom nobody knows, in the last copy: nothing goes to anybody.
    let unknown = copies + [try copy(to: ["nobody@example.org"])]
    let refused = try await submitter(.startTLS, server.submission, password: "alicepw").submit(unknown)
    #expect(refused.failure == .recipientsRefused)
    #expect(refused.copies.map { $0.recipients.map(\.fate) }.dropLast() == [[.withheld, .withheld], [.withheld]])
    #expect(
      refused.copies[2].recipients[0].fate.summary.hasPrefix(
        "never: 550 5.1.1 <nobody@example.org>: Recipient address rejected"))

    // Nothing leaves the machine, even for who has logged in.
    let outside = try await submitter(.startTLS, server.submission, password: "alicepw")
      .submit([copy(to: ["dave@example.com"])])
    #expect(outside.failure == .recipientsRefused)

    await #expect {
      _ = try await submitter(.implicitTLS, server.submissions, password: "wrong").submit(copies)
    } throws: { error in
      guard case .authenticationRefused("localhost", "alice@example.org", let words?, _) = error as? TransportError
      else {
        return false
      }
      return words.description.hasPrefix("535 5.7.8")
    }
    try await Task.sleep(for: .milliseconds(200))
    #expect(try await server.mail("bob@example.org", count: 2).count == 2)
  }
}
