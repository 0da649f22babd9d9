import ByteStreams
import TestSupport
import Testing

@testable import MailTransport

@Suite struct ProxyTests {
  @Test(arguments: [
    ("socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
    ("HTTP://proxy.example.org:3128/", "http://proxy.example.org:3128"),
    ("socks5h://[::1]:9050", "socks5h://[::1]:9050"),
  ]) func `a proxy is read from its URL`(text: String, url: String) throws {
    guard case .proxy(let proxy) = try ProxyChoice(parsing: text) else {
      Issue.record("no proxy")
      return
    }
    #expect(proxy.url == url)
  }

  @Test(arguments: [
    "", "socks5://127.0.0.1:9050", "socks4a://127.0.0.1:9050", "socks5h://127.0.0.1", "socks5h:127.0.0.1:9050",
    "socks5h://user@127.0.0.1:9050", "socks5h://user:pw@127.0.0.1:9050", "http://127.0.0.1:80/x", "127.0.0.1:9050",
    "socks5h://-x:1", "socks5h://a:0", "socks5h://a:99999",
  ]) func `a proxy that leaves names to us, or holds a password, or is none, is refused`(text: String) {
    #expect(throws: TransportError.target(.proxy(ForeignText(text).description))) { try ProxyChoice(parsing: text) }
  }

  private func submit(to host: String, port: UInt16, _ proxy: ProxyChoice) async throws -> SubmissionReport {
    var options = ConnectionOptions()
    options.proxy = proxy
    options.patience = testPatience
    let submitter = try SMTPSubmitter(
      server: MailServer(security: .plaintext, host: host, port: port, user: nil), credential: nil, options: options,
      plaintext: .anyHost)
    return try await submitter.submit([copy()])
  }

  /// A SOCKS proxy that takes mail itself: it wants the server's name, of so many bytes, where an address could stand.
  @Test func `a SOCKS proxy is given the server's name, which is never looked up here`() async throws {
    let name = "mail.nowhere.invalid"
    let proxy = try ScriptedServer { event in
      guard event == .connected else { return nil }
      // Version, number of methods, no authentication (and perhaps GSS-API): then version, CONNECT, reserved, a name.
      return [.take(bytes: 3), .raw([5, 0]), .take(bytes: 4 + 1 + name.utf8.count + 2)]
        + [.raw([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]), .say("220 mx.example.org ESMTP")]
    }
    let choice = ProxyChoice.proxy(Proxy(kind: .socks5, host: "127.0.0.1", port: proxy.port))
    #expect(try await submit(to: name, port: 2525, choice).finding == .all)
    #expect(proxy.messages.count == 1)
  }

  @Test func `an HTTP proxy is asked for a tunnel to the server by its name`() async throws {
    let server = try ScriptedServer { _ in nil }
    let proxy = try WebServer { _ in .relay(server.port) }
    let choice = ProxyChoice.proxy(Proxy(kind: .http, host: "127.0.0.1", port: proxy.port))
    #expect(try await submit(to: "mail.nowhere.invalid", port: 2525, choice).finding == .all)
    #expect(proxy.requests == ["CONNECT mail.nowhere.invalid:2525"])
  }

  @Test func `a server on this machine is reached through nobody`() async throws {
    let server = try ScriptedServer { _ in nil }
    let choice = ProxyChoice.proxy(Proxy(kind: .socks5, host: "127.0.0.1", port: 1))
    #expect(try await submit(to: "127.0.0.1", port: server.port, choice).finding == .all)
  }

  @Test func `a proxy that refuses, or is not there, gets no mail, and there is no way around it`() async throws {
    let refusing = try WebServer { _ in .answer(403, []) }
    for choice in [
      ProxyChoice.proxy(Proxy(kind: .http, host: "127.0.0.1", port: refusing.port)),
      .proxy(Proxy(kind: .socks5, host: "127.0.0.1", port: 1)),
    ] {
      await #expect {
        _ = try await submit(to: "mail.nowhere.invalid", port: 2525, choice)
      } throws: { error in
        (error as? TransportError)?.kind == .unavailable
      }
    }
  }

  @Test func `why no connection comes about is said in our words, and of whom`() async throws {
    let refusing = try WebServer { _ in .answer(403, []) }
    let name = "mail.nowhere.invalid"
    /// A SOCKS proxy that answers a request with this code.
    func proxy(_ code: UInt8) throws -> ScriptedServer {
      try ScriptedServer { event in
        guard event == .connected else { return nil }
        return [.take(bytes: 3), .raw([5, 0]), .take(bytes: 4 + 1 + name.utf8.count + 2)]
          + [.raw([5, code, 0, 1, 0, 0, 0, 0, 0, 0])]
      }
    }
    let (refused, forbidden) = (try proxy(5), try proxy(2))
    for (host, choice, words) in [
      ("127.0.0.1", ProxyChoice.none, "127.0.0.1: port 1 refuses connections"),
      (
        name, .proxy(Proxy(kind: .socks5, host: "127.0.0.1", port: 1)),
        "\(name): the proxy 127.0.0.1:1 refuses connections"
      ),
      (
        name, .proxy(Proxy(kind: .http, host: "127.0.0.1", port: refusing.port)),
        "\(name): the proxy 127.0.0.1:\(refusing.port) refuses, with HTTP status 403"
      ),
      (
        name, .proxy(Proxy(kind: .http, host: "proxy.nowhere.invalid", port: 1)),
        "\(name): the proxy proxy.nowhere.invalid:1 has no address"
      ),
      (
        name, .proxy(Proxy(kind: .socks5, host: "127.0.0.1", port: refused.port)),
        "\(name): the proxy 127.0.0.1:\(refused.port) says that port 1 refuses connections"
      ),
      (
        name, .proxy(Proxy(kind: .socks5, host: "127.0.0.1", port: forbidden.port)),
        "\(name): the proxy 127.0.0.1:\(forbidden.port) does not allow it"
      ),
    ] {
      let error = await #expect(throws: TransportError.self) { try await submit(to: host, port: 1, choice) }
      #expect(error?.description == "cannot connect to \(words)")
    }
  }
}
