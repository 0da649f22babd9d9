import Testing

@testable import MailTransport

/// A dialogue written down: lines of the client (`C:`), of the server (`S:`), what is filed (`C: <content>`), and how the connection
/// ends (`S: <lost>`, `S: <silent>`).
struct IMAPTranscript {
  let lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n").map(String.init)
  }

  /// Plays the server against one command of a session, in pieces of `piece` bytes; the client's lines must be as written.
  func play(_ command: IMAPCommand, _ session: inout IMAPSession, piece: Int = .max) {
    session.begin(command)
    var rest = lines[...]
    while true {
      switch session.nextStep() {
      case .send(let bytes):
        // What ends a message that was filed is an empty line of its own.
        let said = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        for line in said.dropLast() where said.count > 2 || !line.isEmpty { #expect(rest.popFirst() == "C: \(line)") }
      case .sendContent:
        #expect(rest.popFirst() == "C: <content>")
        session.contentSent()
      case .receive(let phase):
        if rest.first == "C: DONE" {
          session.leaveIdle()
          continue
        }
        guard let line = rest.popFirst(), line.hasPrefix("S: ") else {
          Issue.record("the session waits while \(phase.name), the transcript does not answer")
          return
        }
        switch line {
        case "S: <lost>": session.interrupt(.connectionLost(host: session.host, phase: phase))
        case "S: <silent>": session.interrupt(.timedOut(host: session.host, phase: phase))
        default:
          var bytes = Array("\(line.dropFirst(3))\r\n".replacing("\\r\\n", with: "\r\n").utf8)[...]
          while !bytes.isEmpty {
            session.receive(bytes.prefix(piece))
            bytes = bytes.dropFirst(piece)
          }
        }
      case .finished:
        #expect(rest.isEmpty, "the command ended early")
        return
      }
    }
  }
}
