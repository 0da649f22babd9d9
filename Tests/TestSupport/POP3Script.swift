/// A scripted POP3 server that behaves well where a test says nothing else; any login is welcome.
package final class POP3Script: Sendable {
  /// Gets a command of the client and says what is done; nil for what good servers do.
  package typealias Special = @Sendable (String) -> [ScriptedServer.Action]?

  package let server: ScriptedServer

  /// - Parameter messages: unique ids, and texts whose lines end with CRLF.
  package init(
    _ messages: [(id: String, text: String)], capabilities: [String] = ["UIDL", "STLS", "SASL PLAIN"],
    special: @escaping Special = { _ in nil }
  ) throws {
    server = try ScriptedServer { event in
      switch event {
      case .connected: special("") ?? [.say("+OK ready")]
      case .message: []
      case .line(let line): special(line) ?? Self.good(line, messages, capabilities)
      }
    }
  }

  /// The commands that came after the login, which begins with CAPA once more.
  package var commands: [String] {
    let lines = server.lines
    let start = lines.lastIndex(of: "CAPA") ?? lines.endIndex
    return Array(lines[start...].dropFirst())
  }

  private static func good(
    _ line: String, _ messages: [(id: String, text: String)], _ capabilities: [String]
  ) -> [ScriptedServer.Action] {
    let words = line.split(separator: " ").map(String.init)
    switch words.first?.uppercased() {
    case "CAPA": return listing(capabilities)
    case "AUTH" where words.count == 2: return [.say("+ ")]
    case "STAT": return [.say("+OK \(messages.count) \(messages.reduce(0) { $0 + $1.text.utf8.count })")]
    case "UIDL": return listing(messages.enumerated().map { "\($0 + 1) \($1.id)" })
    case "LIST": return listing(messages.enumerated().map { "\($0 + 1) \($1.text.utf8.count)" })
    case "RETR":
      guard let number = Int(words[1]), messages.indices.contains(number - 1) else {
        return [.say("-ERR no such message")]
      }
      return [.say("+OK"), .raw(stuffed(messages[number - 1].text)), .say(".")]
    case "QUIT": return [.say("+OK bye"), .close]
    default: return [.say("+OK")]
    }
  }

  private static func listing(_ lines: [String]) -> [ScriptedServer.Action] {
    [.say("+OK")] + lines.map { .say($0) } + [.say(".")]
  }

  private static func stuffed(_ text: String) -> [UInt8] {
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map {
      $0.hasPrefix(".") ? ".\($0)" : "\($0)"
    }
    return Array(lines.joined(separator: "\r\n").utf8)
  }
}
