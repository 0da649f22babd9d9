/// A mailbox on a server, opened so that reading it changes nothing: an IMAP folder under EXAMINE, or a POP3 maildrop.
///
/// Each call waits for the server. After an error the connection is of no more use.
package protocol RemoteMailbox: AnyObject {
  /// From where, as reports show it, such as `mail.example.org:993/INBOX (TLS 1.3)`.
  var name: String { get }

  /// The messages that are there, in the server's order.
  ///
  /// - Throws: `TransportError`.
  func messages() throws(TransportError) -> [RemoteMessage]

  /// Those that came since the last listing of this connection; others may be among them. All of them where there was none.
  ///
  /// - Throws: `TransportError`.
  func news() throws(TransportError) -> [RemoteMessage]

  /// All messages without those that the server took in before a time, as far as the server can tell; some of them may be there.
  ///
  /// - Parameter since: in seconds since 1970.
  /// - Throws: `TransportError`.
  func messages(since: Int64) throws(TransportError) -> [RemoteMessage]

  /// Passes the bytes of a message on as they come, line ends CRLF as the server has them; it does not become seen.
  ///
  /// - Throws: `TransportError`, or what `take` throws.
  func fetch(_ message: RemoteMessage, _ take: ([UInt8]) throws -> Void) throws

  /// Removes messages for good.
  ///
  /// - Throws: `TransportError`; it is then unknown which are gone.
  func remove(_ messages: [RemoteMessage]) throws(TransportError)

  /// Waits until the server tells of mail that came since the last listing, or `limit` has passed; false where the server cannot tell.
  ///
  /// - Throws: `TransportError`.
  func waitForNews(atMost limit: Duration) throws(TransportError) -> Bool

  /// Takes leave; what was removed is gone only then from a POP3 maildrop.
  ///
  /// - Throws: `TransportError`.
  func close() throws(TransportError)
}

extension RemoteMailbox {
  package func news() throws(TransportError) -> [RemoteMessage] { try messages() }
  package func messages(since: Int64) throws(TransportError) -> [RemoteMessage] { try messages() }
}

/// A message that lies on a server.
package struct RemoteMessage: Sendable, Equatable {
  /// What stays the same between two connections.
  package enum ID: Sendable, Hashable {
    /// Source: RFC 3501 §2.3.1.1
    case uid(UInt32, validity: UInt32)
    /// One to seventy printable characters. Source: RFC 1939 §7
    case uidl(String)
  }

  package let id: ID

  /// Its number for this connection, from 1 on.
  package let number: Int

  /// Its size as the server says, in octets; nil when it does not.
  package let octets: Int?

  /// When the server took it in, in seconds since 1970; nil when it does not say. Source: RFC 3501 §2.3.3
  package let delivered: Int64?

  /// Its flags in a Maildir's letters, sorted; empty for a message that nobody has seen.
  package let flags: String

  package init(id: ID, number: Int, octets: Int?, delivered: Int64? = nil, flags: String = "") {
    self.id = id
    self.number = number
    self.octets = octets
    self.delivered = delivered
    self.flags = flags
  }
}
