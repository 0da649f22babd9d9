import Foundation
import Synchronization

/// A scripted IMAP server that behaves well where a test says nothing else.
///
/// The mailbox has the UIDVALIDITY 7. Any login is welcome.
package final class IMAPScript: Sendable {
  /// A command of the client.
  package struct Command: Sendable {
    package let tag: String
    /// The words after the tag.
    package let words: [String]
    /// The same in one.
    package let line: String
  }

  package typealias Special = @Sendable (Command) -> [ScriptedServer.Action]?

  package let server: ScriptedServer

  /// - Parameters:
  ///   - messages: what lies in every mailbox.
  ///   - capabilities: said whenever they are asked for.
  ///   - greeting: the first line.
  ///   - special: what is done instead of behaving well; nil for what it does not mean.
  package init(
    _ messages: [UInt32: [UInt8]] = [:], capabilities: String = "IMAP4rev1 AUTH=PLAIN UIDPLUS IDLE",
    greeting: String = "* OK ready", special: @escaping Special = { _ in nil }
  ) throws {
    /// The tag of the last command, for those that go on in further lines.
    let current = Mutex("")
    server = try ScriptedServer { event in
      switch event {
      case .connected: return [.say(greeting)]
      case .message: return []
      case .line("DONE"): return [.say("\(current.withLock(\.self)) OK done")]
      case .line(let line):
        let words = line.split(separator: " ").map(String.init)
        // What a login says after it was asked to go on.
        guard words.count > 1 else { return [.say("\(current.withLock(\.self)) OK welcome")] }
        let command = Command(
          tag: words[0], words: Array(words.dropFirst()), line: words.dropFirst().joined(separator: " "))
        current.withLock { $0 = command.tag }
        return special(command) ?? Self.good(command, messages, capabilities)
      }
    }
  }

  /// The commands that came, without their tags, and without those of libcurl and the leave.
  package var commands: [String] {
    server.lines.filter { ($0.hasPrefix("P") || $0 == "DONE") && !$0.hasSuffix("LOGOUT") }.map { line in
      line == "DONE" ? line : line.split(separator: " ").dropFirst().joined(separator: " ")
    }
  }

  package static func good(
    _ command: Command, _ messages: [UInt32: [UInt8]], _ capabilities: String
  ) -> [ScriptedServer.Action] {
    let done = ScriptedServer.Action.say("\(command.tag) OK done")
    switch command.words[0] {
    case "CAPABILITY": return [.say("* CAPABILITY \(capabilities)"), done]
    case "AUTHENTICATE" where command.words.count == 2: return [.say("+ ")]
    case "EXAMINE", "SELECT": return [.say("* \(messages.count) EXISTS"), .say("* OK [UIDVALIDITY 7] valid"), done]
    case "IDLE": return [.say("+ idling")]
    case "LOGOUT": return [.say("* BYE"), done, .close]
    case "APPEND":
      let octets = Int(command.line.split(separator: "{").last?.dropLast() ?? "") ?? 0
      return [.say("+ go on"), .take(bytes: octets + 2), done]
    case "UID" where command.words[1] == "SEARCH":
      // `UID 7:*` has the last message whatever its number.
      let from = command.words.last?.split(separator: ":").first.flatMap { UInt32($0) } ?? 0
      let found = messages.keys.sorted().filter { $0 >= from || $0 == messages.keys.max() }
      return [.say("* SEARCH \(found.map(String.init).joined(separator: " "))"), done]
    case "UID" where command.words[1] == "FETCH":
      let uids = Self.uids(command.words[2])
      let part = command.line.split(separator: "<").dropFirst().first?.dropLast().split(separator: ".").compactMap {
        Int($0)
      }
      return uids.compactMap { uid in
        messages[uid].map { part.map { Self.part(uid, $0[0], $0[1], of: messages[uid] ?? []) } ?? Self.facts(uid, $0) }
      } + [done]
    default: return [done]
    }
  }

  package static func facts(_ uid: UInt32, _ message: [UInt8]) -> ScriptedServer.Action {
    .say(
      "* \(uid) FETCH (UID \(uid) FLAGS (\\Flagged) INTERNALDATE \"25-Nov-2025 23:50:05 +0000\" RFC822.SIZE \(message.count))"
    )
  }

  package static func part(_ uid: UInt32, _ offset: Int, _ count: Int, of message: [UInt8]) -> ScriptedServer.Action {
    let part = message.dropFirst(offset).prefix(count)
    return .raw(
      Array("* \(uid) FETCH (UID \(uid) BODY[]<\(offset)> {\(part.count)}\r\n".utf8) + part + Array(")\r\n".utf8))
  }

  /// The UIDs of a set such as `1:3,7`.
  private static func uids(_ set: String) -> [UInt32] {
    set.split(separator: ",").flatMap { range -> [UInt32] in
      let ends = range.split(separator: ":").compactMap { UInt32($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [] }
      return Array(first...last)
    }
  }
}
