@testable import MailTransport

/// A POP3 server's answers: the first byte chooses what was asked, the rest is what comes.
///
/// However it is split, the same is understood; nothing grows beyond what was received; a message is what its dots were put into.
enum POP3Fuzz {
  private static let commands: [POP3Session.Command] = [
    .capabilities, .state, .identifiers, .sizes, .message(1), .removal(1), .quit,
  ]

  static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let command = commands[Int(first) % commands.count]
    let answer = Array(input.dropFirst())
    let whole = understood(command, [answer])
    let pieces = understood(command, Cutting.pieces(of: answer).map { Array(answer[$0]) })
    require(whole == pieces, "pieces mean the same")
    if let whole { require(whole.joined().count <= answer.count, "nothing is made up") }
    list(answer)
    stuff(answer)
  }

  /// What came, joined so that pieces do not show; nil after a violation.
  private static func understood(_ command: POP3Session.Command, _ pieces: [[UInt8]]) -> [[UInt8]]? {
    var session = POP3Session()
    _ = session.begin(command)
    var lines: [[UInt8]] = []
    var content: [UInt8] = []
    for piece in pieces where !piece.isEmpty {
      guard let events = try? session.receive(piece) else { return nil }
      for event in events {
        switch event {
        case .line(let line):
          require(line.count < POP3Session.lineLimit && !line.contains(0x0A), "a line is one")
          lines.append(line)
        case .content(let bytes): content += bytes
        case .done, .refused: require(session.isIdle, "an answer ends once")
        }
      }
    }
    return lines + [content]
  }

  /// Listings give messages with sound, different ids.
  private static func list(_ input: [UInt8]) {
    var listing = POP3Listing()
    for line in input.split(separator: 0x0A) {
      try? listing.takeIdentifier(Array(line))
      try? listing.takeSize(Array(line))
    }
    let messages = listing.messages
    require(Set(messages.map(\.id)).count == messages.count, "each message has an id of its own")
    require(Set(messages.map(\.number)).count == messages.count, "each message has a number of its own")
  }

  /// What was stuffed as the standard has it comes back.
  private static func stuff(_ message: [UInt8]) {
    var wire = Array("+OK\r\n".utf8)
    var before: [UInt8] = [0x0D, 0x0A]
    for byte in message + [0x0D, 0x0A] {
      if before == [0x0D, 0x0A], byte == UInt8(ascii: ".") { wire.append(byte) }
      wire.append(byte)
      before = [before[1], byte]
    }
    let understood = understood(.message(1), [wire + Array(".\r\n".utf8)])
    require(understood == [message + [0x0D, 0x0A]], "a message comes back as it was")
  }
}
