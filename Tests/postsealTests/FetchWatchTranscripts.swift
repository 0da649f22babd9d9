import Synchronization
import TestSupport
import Testing

/// `fetch --watch` of an IMAP server that does what no real one does.
struct FetchWatchTranscripts {
  private let stage: FetchStage

  init() throws { stage = try FetchStage() }

  @Test func `news without end are followed at a pace, and the mailbox is listed once`() async throws {
    let looks = Mutex<[ContinuousClock.Instant]>([])
    let count = Mutex(1)
    let script = try IMAPScript([1: Array("Subject: one\r\n\r\n.\r\n".utf8)]) { command in
      if command.words.prefix(2) == ["UID", "SEARCH"] { looks.withLock { $0.append(.now) } }
      guard command.line == "IDLE" else { return nil }
      return [.say("+ idling")]
        + (0..<1000).map { _ in
          count.withLock { $0 += 1 }
          return .say("* \(count.withLock(\.self)) EXISTS")
        }
    }
    let watch = WatchingFetch(
      stage, "--from", "imap://127.0.0.1:\(script.server.port)", "--into", "box", "--interval", "3600")
    #expect(try await eventually { looks.withLock { $0.count } >= 4 })
    #expect(try await watch.stop().status == 130)
    let times = looks.withLock { $0 }
    // A slow machine makes the pauses longer, never shorter.
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 > .seconds(2) }, "\(times)")
    let searches = script.commands.filter { $0.hasPrefix("UID SEARCH") }
    #expect(searches.first == "UID SEARCH ALL" && searches.dropFirst().allSatisfy { $0 == "UID SEARCH UID 2:*" })
    #expect(try stage.names().count == 1)
    #expect(watch.told.hasPrefix("1 new message, "))
  }

  @Test func `mail that comes while a message is fetched is there before the server tells again`() async throws {
    let isSent = Mutex(false)
    let texts: [UInt32: [UInt8]] = [1: Array("Subject: one\r\n".utf8), 2: Array("Subject: two\r\n".utf8)]
    let script = try IMAPScript(texts) { command in
      // The second message comes during the first one, and IDLE is silent about it.
      if command.line.hasPrefix("UID FETCH 1 BODY") {
        isSent.withLock { $0 = true }
        return [.say("* 2 EXISTS"), IMAPScript.part(1, 0, 1 << 20, of: texts[1] ?? []), .say("\(command.tag) OK")]
      }
      if isSent.withLock(\.self) { return nil }
      switch command.words[0] {
      case "EXAMINE": return [.say("* 1 EXISTS"), .say("* OK [UIDVALIDITY 7] ok"), .say("\(command.tag) OK")]
      case "UID" where command.words[1] == "SEARCH": return [.say("* SEARCH 1"), .say("\(command.tag) OK")]
      default: return nil
      }
    }
    let watch = WatchingFetch(
      stage, "--from", "imap://127.0.0.1:\(script.server.port)", "--into", "box", "--interval", "3600")
    #expect(try await eventually { try stage.names().count == 2 })
    #expect(try await watch.stop().status == 130)
  }
}
