extension SMTPSession {
  /// Takes what the server sent, in whatever pieces.
  mutating func receive(_ bytes: some Sequence<UInt8>) {
    guard stage != .ended else { return }
    do throws(SMTPReplyParser.Violation) {
      try parser.receive(bytes)
    } catch {
      // What was whole before the violation still counts.
      while stage != .ended, let reply = parser.take() { handle(reply) }
      return violate(error.description)
    }
    while stage != .ended, let reply = parser.take() { handle(reply) }
  }

  private mutating func handle(_ reply: SMTPReply) {
    guard !awaiting.isEmpty else { return handleUnasked(reply) }
    let command = awaiting.removeFirst()
    switch command {
    case .quit:
      stage = .ended
      return
    case .data where reply.code == 354:
      if case .announced(let copy) = stage { stage = .content(copy) }
      return
    case _ where reply.isIntermediate, .data where reply.isPositive:
      awaiting.insert(command, at: 0)
      return violate("\(reply.words) in reply to \(command.name)")
    default: break
    }
    if reply.isPositive { accept(command, reply) } else { refuse(command, reply) }
    if reply.isShuttingDown { interrupt(reply.turningAway(from: host)) }
  }

  private mutating func accept(_ command: SMTPCommand, _ reply: SMTPReply) {
    switch command {
    case .ehlo:
      capabilities = SMTPCapabilities(reply)
      if let error = obstacle { end(error) }
    case .mail:
      mailRefusal = nil
      willing = []
    case .rcpt(_, let recipient):
      if mailRefusal == nil { willing.insert(recipient) }
    case .endOfData(let copy): decide(copy, .accepted(reply.words))
    case .data, .rset, .quit: break
    }
  }

  private mutating func refuse(_ command: SMTPCommand, _ reply: SMTPReply) {
    switch command {
    case .ehlo:
      // Nothing can be said on such a connection but goodbye.
      ending = .quit
      end(reply.turningAway(from: host))
    case .mail(let copy):
      mailRefusal = reply
      for recipient in fates[copy].indices where fates[copy][recipient] == nil {
        fates[copy][recipient] = RecipientFate(refusal: reply)
      }
    case .rcpt(let copy, let recipient):
      if mailRefusal == nil { fates[copy][recipient] = RecipientFate(refusal: reply) }
    case .data(let copy), .endOfData(let copy): decide(copy, RecipientFate(refusal: reply))
    // A server that closes has said all there is to say.
    case .rset where reply.isShuttingDown: break
    case .rset: violate("\(reply.words) in reply to \(command.name)")
    case .quit: break
    }
  }

  /// A reply that no command waits for: a server may close at any time, or refuse a message before all of it has come.
  private mutating func handleUnasked(_ reply: SMTPReply) {
    if case .content(let copy) = stage {
      // Without an end of data the server must drop the message. Source: RFC 5321 §4.1.1.4
      if !reply.isPositive && !reply.isIntermediate {
        decide(copy, RecipientFate(refusal: reply))
        return interrupt(reply.turningAway(from: host))
      }
      decide(copy, .unknown(ForeignText("the server answered before the message was sent in whole: \(reply.words)")))
    }
    if reply.isShuttingDown { return interrupt(reply.turningAway(from: host)) }
    violate("\(reply.words) in reply to nothing")
  }

  private mutating func violate(_ what: String) {
    interrupt(.protocolViolation(host: host, what))
  }

  /// The first thing that a message needs and this server has not.
  var obstacle: TransportError? {
    for copy in copies {
      for needed in SMTPExtension.allCases
      where copy.needs.contains(needed) && !capabilities.extensions.contains(needed) {
        return .extensionMissing(host: host, needed)
      }
      if let limit = capabilities.sizeLimit, copy.octets > limit {
        return .messageTooLarge(host: host, label: copy.label, octets: copy.octets, limit: limit)
      }
    }
    return nil
  }
}

extension SMTPCommand {
  /// What a sentence calls it.
  fileprivate var name: String {
    switch self {
    case .ehlo: "EHLO"
    case .mail: "MAIL"
    case .rcpt: "RCPT"
    case .data: "DATA"
    case .endOfData: "the end of the message"
    case .rset: "RSET"
    case .quit: "QUIT"
    }
  }
}

extension RecipientFate {
  /// A refusal for now or for good, with the server's words.
  fileprivate init(refusal reply: SMTPReply) {
    self = reply.isTemporary ? .refusedTemporarily(reply.words) : .refusedPermanently(reply.words)
  }
}
