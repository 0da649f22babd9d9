/// Through whom a server is reached.
package enum ProxyChoice: Sendable, Equatable {
  /// What the environment says (`ALL_PROXY`, `NO_PROXY`), as libcurl reads it.
  case environment
  /// Nobody, whatever the environment says.
  case none
  case proxy(Proxy)
}

/// A machine that makes connections for us, and resolves the names of servers itself: nobody here sees them.
package struct Proxy: Sendable, Hashable {
  /// What is spoken with it.
  package enum Kind: String, Sendable {
    /// RFC 1928, with the server's name left to the proxy.
    case socks5 = "socks5h"
    /// CONNECT. Source: RFC 9110 §9.3.6
    case http
  }

  package let kind: Kind
  package let host: String
  package let port: UInt16

  /// As libcurl takes it, such as `socks5h://127.0.0.1:9050`.
  package var url: String { "\(kind.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

extension ProxyChoice {
  /// Reads `socks5h://host:port`, `http://host:port`, or `none`.
  ///
  /// - Throws: `TransportError.target`: for a proxy that would leave it to us to resolve names, too.
  package init(parsing text: String) throws(TransportError) {
    if text == "none" {
      self = .none
      return
    }
    let wrong = TransportError.target(.proxy(ForeignText(text).description))
    guard let colon = text.firstIndex(of: ":"), let kind = Proxy.Kind(rawValue: text[..<colon].lowercased()) else {
      throw wrong
    }
    let rest = text[text.index(after: colon)...]
    // The port has to be said: there is none that everybody uses.
    guard rest.wholeMatch(of: /\/\/.*:[0-9]+\/?/) != nil,
      let server = try? MailServer(parsing: rest, .smtp, .implicitTLS, plaintext: .anyHost), server.user == nil
    else { throw wrong }
    self = .proxy(Proxy(kind: kind, host: server.host, port: server.port))
  }
}
