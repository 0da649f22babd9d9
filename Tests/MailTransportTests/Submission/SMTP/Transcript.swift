import Testing

@testable import MailTransport

/// A dialogue written down: lines of the client (`C:`), of the server (`S:`), the message of a copy (`C: <message 0>`), and how
/// the connection ends (`S: <lost>`, `S: <silent>`).
struct Transcript {
  let lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n").map { String($0).trimmingSpaces() }
  }

  /// Plays the server against a session, in pieces of `piece` bytes; the client's lines must be as written.
  ///
  /// With `expectingWait` the transcript may end where the session waits.
  func play(_ session: inout SMTPSession, piece: Int = .max, expectingWait: Bool = false) {
    var rest = lines[...]
    var sent = ""
    /// Takes the lines of the client from the front of the transcript.
    func check(_ text: String) {
      sent += text
      while let end = sent.firstIndex(of: "\r\n") {
        #expect(rest.popFirst() == "C: \(sent[..<end])")
        sent = String(sent[sent.index(after: end)...])
      }
    }
    while true {
      switch session.nextStep() {
      case .send(let bytes): check(String(decoding: bytes, as: UTF8.self))
      case .sendContent(let copy):
        if rest.first == "C: <message \(copy)>" {
          rest.removeFirst()
          session.contentSent()
        } else if let line = rest.first, line.hasPrefix("S: ") {
          // The server speaks while the message is on its way.
          rest.removeFirst()
          answer(line, &session, piece)
        } else {
          Issue.record("message \(copy) was sent instead of \(rest.first ?? "nothing")")
          return
        }
      case .receive(let phase):
        if expectingWait, rest.isEmpty { return }
        guard let line = rest.popFirst(), line.hasPrefix("S: ") else {
          Issue.record("the session waits while \(phase.name), the transcript does not answer")
          return
        }
        answer(line, &session, piece)
      case .finished:
        #expect(rest.isEmpty, "the session ended early")
        return
      }
    }
  }

  private func answer(_ line: String, _ session: inout SMTPSession, _ piece: Int) {
    switch line {
    case "S: <lost>": session.interrupt(.connectionLost(host: session.host, phase: session.phase))
    case "S: <silent>": session.interrupt(.timedOut(host: session.host, phase: session.phase))
    default:
      var bytes = Array("\(line.dropFirst(3))\r\n".utf8)[...]
      while !bytes.isEmpty {
        session.receive(bytes.prefix(piece))
        bytes = bytes.dropFirst(piece)
      }
    }
  }
}

extension String {
  fileprivate func trimmingSpaces() -> String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension RecipientFate {
  /// The fate in one word and the words said, for tables.
  var summary: String {
    switch self {
    case .accepted(let words): "accepted: \(words)"
    case .refusedTemporarily(let words): "later: \(words)"
    case .refusedPermanently(let words): "never: \(words)"
    case .withheld: "withheld"
    case .unknown(let words): "unknown: \(words)"
    }
  }
}
