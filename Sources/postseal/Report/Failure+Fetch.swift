import MailTransport

extension Failure {
  /// The failure of fetching mail; what was delivered before it stays delivered.
  init(fetching error: TransportError) {
    if case .cancelled = error {
      self.init(.interrupted, "interrupted; what was delivered stays")
    } else {
      self.init(
        ExitStatus(error.kind), sentences: ["not fetched: \(error)"], hints: [Self.fetchHint(error)].compactMap(\.self))
    }
  }

  /// The failure of taking up a mailbox where the last run left it.
  init(_ error: FetchError) {
    switch error {
    case .renumbered(let mailbox):
      self.init(
        .protocolError,
        "not fetched: \(mailbox) is numbered anew, so what was fetched before cannot be told from what is new",
        hint: "fetch what came since a day with `--since DAY`, everything again with `--all`, "
          + "or only what comes from now on after `--catch-up`")
    case .severalNumberings:
      self.init(.protocolError, "not fetched: the server broke the protocol: one mailbox with several numberings")
    case .largerThanSaid(let limit):
      self.init(
        .protocolError, "not fetched: a message became larger than \(ByteCount(limit)), and the server had said less")
    }
  }

  private static func fetchHint(_ error: TransportError) -> String? {
    switch error {
    case .target(.plaintextRefused):
      "use imaps:// or pop3s://, or +starttls, or add `--insecure` to give up that protection"
    case .tls(_, .startTLSNotOffered): "try imaps:// or pop3s:// instead"
    case .hostUnknown, .cannotConnect, .timedOut, .connectionLost: "check the network and the URL, then run it again"
    case .turnedAway(_, _, isTemporary: true): "run it again later"
    default: connectionHint(error)
    }
  }
}
