@testable import MailTransport

/// Whatever a server says, however its bytes are split: one course of the dialogue, within all limits.
enum IMAPFuzz {
  private static let inbox = IMAPMailboxName("INBOX")

  static func run(_ input: [UInt8]) {
    guard let inbox, let choice = input.first else { return }
    let commands: [IMAPCommand] = [
      .capability, .examine(inbox), .search(.all), .facts("1:9"), .part(uid: 4, offset: 0), .idle, .list,
      .append(inbox, octets: 3, seen: true, delivered: 0), .noop, .logout, .heads("1:9"), .listUses,
    ]
    let command = commands[Int(choice) % commands.count]
    let bytes = Array(input.dropFirst())
    let whole = Outcome(command, bytes, pieces: [0..<bytes.count])
    // An answer to what is not sent yet is wrong where it comes with the request to go on, and right when it comes after it.
    let cut = Outcome(command, bytes, pieces: Cutting.pieces(of: bytes))
    if command.phase != .appending || !command.wantsGoOn, cut.isConsumed {
      require(whole == cut, "pieces take the same course")
    }
    let session = whole.session
    require((session.part?.count ?? 0) <= IMAPCommand.partLimit, "a part is no larger than was asked for")
    require(session.part == nil || command == .part(uid: 4, offset: 0), "content comes only where it was asked for")
    require(session.found.isEmpty || command == .search(.all), "messages are found only where they were looked for")
    require(
      session.folders.isEmpty || command == .list || command == .listUses,
      "folders come only where they were asked for")
    require(
      session.facts.reduce(0) { $0 + ($1.head?.count ?? 0) } <= IMAPCommand.headLimit * IMAPCommand.headCount,
      "no more of headers is kept than was asked for")
    name(bytes)
    set(bytes)
  }

  /// A dialogue of one command, to its end or to that of the input.
  private struct Outcome: Equatable {
    private(set) var session = IMAPSession(host: "mx")
    /// Whether the end of the dialogue left nothing: what comes behind it is heard only where it came in the same piece.
    private(set) var isConsumed = true

    init(_ command: IMAPCommand, _ bytes: [UInt8], pieces: [Range<Int>]) {
      session.begin(command)
      var rest = pieces[...]
      // A session that never ends must not keep us.
      for _ in 0..<(2 * bytes.count + 20) {
        switch session.nextStep() {
        case .send(let sent): require(sent.suffix(2) == [0x0D, 0x0A], "what is sent is lines")
        case .sendContent: session.contentSent()
        case .receive:
          guard let piece = rest.popFirst() else { return }
          session.receive(bytes[piece])
        case .finished:
          isConsumed = rest.isEmpty
          return
        }
      }
      require(false, "the dialogue gets on")
    }

    static func == (left: Outcome, right: Outcome) -> Bool {
      let (left, right) = (left.session, right.session)
      return left.interruption == right.interruption && left.selected == right.selected && left.found == right.found
        && left.part == right.part && left.folders == right.folders && left.facts == right.facts
        && left.capabilities == right.capabilities
    }
  }

  /// A name that is read is said again as the same name, within its quotes.
  private static func name(_ bytes: [UInt8]) {
    guard let name = IMAPMailboxName(wire: Array(bytes.prefix(900))) else { return }
    let quoted = Array(name.quoted.utf8)
    require(quoted.allSatisfy { (0x20...0x7E).contains($0) }, "a name is printable ASCII")
    var inside: [UInt8] = []
    var rest = quoted.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      require(byte != UInt8(ascii: "\""), "a name does not end its quotes")
      inside.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? 0 : byte)
    }
    require(IMAPMailboxName(wire: inside) == name, "a name comes back")
  }

  /// A set that is read is written as the same set.
  private static func set(_ bytes: [UInt8]) {
    guard let set = UIDSet(String(decoding: bytes.prefix(60), as: UTF8.self)), set.uids.count < 10_000 else { return }
    require(set.texts().compactMap(UIDSet.init).flatMap(\.uids) == set.uids, "a set comes back")
  }
}
